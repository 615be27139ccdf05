import type { FitOutcome } from './size-types.ts';

/** A size as a whole number: its position in eighths of a step, and its length. */
export function slotOf(position: number, length: -1 | 0 | 1): number {
  return Math.round(8 * position) * 3 + length + 1;
}

/** 0 small, 1 fit, 2 large. */
export function fitClass(fit: FitOutcome): 0 | 1 | 2 {
  if (fit === 'fit') return 1;
  return fit === 'small' ? 0 : 2;
}
