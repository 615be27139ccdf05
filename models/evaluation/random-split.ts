import { InteractionsBuilder } from '../dataset/interactions-builder.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { type TestSet, testSetOf } from './test-set.ts';

/**
 * Holds out a random part of every user's items, for data without timestamps: `share` of them,
 * rounded, and at least one item always stays in training. Not for timestamped data, where it
 * trains on the days that it is tested on: see TimeSplit.
 *
 * @param share of each user's items, between 0 and 1
 */
export function splitRandomly(
  interactions: SparseMatrix,
  share: number,
  seed: number,
): { train: SparseMatrix; test: TestSet } {
  if (!(share > 0 && share < 1)) throw new RangeError(`share ${share} is not between 0 and 1`);
  const random = seededRandom(seed);
  const train = new InteractionsBuilder();
  const heldOut = new InteractionsBuilder();
  for (let user = 0; user < interactions.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    const target = Math.min(Math.round(indices.length * share), indices.length - 1);
    const chosen = sample(indices.length, target, random);
    indices.forEach((item, at) => {
      (chosen.has(at) ? heldOut : train).add(user, item, values[at]!);
    });
  }
  const { rows, columns } = interactions;
  return { train: train.build(rows, columns), test: testSetOf(heldOut.build(rows, columns)) };
}

/** `count` of the numbers `0 … size - 1`, each as likely as the others (Floyd's algorithm). */
function sample(size: number, count: number, random: () => number): Set<number> {
  const chosen = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const candidate = Math.floor(random() * (last + 1));
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return chosen;
}
