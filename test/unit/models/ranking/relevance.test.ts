import { describe, expect, it } from '@jest/globals';
import { expectedClickRate } from '../../../../models/ranking/click-prior.ts';
import { relevance } from '../../../../models/ranking/relevance.ts';

const none = { trend: 0, popularity: 0, clickRate: 0, order: 0, own: 0, dislike: 0 };
const unknown = Float64Array.of(Number.NaN, Number.NaN, Number.NaN);
const quiet = new Float64Array(3);

describe('relevance', () => {
  it('adds the standardised logarithm of the click rates, by its weight', () => {
    const clickRates = Float64Array.of(0.1, 0.2, 0.4);
    const values = relevance(
      { trend: quiet, popularity: unknown, clickRates },
      { ...none, clickRate: 2 },
    );
    // ln .1, ln .2, ln .4 are equally far from each other: z is −√1.5, 0, √1.5.
    const expected = [-2 * Math.sqrt(1.5), 0, 2 * Math.sqrt(1.5)];
    for (const [place, value] of expected.entries()) expect(values[place]).toBeCloseTo(value, 5);
  });

  it('leaves an item whose click rate is not known where the mean is', () => {
    const clickRates = Float64Array.of(0.1, Number.NaN, 0.4);
    const values = relevance(
      { trend: quiet, popularity: unknown, clickRates },
      { ...none, clickRate: 1 },
    );
    expect(Array.from(values)).toEqual([-1, 0, 1]);
  });

  it('does without click rates', () => {
    const parts = { trend: quiet, popularity: unknown };
    expect(Array.from(relevance(parts, { ...none, clickRate: 1 }))).toEqual([0, 0, 0]);
  });
});

describe('expectedClickRate', () => {
  const prior = { clicks: 1, misses: 9 };

  it('is the mean of what the prior and the counts say together', () => {
    expect(expectedClickRate(0, 0, prior)).toBe(0.1);
    expect(expectedClickRate(90, 29, prior)).toBe(0.3);
  });

  it('takes clicks whose impressions are not known for impressions', () => {
    expect(expectedClickRate(0, 5, prior)).toBeCloseTo(6 / 15, 12);
  });
});
