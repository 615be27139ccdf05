import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { betaSample } from '../../../../models/ranking/beta-sample.ts';
import { fitClickPrior } from '../../../../models/ranking/click-prior.ts';

describe('fitClickPrior', () => {
  it('agrees with the moments worked by hand where all items were shown equally often', () => {
    // 4 items of 10 impressions with rates .1, .3, .5, .7: mean .4. With equal weights w the weighted
    // moments are S / w = .09 + .01 + .01 + .09 = .2 and counting / w = 4 · ¾ / 10 = .3, so that
    // γ = (.2 − .24 · .3) / (.24 · (3 − .3)) = .128 / .648, clicks + misses = 1 / γ − 1 = 4.0625.
    const prior = fitClickPrior({
      impressions: [10, 10, 10, 10, 0],
      clicks: [1, 3, 5, 7, 0],
    });
    const rate = (0.4 * 40 + 0.5) / 41;
    expect(prior.clicks).toBeCloseTo(rate * 4.0625, 10);
    expect(prior.misses).toBeCloseTo((1 - rate) * 4.0625, 10);
  });

  it('finds the distribution that click rates were drawn from', () => {
    const random = seededRandom(11);
    const impressions: number[] = [];
    const clicks: number[] = [];
    for (let item = 0; item < 5_000; item++) {
      const rate = betaSample(3, 57, random);
      const shown = 1 + Math.floor(random() ** 4 * 2_000);
      let clicked = 0;
      for (let n = 0; n < shown; n++) if (random() < rate) clicked++;
      impressions.push(shown);
      clicks.push(clicked);
    }
    const prior = fitClickPrior({ impressions, clicks });
    expect(prior.clicks / (prior.clicks + prior.misses)).toBeCloseTo(0.05, 2);
    expect(Math.abs(prior.clicks + prior.misses - 60)).toBeLessThan(6);
  });

  it('is uniform when nothing has been shown', () => {
    expect(fitClickPrior({ impressions: [], clicks: [] })).toEqual({ clicks: 1, misses: 1 });
    expect(fitClickPrior({ impressions: [0], clicks: [0] })).toEqual({ clicks: 1, misses: 1 });
  });

  it('is worth no more than what was seen when nobody clicked', () => {
    const prior = fitClickPrior({ impressions: [60, 40], clicks: [0, 0] });
    expect(prior.clicks).toBeCloseTo((100 * 0.5) / 101, 10);
    expect(prior.clicks + prior.misses).toBeCloseTo(100, 10);
  });

  it('holds for more clicks than impressions', () => {
    const prior = fitClickPrior({ impressions: [2, 5], clicks: [4, 5] });
    expect(prior.clicks).toBeGreaterThan(0);
    expect(prior.misses).toBeGreaterThan(0);
  });
});
