import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { byItemPopularity, byUserActivity } from '../../../../models/evaluation/metric-groups.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

/** Users 0 to 3 have 2, 1, 1 and 0 items; items 0 to 3 have 3, 1, 0 and 0 users. */
const train = buildInteractions(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 0],
  ],
  4,
  4,
);
/** Item 5 is one that training has no column for. */
const test = testSetOf(
  buildInteractions([
    [0, 2],
    [0, 5],
    [1, 1],
    [2, 1],
    [3, 0],
    [3, 1],
  ]),
);
const recommendations = {
  limit: 2,
  items: Uint32Array.of(...[2, 3], ...[1, 2], ...[3, 2], ...[0, noItem]),
};

describe('byUserActivity', () => {
  it('gives the means of users with none, few and many items', () => {
    const perUser = {
      recall: Float64Array.of(0.5, 1, 0, 0.25),
      ndcg: Float64Array.of(0.6, 0.8, 0, 0.3),
      longTailRecall: new Float64Array(4),
    };
    const groups = byUserActivity(perUser, test.users, train, 1);
    expect(
      groups.map(({ low, high, users, recall, ndcg }) => [
        low,
        high,
        users,
        recall.mean,
        ndcg.mean,
      ]),
    ).toEqual([
      [0, 0, 1, 0.25, 0.3],
      [1, 1, 2, 0.5, 0.4],
      [2, 2, 1, 0.5, 0.6],
    ]);
    expect(groups[1]?.recall.low).toBeLessThan(0.5);
    expect(groups[0]?.recall).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
  });
});

describe('byItemPopularity', () => {
  const groups = byItemPopularity(recommendations, test, train, 1);

  it('has the catalogue from what nobody has to the most popular', () => {
    expect(groups.map(({ low, high, items }) => [low, high, items])).toEqual([
      [0, 0, 2],
      [1, 1, 1],
      [3, 3, 1],
    ]);
  });

  it('is the mean over those who want one of the group of what they got of it', () => {
    // Items without users: user 0 wants 2 and 5, got 2. Item 1: user 1 got it, users 2 and 3 did
    // not. Item 0: user 3 got it.
    expect(groups.map(({ wanted, recall }) => [wanted, recall?.mean])).toEqual([
      [2, 1 / 2],
      [3, 1 / 3],
      [1, 1],
    ]);
  });

  it('sets what was shown against what was wanted', () => {
    expect(groups.map(({ wantedShare }) => wantedShare)).toEqual([2 / 6, 3 / 6, 1 / 6]);
    expect(groups.map(({ recommendedShare }) => recommendedShare)).toEqual([5 / 7, 1 / 7, 1 / 7]);
  });

  it('has no recall where nobody wants anything', () => {
    const one = testSetOf(buildInteractions([[0, 1]]));
    const shown = { limit: 1, items: Uint32Array.of(noItem) };
    const recalls = byItemPopularity(shown, one, train, 1).map(
      ({ recall }) => recall?.mean ?? null,
    );
    expect(recalls).toEqual([null, 0, null]);
  });
});
