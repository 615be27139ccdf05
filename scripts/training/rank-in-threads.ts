import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { type RankingOptions, recommendAll } from '../../models/evaluation/recommend-all.ts';
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
