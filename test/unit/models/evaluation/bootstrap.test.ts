import { describe, expect, it } from '@jest/globals';
import { bootstrapMean } from '../../../../models/evaluation/bootstrap.ts';

describe('bootstrapMean', () => {
  it('comes near mean ± 1.96 standard errors for many users', () => {
    // 400 ones among 1,000: mean .4, standard error √(.4 · .6 / 1000) = .0155.
    const values = Float64Array.from({ length: 1000 }, (_, n) => (n < 400 ? 1 : 0));
    const { mean, low, high } = bootstrapMean(values, { seed: 5, resamples: 4000 });
    expect(mean).toBe(0.4);
    expect(low).toBeCloseTo(0.4 - 1.96 * 0.0155, 2);
    expect(high).toBeCloseTo(0.4 + 1.96 * 0.0155, 2);
  });

  it('is the same for a seed', () => {
    const values = Float64Array.of(0, 0.5, 1, 0.25);
    expect(bootstrapMean(values, { seed: 1 })).toEqual(bootstrapMean(values, { seed: 1 }));
  });

  it('leaves out users without a value, and is NaN without users', () => {
    expect(bootstrapMean(Float64Array.of(1, Number.NaN, 1), { seed: 1 })).toEqual({
      mean: 1,
      low: 1,
      high: 1,
    });
    expect(bootstrapMean(Float64Array.of(Number.NaN), { seed: 1 }).mean).toBeNaN();
  });
});
