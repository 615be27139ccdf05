import { setImmediate } from 'node:timers/promises';
import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { Model } from '../recommenders/model.ts';
import { noItem } from '../recommenders/top-items.ts';
import type { Recommendations } from './ranking-metrics.ts';

const usersBetweenPauses = 64;

/**
 * The score of each place of the lists that a model has made (users × K, row-major); NaN where
 * there was nothing more.
 *
 * @param train what the lists were ranked from; `users` are its rows, one a list
 * @throws the signal's reason when it is aborted
 */
export async function scoresOfLists(
  model: Model,
  train: SparseMatrix,
  users: Uint32Array,
  { items, limit }: Recommendations,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const scores = new Float32Array(items.length).fill(Number.NaN);
  for (const [row, user] of users.entries()) {
    if (row % usersBetweenPauses === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    const { indices, values } = rowOf(train, user);
    const list = items.subarray(row * limit, (row + 1) * limit).filter((item) => item !== noItem);
    const query = model.query({ items: indices, weights: values });
    query.scoreItems(list, scores.subarray(row * limit, row * limit + list.length));
  }
  return scores;
}
