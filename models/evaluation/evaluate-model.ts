import { countByColumn, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import {
  catalogueMetrics,
  type Recommendations,
  type UserMetrics,
  userMetrics,
} from './ranking-metrics.ts';
import type { TestSet } from './test-set.ts';

/** Means over the test users with 95 % bootstrap intervals, and shares over the catalogue. */
export interface RankingMetrics {
  readonly k: number;
  readonly recall: Interval;
  readonly ndcg: Interval;
  /** Null where no test user has an item of the long tail. */
  readonly longTailRecall: Interval | null;
  readonly coverage: number;
  /** Null where nothing was recommended. */
  readonly topShare: number | null;
}

/**
 * Every metric of a list of recommendations.
 *
 * @param train what the model was fitted on: popularity and the catalogue are counted in it
 * @param seed of the bootstrap
 */
export function measure(
  recommendations: Recommendations,
  test: TestSet,
  train: SparseMatrix,
  seed: number,
): { readonly metrics: RankingMetrics; readonly perUser: UserMetrics } {
  const popularity = countByColumn(train);
  const perUser = userMetrics(recommendations, test, popularity);
  const { coverage, topShare } = catalogueMetrics(recommendations, popularity);
  const longTailRecall = bootstrapMean(perUser.longTailRecall, { seed });
  const metrics = {
    k: recommendations.limit,
    recall: bootstrapMean(perUser.recall, { seed }),
    ndcg: bootstrapMean(perUser.ndcg, { seed }),
    longTailRecall: Number.isNaN(longTailRecall.mean) ? null : longTailRecall,
    coverage,
    topShare: Number.isNaN(topShare) ? null : topShare,
  };
  return { metrics, perUser };
}

/** Mean NDCG alone: what hyper-parameters are chosen by. */
export function meanNdcg(recommendations: Recommendations, test: TestSet): number {
  const { ndcg } = userMetrics(recommendations, test, new Uint32Array());
  return ndcg.reduce((sum, value) => sum + value, 0) / ndcg.length;
}
