import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { splitRandomly } from '../../../../models/evaluation/random-split.ts';

const everything = buildInteractions(
  Array.from({ length: 300 }, (_, n) => [Math.floor(n / 10), n % 10] as const),
);

describe('splitRandomly', () => {
  it('holds out the share of every user and loses nothing', () => {
    const { train, test } = splitRandomly(everything, 0.2, 1);
    expect(test.users.length).toBe(30);
    for (let user = 0; user < 30; user++) {
      const kept = rowOf(train, user).indices;
      const held = rowOf(test.relevant, user).indices;
      expect([kept.length, held.length]).toEqual([8, 2]);
      expect([...kept, ...held].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('is the same for a seed and another for another seed', () => {
    expect(splitRandomly(everything, 0.2, 1)).toEqual(splitRandomly(everything, 0.2, 1));
    expect(splitRandomly(everything, 0.2, 1)).not.toEqual(splitRandomly(everything, 0.2, 2));
  });

  it('leaves a user at least one item', () => {
    const one = buildInteractions([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    const { train, test } = splitRandomly(one, 0.99, 1);
    expect([...train.indptr]).toEqual([0, 1, 2]);
    expect([...test.users]).toEqual([1]);
  });

  it('refuses a share that is not between 0 and 1', () => {
    expect(() => splitRandomly(everything, 1, 1)).toThrow('share 1');
  });
});
