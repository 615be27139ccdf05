import { setImmediate } from 'node:timers/promises';
import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { History, Model, Query } from '../recommenders/model.ts';
import { HistoryScores } from '../recommenders/score-many.ts';
import { noItem, TopItems } from '../recommenders/top-items.ts';
import { type Recommendations, userMetrics } from './ranking-metrics.ts';
import { historyOf, type RankingOptions } from './recommend-all.ts';
import type { TestSet } from './test-set.ts';

/** One user's candidates: items, and each model's standard scores of them, one after another. */
export interface Candidates {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
}

const usersBetweenPauses = 64;
/** How many of each model's best items are kept for each place of a list. */
const depthPerPlace = 10;

/**
 * The standard scores of a few models for the items that any of them ranks high, kept so that many
 * weightings can be tried without scoring again. What is left out is in no component's best
 * 10 · K and comes into a blend's best K hardly ever.
 */
export class BlendPool {
  readonly #candidates: readonly Candidates[];
  readonly #test: TestSet;
  readonly #limit: number;

  /**
   * @param candidates of each test user (`candidatesOf`)
   * @param limit K of the lists that are compared
   */
  constructor(candidates: readonly Candidates[], test: TestSet, limit: number) {
    this.#candidates = candidates;
    this.#test = test;
    this.#limit = limit;
  }

  /** NDCG@K of each test user for one weight a model. */
  ndcg(weights: readonly number[]): Float64Array {
    const limit = this.#limit;
    const items = new Uint32Array(this.#candidates.length * limit);
    const top = new TopItems(limit);
    this.#candidates.forEach((pool, user) => {
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

/**
 * Each user's candidates for lists of `limit` items.
 *
 * @param train what the models were fitted on
 * @param users dense indices; one past the rows of `train` has an empty history
 * @throws the signal's reason when it is aborted
 */
export async function candidatesOf(
  models: readonly Model[],
  train: SparseMatrix,
  users: Uint32Array,
  { limit, onProgress, signal }: RankingOptions,
): Promise<Candidates[]> {
  const finder = new CandidateFinder(models, depthPerPlace * limit);
  const candidates: Candidates[] = [];
  for (let from = 0; from < users.length; from += usersBetweenPauses) {
    onProgress?.({ done: from, total: users.length });
    await setImmediate();
    signal?.throwIfAborted();
    const block = Array.from(users.subarray(from, from + usersBetweenPauses));
    candidates.push(...finder.find(block.map((user) => historyOf(train, user))));
  }
  onProgress?.({ done: users.length, total: users.length });
  return candidates;
}

/** Finds what is high in any model's list, and what all models say about it. */
class CandidateFinder {
  readonly #scored: readonly HistoryScores[];
  readonly #top: TopItems;
  readonly #chosen: Uint32Array;

  constructor(models: readonly Model[], depth: number) {
    this.#scored = models.map((model) => new HistoryScores(model));
    this.#top = new TopItems(depth);
    this.#chosen = new Uint32Array(depth);
  }

  /** @returns one a history */
  find(histories: readonly History[]): Candidates[] {
    const unions = histories.map(() => new Set<number>());
    const queries: Query[][] = histories.map(() => []);
    for (const scored of this.#scored) {
      scored.forEach(histories, (scores, query, n) => {
        for (const item of histories[n]!.items) scores[item] = Number.NEGATIVE_INFINITY;
        this.#top.select(scores, this.#chosen);
        for (const item of this.#chosen) if (item !== noItem) unions[n]!.add(item);
        queries[n]!.push(query);
      });
    }
    return unions.map((union, n) => standardScores(Uint32Array.from(union), queries[n]!));
  }
}

function standardScores(items: Uint32Array, queries: readonly Query[]): Candidates {
  const all = new Float32Array(queries.length * items.length);
  queries.forEach((query, model) => {
    const scores = all.subarray(model * items.length, (model + 1) * items.length);
    query.scoreItems(items, scores);
    const { mean, scale } = query.moments();
    for (let at = 0; at < scores.length; at++) scores[at] = scale * (scores[at]! - mean);
  });
  return { items, scores: all };
}
