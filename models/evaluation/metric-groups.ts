import { countByColumn, rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import { timesRecommended } from './exposure.ts';
import { quantileGroups } from './quantile-groups.ts';
import type { Recommendations, UserMetrics } from './ranking-metrics.ts';
import type { TestSet } from './test-set.ts';

/** Test users who have about as many items in training. */
export interface ActivityGroup {
  /** Fewest and most training items of a user of the group. */
  readonly low: number;
  readonly high: number;
  readonly users: number;
  readonly recall: Interval;
  readonly ndcg: Interval;
}

/** Items that about as many users have in training. */
export interface PopularityGroup {
  /** Fewest and most training users of an item of the group; both 0 for items that none has. */
  readonly low: number;
  readonly high: number;
  /** How many items training knows; 0 for a group that is only in the test. */
  readonly items: number;
  /** Test interactions with these items. */
  readonly wanted: number;
  /** Mean over the users who want one of them of the share they got; null where nobody does. */
  readonly recall: Interval | null;
  /** Share of all test interactions, and of all recommendations, that are of these items. */
  readonly wantedShare: number;
  readonly recommendedShare: number;
}

/**
 * Metrics of the test users by how many items they have in training, in ten groups, and one of
 * those who have none (see `quantileGroups`).
 *
 * @param seed of the bootstraps
 */
export function byUserActivity(
  { recall, ndcg }: UserMetrics,
  users: Uint32Array,
  train: SparseMatrix,
  seed: number,
): ActivityGroup[] {
  const activity = users.map((user) => rowOf(train, user).indices.length);
  const { groups, groupOf } = quantileGroups(activity);
  return groups.map(({ low, high, size }, group) => {
    const isOfGroup = (_: unknown, user: number) => groupOf[user] === group;
    return {
      low,
      high,
      users: size,
      recall: bootstrapMean(recall.filter(isOfGroup), { seed }),
      ndcg: bootstrapMean(ndcg.filter(isOfGroup), { seed }),
    };
  });
}

/**
 * Recall by how many users an item has in training: ten groups of the catalogue, from the rarest
 * items to the most popular, and one of those that nobody has, among them items that training did
 * not see (see `quantileGroups`).
 *
 * @param seed of the bootstraps
 */
export function byItemPopularity(
  recommendations: Recommendations,
  test: TestSet,
  train: SparseMatrix,
  seed: number,
): PopularityGroup[] {
  // Items that are in the test alone belong to those that nobody has in training.
  const columns = Math.max(train.columns, test.relevant.columns);
  const popularity = new Uint32Array(columns);
  popularity.set(countByColumn(train));
  const { groups, groupOf } = quantileGroups(popularity);
  const wanted = new Uint32Array(groups.length);
  for (const item of test.relevant.indices) wanted[groupOf[item]!]!++;
  const recommended = new Uint32Array(groups.length);
  timesRecommended(recommendations, columns).forEach((times, item) => {
    recommended[groupOf[item]!]! += times;
  });
  const allWanted = test.relevant.indices.length;
  const allRecommended = recommended.reduce((sum, times) => sum + times, 0);
  const recalls = groupRecalls(recommendations, test, groupOf, groups.length);
  return groups.map(({ low, high, size }, group) => ({
    low,
    high,
    items: high === 0 ? size - (columns - train.columns) : size,
    wanted: wanted[group]!,
    recall: wanted[group] === 0 ? null : bootstrapMean(recalls[group]!, { seed }),
    wantedShare: wanted[group]! / allWanted,
    recommendedShare: allRecommended === 0 ? 0 : recommended[group]! / allRecommended,
  }));
}

/** Of each group, the recall of each user among its items; NaN for a user who wants none. */
function groupRecalls(
  { items, limit }: Recommendations,
  { users, relevant }: TestSet,
  groupOf: Uint8Array,
  groups: number,
): Float64Array[] {
  const recalls = Array.from({ length: groups }, () => new Float64Array(users.length));
  for (let user = 0; user < users.length; user++) {
    const list = new Set(items.subarray(user * limit, (user + 1) * limit));
    const wanted = new Uint32Array(groups);
    const hits = new Uint32Array(groups);
    for (const item of rowOf(relevant, user).indices) {
      wanted[groupOf[item]!]!++;
      if (list.has(item)) hits[groupOf[item]!]!++;
    }
    for (let group = 0; group < groups; group++) {
      recalls[group]![user] = hits[group]! / wanted[group]!;
    }
  }
  return recalls;
}
