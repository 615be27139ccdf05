import { isDeepStrictEqual } from 'node:util';
import {
  confidenceOf,
  type EventWeights,
  eventWeights,
} from '../../models/dataset/event-weights.ts';
import { InteractionsBuilder } from '../../models/dataset/interactions-builder.ts';
import { resized, type SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import { type TestSet, testSetOf } from '../../models/evaluation/test-set.ts';
import { withoutPairsOf } from '../../models/evaluation/time-split.ts';
import type { Transaction } from '../database/transaction.ts';
import type { SplitIds } from './split-ids.ts';
import { readInterests, readPositives } from './training-store.ts';

/** Milliseconds since 1970. */
export interface TimeCut {
  /** What is learnt from is before it. */
  readonly at: number;
  /** What is tested is from `at` on and before this. */
  readonly until: number;
}

export interface TimeSplitData {
  /** Users × known items: what was known at the cut. */
  readonly interactions: SparseMatrix;
  readonly test: TestSet;
}

export interface SplitWeights {
  /** What histories are weighed by. */
  readonly weights?: EventWeights;
  /**
   * What says whether an item was wanted, and whether it was known already; the same unless given.
   * Two models with weights of their own compare on one test.
   */
  readonly testWeights?: EventWeights;
}

/**
 * Reads what was known of users' interests at one time, and which items they wanted after it. A
 * pair that was known already is no test, because models leave out what a user has met. Users and
 * items that are met after the cut only stay in the test: a shop has them too.
 *
 * @param transaction repeatable read, so that both sides are of one moment
 * @param ids indices given out so far; when it has no items yet, training's become the known ones
 */
export async function readTimeSplit(
  transaction: Transaction,
  { at, until }: TimeCut,
  ids: SplitIds,
  signal?: AbortSignal,
  { weights = eventWeights, testWeights = weights }: SplitWeights = {},
): Promise<TimeSplitData> {
  const read = async (by: EventWeights) => {
    const builder = new InteractionsBuilder();
    const take = (user: string, item: string, sum: number) =>
      builder.add(ids.userIndex(user), ids.itemIndex(item), confidenceOf(sum));
    await readInterests(transaction, at, by, take, signal);
    return builder;
  };
  const known = await read(weights);
  ids.completeItems();
  const met = isDeepStrictEqual(weights, testWeights) ? known : await read(testWeights);

  const wanted = new InteractionsBuilder();
  const takeWanted = (user: string, item: string) =>
    wanted.add(ids.userIndex(user), ids.itemIndex(item));
  await readPositives(transaction, { from: at, until }, testWeights, takeWanted, signal);

  const users = ids.users.size;
  const interactions = known.build(users);
  const test = testSetOf(withoutPairsOf(met.build(users), wanted.build(users)));
  return { interactions: resized(interactions, users, ids.items.size), test };
}
