import { noItem } from '../recommenders/top-items.ts';
import type { Recommendations } from './ranking-metrics.ts';

/** A point of a concentration curve: the share of the total that the first items have. */
export interface CurvePoint {
  readonly items: number;
  readonly total: number;
}

/** How often each item was recommended (length `itemCount`). */
export function timesRecommended({ items }: Recommendations, itemCount: number): Uint32Array {
  const times = new Uint32Array(itemCount);
  for (const item of items) if (item !== noItem) times[item]!++;
  return times;
}

/** Coverage@k for k = 1 … K: the share of `itemCount` items that are in anybody's best k. */
export function coverageByLength(
  { items, limit }: Recommendations,
  itemCount: number,
): Float64Array {
  const firstPlace = new Uint32Array(itemCount).fill(limit);
  items.forEach((item, at) => {
    const place = at % limit;
    if (item !== noItem && place < firstPlace[item]!) firstPlace[item] = place;
  });
  const coverage = new Float64Array(limit);
  for (const place of firstPlace) if (place < limit) coverage[place]!++;
  let shown = 0;
  return coverage.map((found) => {
    shown += found;
    return shown / itemCount;
  });
}

/**
 * Which share of the total the first items have, when they are sorted from the highest count down:
 * a Lorenz curve (1905) seen from the other end. Equal counts give the diagonal.
 *
 * @param points how many there are besides (0, 0), evenly over the items
 */
export function concentrationCurve(counts: Uint32Array, points = 100): CurvePoint[] {
  const sorted = counts.slice().sort().reverse();
  const sums = new Float64Array(sorted.length + 1);
  sorted.forEach((count, at) => {
    sums[at + 1] = sums[at]! + count;
  });
  const total = sums[sorted.length]!;
  return Array.from({ length: points + 1 }, (_, point) => {
    const at = (point / points) * sorted.length;
    const below = Math.floor(at);
    const sum = sums[below]! + (at - below) * (sorted[below] ?? 0);
    return { items: point / points, total: total === 0 ? 0 : sum / total };
  });
}

/**
 * The Gini coefficient of counts: 0 when all are equal, towards 1 when one has everything; NaN when
 * all are 0.
 */
export function giniOf(counts: Uint32Array): number {
  const sorted = counts.slice().sort();
  const size = sorted.length;
  let total = 0;
  let weighted = 0;
  sorted.forEach((count, at) => {
    total += count;
    weighted += (2 * (at + 1) - size - 1) * count;
  });
  return weighted / (size * total);
}
