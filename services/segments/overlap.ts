import type { SegmentOverlap } from './segments-schema.ts';

type Counted = Pick<SegmentOverlap, 'union' | 'segments' | 'pairs'>;

/**
 * Counts of sets, of their pairs and of their union, out of how many users are in just which of them.
 *
 * @param masks bit i stands for the i-th set
 */
export function countOverlap(
  ids: readonly string[],
  masks: readonly { readonly mask: number; readonly users: number }[],
  total: number,
): Counted {
  const sumOf = (holds: (mask: number) => boolean) =>
    masks.reduce((sum, { mask, users }) => (holds(mask) ? sum + users : sum), 0);
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const counts = ids.map((_, index) => sumOf((mask) => (mask & (1 << index)) !== 0));
  const segments = ids.map((segmentId, index) => {
    const count = counts[index] ?? 0;
    const alone = sumOf((mask) => mask === 1 << index);
    return { segmentId, count, share: share(count, total), alone };
  });
  const pairs = ids.flatMap((a, i) =>
    ids.slice(i + 1).map((b, after) => {
      const j = i + 1 + after;
      const bits = (1 << i) | (1 << j);
      const both = sumOf((mask) => (mask & bits) === bits);
      const [ofA = 0, ofB = 0] = [counts[i], counts[j]];
      const either = ofA + ofB - both;
      const shares = { jaccard: share(both, either), shareOfA: share(both, ofA) };
      return { a, b, both, either, ...shares, shareOfB: share(both, ofB) };
    }),
  );
  return { union: sumOf(() => true), segments, pairs };
}
