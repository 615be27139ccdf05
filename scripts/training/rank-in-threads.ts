import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { type RankingOptions, recommendAll } from '../../models/evaluation/recommend-all.ts';
import {
  emptyLists,
  type HybridLists,
  namedLists,
  recommendParts,
} from '../../models/evaluation/recommend-parts.ts';
import type { HybridModel } from '../../models/recommenders/hybrid-model.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { forUsersInThreads, userThreads } from './user-threads.ts';

/**
 * @see recommendAll: the same lists, over `options.threads` threads that each have the model. ALS
 * has threads of its own.
 */
export async function rankInThreads(
  model: Model,
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<Recommendations> {
  if (model.kind === 'als' || userThreads(users, options) < 2) {
    return recommendAll(model, train, users, options);
  }
  const { limit } = options;
  const items = new Uint32Array(users.length * limit);
  const job = { task: 'rank', models: [model], train } as const;
  await forUsersInThreads<Uint32Array>(job, users, options, (lists, from) => {
    items.set(lists, from * limit);
  });
  return { limit, items };
}

/** @see recommendParts: the same lists, over `options.threads` threads that each have the model. */
export async function rankPartsInThreads(
  model: HybridModel,
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<HybridLists> {
  if (userThreads(users, options) < 2) return recommendParts(model, train, users, options);
  const { limit } = options;
  const lists = emptyLists(model, users, limit);
  const job = { task: 'parts', models: [model], train } as const;
  await forUsersInThreads<Uint32Array[]>(job, users, options, (answer, from) => {
    for (const [at, items] of answer.entries()) lists[at]?.set(items, from * limit);
  });
  return namedLists(model, lists, limit);
}
