import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { type Candidates, candidatesOf } from '../../models/evaluation/blend-pool.ts';
import type { RankingOptions } from '../../models/evaluation/recommend-all.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { forUsersInThreads, userThreads } from './user-threads.ts';

/** @see candidatesOf: the same, over `options.threads` threads that each have the models. */
export async function candidatesInThreads(
  models: readonly Model[],
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<Candidates[]> {
  if (userThreads(users, options) < 2) return candidatesOf(models, train, users, options);
  const candidates: Candidates[] = new Array(users.length);
  const job = { task: 'candidates', models, train } as const;
  await forUsersInThreads<Candidates[]>(job, users, options, (answer, from) => {
    for (const [n, ofUser] of answer.entries()) candidates[from + n] = ofUser;
  });
  return candidates;
}
