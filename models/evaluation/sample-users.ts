import { InteractionsBuilder } from '../dataset/interactions-builder.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import { rowOf } from '../dataset/sparse-matrix.ts';
import type { TestSet } from './test-set.ts';

/** `count` test users drawn at random (all, where there are no more), in their order. */
export function sampleUsers(test: TestSet, count: number, seed: number): TestSet {
  const { length } = test.users;
  if (length <= count) return test;
  const random = seededRandom(seed);
  const chosen: number[] = [];
  // Selection sampling (Knuth, TAOCP 2, 3.4.2 S): every subset is as likely.
  for (let row = 0; chosen.length < count; row++) {
    if (random() * (length - row) < count - chosen.length) chosen.push(row);
  }
  const builder = new InteractionsBuilder();
  for (const [to, from] of chosen.entries()) {
    for (const item of rowOf(test.relevant, from).indices) builder.add(to, item);
  }
  return {
    users: Uint32Array.from(chosen, (row) => test.users[row]!),
    relevant: builder.build(count, test.relevant.columns),
  };
}
