import { setImmediate } from 'node:timers/promises';
import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { History, Model, Query } from '../recommenders/model.ts';
import { noItem, TopItems } from '../recommenders/top-items.ts';
import { type Recommendations, userMetrics } from './ranking-metrics.ts';
import type { RankingOptions } from './recommend-all.ts';
import type { TestSet } from './test-set.ts';

/** One user's candidates: items, and each component's standard scores of them, one after another. */
interface Pool {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
}

const usersBetweenPauses = 16;
/** How many of each model's best items are kept for each place of a list. */
const depthPerPlace = 10;

/**
 * The standard scores of a few models for the items that any of them ranks high, kept so that many
 * weightings can be tried without scoring again. What is left out is in no component's best
 * 10 · K and comes into a blend's best K hardly ever.
 */
export class BlendPool {
  readonly #pools: readonly Pool[];
  readonly #test: TestSet;
  readonly #limit: number;

  private constructor(pools: readonly Pool[], test: TestSet, limit: number) {
    this.#pools = pools;
    this.#test = test;
    this.#limit = limit;
  }

  /**
   * @param train what the models were fitted on
   * @param limit K of the lists that are compared
   */
  static async fill(
    models: readonly Model[],
    train: SparseMatrix,
    test: TestSet,
    { limit, onProgress, signal }: RankingOptions,
  ): Promise<BlendPool> {
    const depth = depthPerPlace * limit;
    const scores = models.map(({ itemCount }) => new Float32Array(itemCount));
    const top = new TopItems(depth);
    const pools: Pool[] = [];
    for (const [n, user] of test.users.entries()) {
      if (n % usersBetweenPauses === 0) {
        onProgress?.({ done: n, total: test.users.length });
        await setImmediate();
        signal?.throwIfAborted();
      }
      const { indices, values } = rowOf(train, user);
      const history = { items: indices, weights: values };
      models.forEach((model, at) => {
        standardise(model.query(history), history, scores[at]!);
      });
      pools.push(poolOf(scores, top, depth));
    }
    onProgress?.({ done: test.users.length, total: test.users.length });
    return new BlendPool(pools, test, limit);
  }

  /** NDCG@K of each test user for one weight a model. */
  ndcg(weights: readonly number[]): Float64Array {
    const limit = this.#limit;
    const items = new Uint32Array(this.#pools.length * limit);
    const top = new TopItems(limit);
    this.#pools.forEach((pool, user) => {
      const { length } = pool.items;
      for (let at = 0; at < length; at++) {
        let score = 0;
        for (let model = 0; model < weights.length; model++) {
          score += weights[model]! * pool.scores[model * length + at]!;
        }
        top.offer(pool.items[at]!, score);
      }
      top.drain(items.subarray(user * limit, (user + 1) * limit));
    });
    const recommendations: Recommendations = { limit, items };
    return userMetrics(recommendations, this.#test, new Uint32Array()).ndcg;
  }
}

function standardise(query: Query, history: History, scores: Float32Array): void {
  query.score(scores);
  const { mean, scale } = query.moments();
  for (let item = 0; item < scores.length; item++) scores[item] = scale * (scores[item]! - mean);
  for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY;
}

function poolOf(scores: readonly Float32Array[], top: TopItems, depth: number): Pool {
  const chosen = new Uint32Array(depth);
  const union = new Set<number>();
  for (const ofModel of scores) {
    top.select(ofModel, chosen);
    for (const item of chosen) if (item !== noItem) union.add(item);
  }
  const items = Uint32Array.from(union);
  const kept = new Float32Array(scores.length * items.length);
  scores.forEach((ofModel, model) => {
    items.forEach((item, at) => {
      kept[model * items.length + at] = ofModel[item]!;
    });
  });
  return { items, scores: kept };
}
