import { confidenceOf, type EventWeights } from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { History } from '../../models/recommenders/model.ts';
import type { Transaction } from '../database/transaction.ts';
import { readRecentInterests } from './training-store.ts';

/** Takes one user's history, its items ascending, and when they were last seen (seconds since 1970). */
export type TakeHistory = (userId: string, history: History, lastSeen: number) => void;

/**
 * Reads what users have done up to a time as a model takes it: users whose switch is on, without what
 * they wanted deleted, who have done something with an item of the model; in the order of the bytes
 * of their ids.
 *
 * @param items the model's
 * @param options.before milliseconds since 1970
 * @param options.most users at most: those who did something last
 */
export async function readRecentHistories(
  transaction: Transaction,
  items: IdMap,
  options: { readonly before: number; readonly most: number; readonly weights: EventWeights },
  take: TakeHistory,
): Promise<void> {
  const user = new OneUser();
  const finish = () => {
    const history = user.history();
    if (history.items.length > 0) take(user.id, history, user.lastSeen);
  };
  const { before, most, weights } = options;
  await readRecentInterests(
    transaction,
    { before, most },
    weights,
    (userId, itemId, sum, lastAt) => {
      if (userId !== user.id) {
        finish();
        user.begin(userId);
      }
      const item = items.indexOf(itemId);
      // What rounding has left of a sum that is 0 has no confidence.
      const confidence = Math.fround(confidenceOf(sum));
      if (item !== undefined && confidence > 0) user.add(item, confidence, lastAt);
    },
  );
  finish();
}

/** The rows of one user, which come one after the other. */
class OneUser {
  id = '';
  lastSeen = 0;
  #pairs: [item: number, weight: number][] = [];

  begin(id: string): void {
    // The text is a view into a larger one, which would be kept with it.
    this.id = Buffer.from(id).toString();
    this.lastSeen = 0;
    this.#pairs = [];
  }

  add(item: number, weight: number, lastAt: number): void {
    this.#pairs.push([item, weight]);
    this.lastSeen = Math.max(this.lastSeen, lastAt);
  }

  history(): History {
    const pairs = this.#pairs.sort(([a], [b]) => a - b);
    return {
      items: Uint32Array.from(pairs, ([item]) => item),
      weights: Float32Array.from(pairs, ([, weight]) => weight),
    };
  }
}
