import type { Look } from '../chart-options.ts';

/** From the best to those who never ordered; told apart by those who see colours differently as well. */
const colours: Readonly<Record<string, string>> = {
  high_value: '#0072b2',
  promising: '#56b4e9',
  new: '#009e73',
  low_value: '#8a94a3',
  dormant: '#e69f00',
  lost: '#d55e00',
  prospect: '#c9ced6',
};

export const tierOrder = Object.keys(colours);

export function tierLook(tier: string): Look {
  return { color: colours[tier] ?? 'var(--muted)', dash: 'solid', isMain: true };
}
