import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import {
  hitRateByPlace,
  hitRateByScore,
  hitsOf,
} from '../../../../models/evaluation/score-calibration.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

const recommendations = {
  limit: 3,
  items: Uint32Array.of(...[2, 0, 3], ...[1, 3, noItem]),
};
const test = testSetOf(
  buildInteractions([
    [0, 2],
    [0, 3],
    [1, 1],
  ]),
);
const hits = hitsOf(recommendations, test);

describe('calibration of scores', () => {
  it('marks the places that were hits', () => {
    expect([...hits]).toEqual([1, 0, 1, 1, 0, 0]);
  });

  it('puts recommendations of like scores into bins of the same size, lowest first', () => {
    const scores = Float32Array.of(4, 3, 1, 5, 2, Number.NaN);
    const bins = hitRateByScore(recommendations, scores, hits, { bins: 2, seed: 1 });
    // Sorted: 1 (hit), 2 and 3 (neither), then 4 and 5 (hits); 2.5 places each, rounded.
    expect(
      bins.map(({ low, high, meanScore, recommendations: count, hitRate }) => [
        low,
        high,
        meanScore,
        count,
        hitRate.mean,
      ]),
    ).toEqual([
      [1, 3, 2, 3, 1 / 3],
      [4, 5, 4.5, 2, 1],
    ]);
  });

  it('has no more bins than recommendations', () => {
    const one = { limit: 1, items: Uint32Array.of(2) };
    const bins = hitRateByScore(one, Float32Array.of(7), Uint8Array.of(1), { seed: 1 });
    expect(bins.map(({ recommendations: count }) => count)).toEqual([1]);
  });

  it('gives the share of the users who took what stood at a place', () => {
    const rates = (places?: number) =>
      hitRateByPlace(hits, 3, { seed: 1, ...(places && { places }) }).map(({ mean }) => mean);
    expect([rates(), rates(2), rates(50)]).toEqual([
      [1, 0, 0.5],
      [1, 0],
      [1, 0, 0.5],
    ]);
  });
});
