import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { splitByBlocks } from '../../../../models/evaluation/block-split.ts';
import { sampleUsers } from '../../../../models/evaluation/sample-users.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';

describe('splitByBlocks', () => {
  it('holds out what belongs together', () => {
    // Users 1–4 have 0, 1, 2 or 3, 4, 5; user 0 has all six. Half of them is one group or the other.
    const of = (user: number, items: number[]) =>
      items.map((item) => [user, item] as [number, number]);
    const interactions = buildInteractions([
      ...of(0, [0, 1, 2, 3, 4, 5]),
      ...of(1, [0, 1, 2]),
      ...of(2, [0, 1, 2]),
      ...of(3, [3, 4, 5]),
      ...of(4, [3, 4, 5]),
    ]);
    const groups = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) {
      const { train, test } = splitByBlocks(interactions, 0.5, seed);
      const heldOut = [...rowOf(test.relevant, test.users.indexOf(0)).indices];
      groups.add(heldOut.join());
      const kept = [...rowOf(train, 0).indices];
      expect([...kept, ...heldOut].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    }
    expect([...groups].sort()).toEqual(['0,1,2', '3,4,5']);
  });

  it('takes the share of each user, at least one item, and none of a user with two', () => {
    const interactions = randomInteractions({ rows: 50, columns: 60, longest: 30, seed: 2 });
    const { train, test } = splitByBlocks(interactions, 0.1, 1);
    for (let user = 0; user < 50; user++) {
      const all = rowOf(interactions, user).indices.length;
      const expected = all < 3 ? 0 : Math.max(1, Math.round(0.1 * all));
      const row = test.users.indexOf(user);
      expect(row < 0 ? 0 : rowOf(test.relevant, row).indices.length).toBe(expected);
      expect(rowOf(train, user).indices.length).toBe(all - expected);
    }
  });

  it('gives the same cut for the same seed', () => {
    const interactions = randomInteractions({ rows: 50, columns: 60, longest: 30, seed: 2 });
    expect(splitByBlocks(interactions, 0.2, 3)).toEqual(splitByBlocks(interactions, 0.2, 3));
    expect(splitByBlocks(interactions, 0.2, 3)).not.toEqual(splitByBlocks(interactions, 0.2, 4));
  });

  it('draws blocks of its own, whatever users are sampled with the same seed', () => {
    const interactions = randomInteractions({ rows: 3000, columns: 400, longest: 60, seed: 2 });
    const { test } = splitByBlocks(interactions, 0.01, 1);
    const sampled = sampleUsers(test, 1000, 1);
    // With one held-out item a user, its place among the user's items says where the block began.
    const places = Array.from(sampled.users, (user, row) => {
      const { indices } = rowOf(interactions, user);
      return indices.indexOf(rowOf(sampled.relevant, row).indices[0] ?? -1) / indices.length;
    });
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    expect(mean).toBeGreaterThan(0.43);
    expect(mean).toBeLessThan(0.53);
  });

  it('refuses a share that is none', () => {
    const interactions = buildInteractions([[0, 0]]);
    expect(() => splitByBlocks(interactions, 1, 1)).toThrow('share 1 is not between 0 and 1');
  });
});
