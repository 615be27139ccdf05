import { bootstrapMean, type Interval } from '../../models/evaluation/bootstrap.ts';
import type { UserMetrics } from '../../models/evaluation/ranking-metrics.ts';
import type { HeldOut, TrainingData } from './training-source.ts';

/** What part of a test no model could know, and how it does without that part. */
export interface ColdReport {
  /** Share of the test interactions that are on items which training did not see. */
  readonly unseenItemShare: number;
  /** The test users with at least one interaction in training. */
  readonly warmUsers: {
    readonly users: number;
    readonly recall: Interval;
    readonly ndcg: Interval;
  };
}

/** @param seed of the bootstrap */
export function coldReport(
  { recall, ndcg }: UserMetrics,
  { dataset: { interactions, items } }: TrainingData,
  { test: { users, relevant } }: HeldOut,
  seed: number,
): ColdReport {
  const unseen = relevant.indices.reduce((sum, item) => sum + (item >= items.size ? 1 : 0), 0);
  const isWarm = (_: unknown, at: number) => {
    const user = users[at] ?? 0;
    return (interactions.indptr[user + 1] ?? 0) > (interactions.indptr[user] ?? 0);
  };
  const warm = { recall: recall.filter(isWarm), ndcg: ndcg.filter(isWarm) };
  return {
    unseenItemShare: unseen / relevant.indices.length,
    warmUsers: {
      users: warm.recall.length,
      recall: bootstrapMean(warm.recall, { seed }),
      ndcg: bootstrapMean(warm.ndcg, { seed }),
    },
  };
}
