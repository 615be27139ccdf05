import { rowOf } from '../dataset/sparse-matrix.ts';
import { noItem } from '../recommenders/top-items.ts';
import type { TestSet } from './test-set.ts';

/** What was recommended to each test user. */
export interface Recommendations {
  /** K. */
  readonly limit: number;
  /** Test users × `limit`, row-major, best first, `noItem` where there was nothing more. */
  readonly items: Uint32Array;
}

/** One value a test user, in the order of the test set. */
export interface UserMetrics {
  /** Hits among the K / relevant items. */
  readonly recall: Float64Array;
  /**
   * DCG / ideal DCG with binary gains: a hit at rank r (from 1) gains 1 / log₂(r + 1), and the
   * ideal has min(K, relevant items) hits on top (Järvelin & Kekäläinen 2002).
   */
  readonly ndcg: Float64Array;
  /**
   * Recall among the relevant items that are less popular in training than the median item; items
   * that training did not see are among them. NaN for a user without such an item.
   */
  readonly longTailRecall: Float64Array;
}

/** @param popularity users of each item in training (`countByColumn`) */
export function userMetrics(
  { items, limit }: Recommendations,
  { users, relevant }: TestSet,
  popularity: Uint32Array,
): UserMetrics {
  const median = medianOf(popularity);
  const isLongTail = (item: number) => (popularity[item] ?? 0) < median;
  const recall = new Float64Array(users.length);
  const ndcg = new Float64Array(users.length);
  const longTailRecall = new Float64Array(users.length);
  const ideal = idealGains(limit);
  for (let user = 0; user < users.length; user++) {
    const wanted = new Set(rowOf(relevant, user).indices);
    let gain = 0;
    let hits = 0;
    let longTailHits = 0;
    for (let rank = 0; rank < limit; rank++) {
      const item = items[user * limit + rank]!;
      if (item === noItem || !wanted.has(item)) continue;
      gain += gainAt(rank);
      hits++;
      if (isLongTail(item)) longTailHits++;
    }
    let longTail = 0;
    for (const item of wanted) if (isLongTail(item)) longTail++;
    recall[user] = hits / wanted.size;
    ndcg[user] = gain / ideal[Math.min(limit, wanted.size)]!;
    longTailRecall[user] = longTail === 0 ? Number.NaN : longTailHits / longTail;
  }
  return { recall, ndcg, longTailRecall };
}

export interface CatalogueMetrics {
  /** Share of the catalogue (items that training knows) that was recommended to anybody. */
  readonly coverage: number;
  /** Share of all recommendations that went to the 1 % of items most popular in training. */
  readonly topShare: number;
}

/** @param popularity users of each item in training (`countByColumn`) */
export function catalogueMetrics(
  { items }: Recommendations,
  popularity: Uint32Array,
): CatalogueMetrics {
  const times = new Uint32Array(popularity.length);
  let total = 0;
  for (const item of items) {
    if (item === noItem) continue;
    times[item]!++;
    total++;
  }
  const top = mostPopular(popularity, Math.ceil(popularity.length / 100));
  const onTop = top.reduce((sum, item) => sum + times[item]!, 0);
  const shown = times.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return {
    coverage: shown / popularity.length,
    topShare: total === 0 ? Number.NaN : onTop / total,
  };
}

function gainAt(rank: number): number {
  return 1 / Math.log2(rank + 2);
}

/** At n: the DCG of n hits on top. */
function idealGains(limit: number): Float64Array {
  const gains = new Float64Array(limit + 1);
  for (let rank = 0; rank < limit; rank++) gains[rank + 1] = gains[rank]! + gainAt(rank);
  return gains;
}

function medianOf(values: Uint32Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function mostPopular(popularity: Uint32Array, count: number): Uint32Array {
  const order = Uint32Array.from(popularity, (_, item) => item);
  order.sort((a, b) => popularity[b]! - popularity[a]! || a - b);
  return order.subarray(0, count);
}
