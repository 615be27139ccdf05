import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { ItemNeighboursModel } from './item-neighbours-model.ts';
import type { FitContext, Trainer } from './model.ts';
import { NeighbourRows } from './neighbour-rows.ts';

const exponent = z.number().min(0).max(2);

/** Defaults are a middle course; `evaluate` chooses them on a validation part of the data. */
export const itemNeighboursConfigSchema = z.strictObject({
  /** K: how many neighbours each item keeps. */
  neighbours: z.int().min(1).max(10_000).default(300),
  /** a: how much less a history item says the more users have it. */
  historyExponent: exponent.default(0.5),
  /** b: how much less a user says the more items they have. */
  userExponent: exponent.default(0.5),
  /** c: how much an item's own popularity is held against it; 0 favours popular items. */
  targetExponent: exponent.default(0.4),
  /**
   * Of a user with more items, a seeded sample of so many is learnt from: the time of a user grows
   * with the square of the items.
   */
  longestHistory: z.int().min(2).default(2000),
});
export type ItemNeighboursConfig = z.infer<typeof itemNeighboursConfigSchema>;

const rowsBetweenPauses = 256;

/**
 * Item neighbours on the degree-normalised co-occurrence graph
 *
 *   S = Dᵢ^−a · Rᵀ · Dᵤ^−b · R · Dᵢ^−c,  without its diagonal,
 *
 * R the users × items weights, Dᵢ and Dᵤ the diagonal matrices of its column and row sums, each
 * row of S cut to its K highest entries. The score of item i for a history h is Σⱼ hⱼ · Sⱼᵢ. It is
 * the linear graph filter of GF-CF (Shen et al., CIKM 2021) that graph neural recommenders come
 * close to, with free exponents. Rows are made one at a time, so memory is one row and the result:
 * items × K × 8 bytes. Time is Σᵤ |items of u|².
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createItemNeighboursTrainer(
  config: z.input<typeof itemNeighboursConfigSchema> = {},
): Trainer {
  const parsed = itemNeighboursConfigSchema.parse(config);
  return {
    kind: 'item-neighbours',
    async fit({ interactions }: Dataset, context: FitContext): Promise<ItemNeighboursModel> {
      return new ItemNeighboursModel(await neighbourMatrix(interactions, parsed, context));
    },
  };
}

async function neighbourMatrix(
  interactions: SparseMatrix,
  config: ItemNeighboursConfig,
  { seed, onProgress, signal }: FitContext,
): Promise<SparseMatrix> {
  const rows = new NeighbourRows(interactions, config, seed);
  const total = interactions.columns;
  for (let item = 0; item < total; item++) {
    if (item % rowsBetweenPauses === 0) {
      onProgress?.({ done: item, total });
      await setImmediate();
      signal?.throwIfAborted();
    }
    rows.append(item);
  }
  onProgress?.({ done: total, total });
  return rows.build();
}
