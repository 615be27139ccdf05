import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { sampleUsers } from '../../../../models/evaluation/sample-users.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';

/** User u of 50 wants item u alone. */
const test = testSetOf(buildInteractions(Array.from({ length: 50 }, (_, n) => [n, n] as const)));

describe('sampleUsers', () => {
  it('draws as many users as asked, each with their own items', () => {
    const sample = sampleUsers(test, 12, 1);
    expect(sample.users.length).toBe(12);
    sample.users.forEach((user, row) => {
      expect([...rowOf(sample.relevant, row).indices]).toEqual([user]);
    });
  });

  it('gives all when there are no more, and is the same for a seed', () => {
    expect(sampleUsers(test, 50, 1)).toBe(test);
    expect(sampleUsers(test, 12, 1)).toEqual(sampleUsers(test, 12, 1));
    expect(sampleUsers(test, 12, 1)).not.toEqual(sampleUsers(test, 12, 2));
  });
});
