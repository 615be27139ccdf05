import type { ReadLabel } from './run-types.ts';
import type { Reading } from './system-types.ts';

/**
 * Puts labels that were not understood between those that were, by the shop's own order: at even
 * distances between two, a step apart beyond the first or the last.
 *
 * @returns undefined where the shop gives no order, or one that the positions of the others contradict
 */
export function placeUnread(
  labels: readonly ReadLabel[],
  readings: readonly (Reading | undefined)[],
): readonly Reading[] | undefined {
  if (labels.some(({ order }) => order === undefined)) return undefined;
  const order = labels
    .map((_, n) => n)
    .sort((a, b) => (labels[a]?.order ?? 0) - (labels[b]?.order ?? 0) || a - b);
  const inOrder = order.map((n) => readings[n]?.position);
  const known = inOrder.flatMap((position, rank) =>
    position === undefined ? [] : [{ rank, position }],
  );
  if (known.some(({ position }, n) => position < (known[n - 1]?.position ?? position))) {
    return undefined;
  }
  const placed: Reading[] = [];
  for (const [rank, n] of order.entries()) {
    placed[n] = readings[n] ?? { position: between(known, rank), length: 0, weight: 0 };
  }
  return placed;
}

interface Known {
  readonly rank: number;
  readonly position: number;
}

function between(known: readonly Known[], rank: number): number {
  const before = known.findLast((one) => one.rank < rank);
  const after = known.find((one) => one.rank > rank);
  if (before !== undefined && after !== undefined) {
    const share = (rank - before.rank) / (after.rank - before.rank);
    return before.position + share * (after.position - before.position);
  }
  if (before !== undefined) return before.position + rank - before.rank;
  return after === undefined ? rank : after.position - (after.rank - rank);
}
