import { setImmediate } from 'node:timers/promises';
import { rowOf, type SparseMatrix, selectRows } from '../dataset/sparse-matrix.ts';
import { AlsModel } from '../recommenders/als-model.ts';
import { recommendMany } from '../recommenders/als-recommend.ts';
import type { FitProgress, History, Model } from '../recommenders/model.ts';
import { HistoryScores } from '../recommenders/score-many.ts';
import { TopItems } from '../recommenders/top-items.ts';
import type { Recommendations } from './ranking-metrics.ts';

export interface RankingOptions {
  /** K: how many items each user gets. */
  readonly limit: number;
  readonly onProgress?: (progress: FitProgress) => void;
  readonly signal?: AbortSignal;
  /** Worker threads for a model that can rank on several; they change the time, not the lists. */
  readonly threads?: number;
}

const usersBetweenPauses = 64;
/** Users that a model with a batch path of its own is given at a time. */
const usersOfBatch = 4096;

/**
 * The best `limit` items of each user among all that the user does not have in `train`: every item
 * of the catalogue is ranked, none are sampled (Krichene & Rendle, KDD 2020, on why).
 *
 * @param train users × items; the rows are what the model is shown and what is left out
 * @param users dense indices; one past the rows of `train` has an empty history
 * @throws the signal's reason when it is aborted
 */
export async function recommendAll(
  model: Model,
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<Recommendations> {
  if (model instanceof AlsModel) return recommendInBatches(model, train, users, options);
  const { limit, onProgress, signal } = options;
  const items = new Uint32Array(users.length * limit);
  const top = new TopItems(limit);
  const scored = new HistoryScores(model);
  const total = users.length;
  for (let from = 0; from < total; from += usersBetweenPauses) {
    onProgress?.({ done: from, total });
    await setImmediate();
    signal?.throwIfAborted();
    const histories = Array.from(users.subarray(from, from + usersBetweenPauses), (user) =>
      historyOf(train, user),
    );
    scored.forEach(histories, (scores, _query, n) => {
      for (const item of histories[n]!.items) scores[item] = Number.NEGATIVE_INFINITY;
      top.select(scores, items.subarray((from + n) * limit, (from + n + 1) * limit));
    });
  }
  onProgress?.({ done: total, total });
  return { limit, items };
}

/** What a user had, as it is given to a model; nothing for one past the rows. */
export function historyOf(train: SparseMatrix, user: number): History {
  const { indices, values } = rowOf(train, user);
  return { items: indices, weights: values };
}

async function recommendInBatches(
  model: AlsModel,
  train: SparseMatrix,
  users: Uint32Array,
  { limit, onProgress, signal, threads = 1 }: RankingOptions,
): Promise<Recommendations> {
  const items = new Uint32Array(users.length * limit);
  for (let from = 0; from < users.length; from += usersOfBatch) {
    onProgress?.({ done: from, total: users.length });
    const histories = selectRows(train, users.subarray(from, from + usersOfBatch));
    const options = { limit, excludeHistory: true, threads, signal };
    items.set((await recommendMany(model, histories, options)).items, from * limit);
  }
  onProgress?.({ done: users.length, total: users.length });
  return { limit, items };
}
