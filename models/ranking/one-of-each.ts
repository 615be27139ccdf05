import type { Label } from './label.ts';

/**
 * An order in which the best of each label come first, then the second of each, and so on; within
 * such a round in the order given. What has no label is one of its own.
 *
 * @param labels of a list, best first
 * @returns places of the list
 */
export function oneOfEach(labels: readonly Label[]): number[] {
  const seen = new Map<Label, number>();
  const rounds = labels.map((label) => {
    if (label === null || label === undefined) return 0;
    const round = seen.get(label) ?? 0;
    seen.set(label, round + 1);
    return round;
  });
  return Array.from(labels.keys()).sort((a, b) => (rounds[a] ?? 0) - (rounds[b] ?? 0) || a - b);
}
