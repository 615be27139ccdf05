import { bootstrapMean, type Interval } from '../evaluation/bootstrap.ts';
import { userMetrics } from '../evaluation/ranking-metrics.ts';
import type { TestSet } from '../evaluation/test-set.ts';
import type { AlsModel } from '../recommenders/als-model.ts';
import { HybridModel } from '../recommenders/hybrid-model.ts';
import type { PopularityModel } from '../recommenders/popularity.ts';
import { TopItems } from '../recommenders/top-items.ts';
import { ContentEncoder } from './content-encoder.ts';
import { newUserQuery } from './content-queries.ts';
import type { FeatureBags } from './feature-bags.ts';

/** Why profiles count what they count. */
export interface ProfileChoice {
  /** 0 where no gain over popularity was clear. */
  readonly weight: number;
  /** The best that was found, whether it was taken or not. */
  readonly searched: number;
  /** Mean NDCG of the confirming users by popularity alone. */
  readonly popularityNdcg: number;
  /** Mean gain of the searched weight on the confirming users, and its interval. */
  readonly gain: Interval;
}

export interface ProfileTask {
  readonly als: AlsModel;
  readonly popularity: PopularityModel;
  readonly encoder: ContentEncoder;
  readonly profiles: FeatureBags;
  /** Users without a history, and what they went on to take. */
  readonly test: TestSet;
  readonly limit: number;
  readonly seed: number;
}

const weights = [0.1, 0.2, 0.5, 1, 2, 5];

/**
 * Chooses what a profile counts beside popularity for users who have done nothing yet: every second
 * user chooses, the others must confirm a gain whose 95 % bootstrap interval is above 0. Otherwise
 * new users get what is popular.
 */
export function chooseProfileWeight(task: ProfileTask): ProfileChoice {
  const ndcgs = ndcgsOf(task);
  const half = (values: Float64Array, parity: number) =>
    values.filter((_, user) => user % 2 === parity);
  const mean = (values: Float64Array) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const [popular, ...blended] = ndcgs as [Float64Array, ...Float64Array[]];
  const means = blended.map((values) => mean(half(values, 0)));
  const best = means.indexOf(Math.max(...means));
  const searched = weights[best]!;
  const gains = blended[best]!.map((value, user) => value - popular[user]!);
  const gain = bootstrapMean(half(gains, 1), { seed: task.seed });
  const weight = gain.low > 0 ? searched : 0;
  return { weight, searched, popularityNdcg: mean(half(popular, 1)), gain };
}

/** NDCG of each user by popularity alone, and with each of the weights. */
function ndcgsOf({ als, popularity, encoder, profiles, test, limit }: ProfileTask): Float64Array[] {
  const model = new HybridModel([
    { model: popularity, weight: 0 },
    { model: als, weight: 1 },
  ]);
  const encoders = weights.map((profileWeight) => {
    return new ContentEncoder({ ...encoder.parameters, profileWeight });
  });
  const lists = [0, ...weights].map(() => new Uint32Array(test.users.length * limit));
  const scores = new Float32Array(model.itemCount);
  const top = new TopItems(limit);
  test.users.forEach((user, row) => {
    const vector = encoder.encodeStranger(profiles, user);
    for (const [at, list] of lists.entries()) {
      const query =
        at === 0
          ? popularity.query({ items: new Uint32Array(0), weights: new Float32Array(0) })
          : newUserQuery(model, encoders[at - 1]!, vector);
      if (query) query.score(scores);
      top.select(scores, list.subarray(row * limit, (row + 1) * limit));
    }
  });
  return lists.map((items) => userMetrics({ items, limit }, test, new Uint32Array()).ndcg);
}
