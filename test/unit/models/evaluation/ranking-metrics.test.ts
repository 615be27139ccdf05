import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { catalogueMetrics, userMetrics } from '../../../../models/evaluation/ranking-metrics.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

/** Users of each of six items in training: the median is (2 + 4) / 2 = 3. */
const popularity = Uint32Array.of(9, 1, 4, 2, 8, 0);

/** User 0 wants 1, 2, 3, 4; user 1 wants 0; user 2 wants 5 and 7, which training did not see. */
const test = testSetOf(
  buildInteractions([
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [1, 0],
    [2, 5],
    [2, 7],
  ]),
);
const recommendations = {
  limit: 3,
  items: Uint32Array.of(...[2, 0, 3], ...[4, 0, 1], ...[0, noItem, noItem]),
};

describe('userMetrics', () => {
  const { recall, ndcg, longTailRecall } = userMetrics(recommendations, test, popularity);

  it('divides hits by all relevant items for recall', () => {
    expect([...recall]).toEqual([2 / 4, 1 / 1, 0 / 2]);
  });

  it('cuts the ideal of NDCG at min(K, relevant items)', () => {
    // User 0: hits at ranks 1 and 3 give 1 + 1/2; the ideal has three hits: 1 + 1/log₂3 + 1/2.
    expect(ndcg[0]).toBeCloseTo(1.5 / (1.5 + 1 / Math.log2(3)), 12);
    // User 1: one hit at rank 2 gives 1/log₂3; the ideal has one hit: 1.
    expect(ndcg[1]).toBeCloseTo(0.6309297535714575, 12);
    expect(ndcg[2]).toBe(0);
  });

  it('counts items under the median popularity, unseen ones too, for long-tail recall', () => {
    // User 0 has 1 and 3 in the tail and got 3; user 1 has none; user 2 has 5 and 7 and got none.
    expect([...longTailRecall]).toEqual([1 / 2, Number.NaN, 0 / 2]);
  });
});

describe('catalogueMetrics', () => {
  it('counts distinct items and what went to the top 1 % (at least one item)', () => {
    // Seven places taken; five of six items shown; item 0, the most popular, three times.
    expect(catalogueMetrics(recommendations, popularity)).toEqual({
      coverage: 5 / 6,
      topShare: 3 / 7,
    });
  });
});
