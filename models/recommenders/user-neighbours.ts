import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { Dataset } from '../dataset/dataset.ts';
import { transpose } from '../dataset/sparse-matrix.ts';
import { checkInteractions } from './als-check.ts';
import type { FitContext, Trainer } from './model.ts';
import { UserNeighboursModel } from './user-neighbours-model.ts';

export const userNeighboursConfigSchema = z.strictObject({
  /** K: how many users a history is given. */
  neighbours: z.int().min(1).max(10_000).default(200),
  /** a: how much less a user is like another the more items they have. */
  userExponent: z.number().min(0).max(2).default(0.5),
  /** b: how much less an item says that two users share the more users have it. */
  itemExponent: z.number().min(0).max(2).default(1),
  /** p: above 1, the nearest users count for more. */
  power: z.number().min(0).max(8).default(1.5),
  /**
   * Of a more popular item, only so many users are looked at: those of whom it says most. It bounds
   * the time of a query; on gowalla 500 rank as well as all.
   */
  usersPerItem: z.int().min(1).default(1000),
});
export type UserNeighboursConfig = z.infer<typeof userNeighboursConfigSchema>;

/**
 * User neighbours: a history h is compared with every user u of the training data that it shares an
 * item with,
 *
 *   s(h, u) = (|h|^−a · Σⱼ hⱼ · dⱼ^−b · R[u, j] · |u|^−a)^p,
 *
 * R the users × items weights, dⱼ its column sums, |u| its row sums and |h| the history's sum, and
 * the K users that are most like it add up: score(i) = Σᵤ s(h, u) · R[u, i]. With a = ½ and b = 1
 * the bracket is an entry of Dᵤ^−½ R Dᵢ^−1 Rᵀ Dᵤ^−½, the normalised graph of users.
 *
 * Nothing is learnt: the model is the matrix. Time of a query is the users of the history's items
 * plus the items of K users.
 *
 * @throws ZodError for an unknown key or a value out of range
 */
export function createUserNeighboursTrainer(
  config: z.input<typeof userNeighboursConfigSchema> = {},
): Trainer {
  const parsed = userNeighboursConfigSchema.parse(config);
  return {
    kind: 'user-neighbours',
    async fit({ interactions }: Dataset, context: FitContext): Promise<UserNeighboursModel> {
      const { onProgress, signal } = context;
      onProgress?.({ done: 0, total: 1 });
      await setImmediate();
      signal?.throwIfAborted();
      checkInteractions(interactions);
      const model = new UserNeighboursModel(transpose(interactions), parsed);
      onProgress?.({ done: 1, total: 1 });
      return model;
    },
  };
}
