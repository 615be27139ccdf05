import { noItem } from '../recommenders/top-items.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import { timesRecommended } from './exposure.ts';
import type { Recommendations, UserMetrics } from './ranking-metrics.ts';

/** What one metric gains from one model to another, over the same users. */
export interface Gain {
  /** Mean of the users' differences; clear where the interval does not hold 0. */
  readonly difference: Interval;
  /** Users for whom it went up, and down; it stayed for the others. */
  readonly up: number;
  readonly down: number;
}

/** How much more, or less, an item is shown. */
export interface ExposureChange {
  readonly item: number;
  /** How many users have it in their list. */
  readonly before: number;
  readonly after: number;
}

export interface ListChanges {
  /** Mean over the users of the share of the longer list that both lists have. */
  readonly overlap: Interval;
  /** Share of the users whose first item is the same. */
  readonly sameFirst: number;
  /** Items that most users gained and lost, most first. */
  readonly gained: readonly ExposureChange[];
  readonly lost: readonly ExposureChange[];
}

/**
 * The paired gain of one value a user, with a bootstrap over the users. Where either is NaN the
 * user is left out.
 */
export function pairedGain(after: Float64Array, before: Float64Array, seed: number): Gain {
  if (after.length !== before.length) {
    throw new RangeError(`${after.length} and ${before.length} users are not the same users`);
  }
  const differences = after.map((value, user) => value - before[user]!);
  return {
    difference: bootstrapMean(differences, { seed }),
    up: differences.reduce((count, value) => count + (value > 0 ? 1 : 0), 0),
    down: differences.reduce((count, value) => count + (value < 0 ? 1 : 0), 0),
  };
}

/** Paired gains in both metrics that models are compared by. */
export function gainsOf(
  after: UserMetrics,
  before: UserMetrics,
  seed: number,
): { readonly recall: Gain; readonly ndcg: Gain } {
  return {
    recall: pairedGain(after.recall, before.recall, seed),
    ndcg: pairedGain(after.ndcg, before.ndcg, seed),
  };
}

/**
 * What changed in the lists of the same users.
 *
 * @param itemCount both models' items have indices below it, and the same ones
 * @param most how many items are listed as gained and as lost
 * @param seed of the bootstrap
 */
export function changesOf(
  after: Recommendations,
  before: Recommendations,
  { itemCount, most, seed }: { itemCount: number; most: number; seed: number },
): ListChanges {
  const users = after.items.length / after.limit;
  if (users !== before.items.length / before.limit) {
    throw new RangeError('the lists are not of the same users');
  }
  const overlaps = new Float64Array(users);
  let sameFirst = 0;
  for (let user = 0; user < users; user++) {
    const [now, then] = [listOf(after, user), listOf(before, user)];
    const known = new Set(then);
    const both = now.reduce((count, item) => count + (known.has(item) ? 1 : 0), 0);
    overlaps[user] = both / Math.max(now.length, then.length);
    if (now[0] === then[0]) sameFirst++;
  }
  const changes = exposureChanges(after, before, itemCount);
  const by = (sign: number) =>
    changes
      .filter((change) => sign * (change.after - change.before) > 0)
      .sort((a, b) => sign * (b.after - b.before - (a.after - a.before)) || a.item - b.item)
      .slice(0, most);
  return {
    overlap: bootstrapMean(overlaps, { seed }),
    sameFirst: sameFirst / users,
    gained: by(1),
    lost: by(-1),
  };
}

function exposureChanges(
  after: Recommendations,
  before: Recommendations,
  itemCount: number,
): ExposureChange[] {
  const now = timesRecommended(after, itemCount);
  const then = timesRecommended(before, itemCount);
  return Array.from(now, (times, item) => ({ item, before: then[item]!, after: times }));
}

function listOf({ items, limit }: Recommendations, user: number): Uint32Array {
  return items.subarray(user * limit, (user + 1) * limit).filter((item) => item !== noItem);
}
