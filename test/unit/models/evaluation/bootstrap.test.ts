import { describe, expect, it } from '@jest/globals';
import { bootstrapMean, bootstrapRatio } from '../../../../models/evaluation/bootstrap.ts';

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

describe('bootstrapRatio', () => {
  it('is the ratio of sums, with whole users drawn again', () => {
    // Users with 1 of 1 and with 0 of 3 in equal number: 1/4. A resample with a share p of the
    // first has p / (p + 3 (1 − p)), whose slope at 1/2 is 3/4: standard error 3/4 · √(1/4 / 400).
    const users = Array.from({ length: 400 }, (_, user) => user % 2);
    const hits = Float64Array.from(users, (user) => 1 - user);
    const shown = Float64Array.from(users, (user) => 1 + 2 * user);
    const { mean, low, high } = bootstrapRatio(hits, shown, { seed: 5, resamples: 4000 });
    expect(mean).toBe(1 / 4);
    expect(low).toBeCloseTo(1 / 4 - 1.96 * 0.01875, 2);
    expect(high).toBeCloseTo(1 / 4 + 1.96 * 0.01875, 2);
  });

  it('leaves out resamples without a divisor, and is NaN where there is none at all', () => {
    const sparse = bootstrapRatio(Float64Array.of(1, 0, 0), Float64Array.of(2, 0, 0), { seed: 1 });
    expect(sparse).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(bootstrapRatio(Float64Array.of(0), Float64Array.of(0), { seed: 1 })).toEqual({
      mean: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
    });
  });
});
