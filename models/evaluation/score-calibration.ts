import { rowOf } from '../dataset/sparse-matrix.ts';
import { noItem } from '../recommenders/top-items.ts';
import { bootstrapMean, bootstrapRatio, type Interval } from './bootstrap.ts';
import type { Recommendations } from './ranking-metrics.ts';
import type { TestSet } from './test-set.ts';

/** Recommendations with about the same score. */
export interface ScoreBin {
  readonly low: number;
  readonly high: number;
  readonly meanScore: number;
  /** How many recommendations are in it. */
  readonly recommendations: number;
  /** Share of them that the users took, with an interval over the users. */
  readonly hitRate: Interval;
}

/** 1 where a place of a list (test users × K) holds an item that the user took, else 0. */
export function hitsOf({ items, limit }: Recommendations, { relevant }: TestSet): Uint8Array {
  const hits = new Uint8Array(items.length);
  for (let user = 0; user < relevant.rows; user++) {
    const wanted = new Set(rowOf(relevant, user).indices);
    for (let at = user * limit; at < (user + 1) * limit; at++) {
      if (wanted.has(items[at]!)) hits[at] = 1;
    }
  }
  return hits;
}

/**
 * Share of hits by score: all recommendations, sorted by score, in bins of the same size. Where a
 * score means the same for every user the rate rises from bin to bin; by how much says what a
 * difference in score is worth. A place without an item or with a score of NaN is left out.
 *
 * @param scores of the places of the lists, as `hits`
 */
export function hitRateByScore(
  { items, limit }: Recommendations,
  scores: Float32Array,
  hits: Uint8Array,
  { bins = 10, seed }: { bins?: number; seed: number },
): ScoreBin[] {
  const places = Uint32Array.from(items, (_, at) => at)
    .filter((at) => items[at] !== noItem && !Number.isNaN(scores[at]))
    .sort((a, b) => scores[a]! - scores[b]! || a - b);
  const edges = Array.from({ length: bins + 1 }, (_, bin) =>
    Math.round((bin * places.length) / bins),
  );
  return edges.slice(1).flatMap((to, bin) => {
    const ofBin = places.subarray(edges[bin], to);
    return ofBin.length === 0 ? [] : [scoreBin(ofBin, scores, hits, limit, seed)];
  });
}

/** Share of the users who took what stood at each of the first places of their list. */
export function hitRateByPlace(
  hits: Uint8Array,
  limit: number,
  { places = limit, seed }: { places?: number; seed: number },
): Interval[] {
  const users = hits.length / limit;
  return Array.from({ length: Math.min(places, limit) }, (_, place) => {
    const ofPlace = Float64Array.from({ length: users }, (_, user) => hits[user * limit + place]!);
    return bootstrapMean(ofPlace, { seed });
  });
}

function scoreBin(
  places: Uint32Array,
  scores: Float32Array,
  hits: Uint8Array,
  limit: number,
  seed: number,
): ScoreBin {
  const users = hits.length / limit;
  const taken = new Float64Array(users);
  const shown = new Float64Array(users);
  let sum = 0;
  for (const at of places) {
    const user = Math.floor(at / limit);
    taken[user]! += hits[at]!;
    shown[user]!++;
    sum += scores[at]!;
  }
  return {
    low: scores[places[0]!]!,
    high: scores[places.at(-1)!]!,
    meanScore: sum / places.length,
    recommendations: places.length,
    hitRate: bootstrapRatio(taken, shown, { seed }),
  };
}
