import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { betaSample, gammaSample } from '../../../../models/ranking/beta-sample.ts';

const draws = 200_000;

function moments(draw: () => number): { mean: number; variance: number } {
  const values = Float64Array.from({ length: draws }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / draws };
}

describe('betaSample', () => {
  it.each([
    [1, 1],
    [2, 5],
    [0.5, 0.5],
    [0.3, 4],
    [12, 400],
  ])('has the mean and the variance of Beta(%d, %d)', (a, b) => {
    const random = seededRandom(3);
    const { mean, variance } = moments(() => betaSample(a, b, random));
    const expectedMean = a / (a + b);
    const expected = (expectedMean * (1 - expectedMean)) / (a + b + 1);
    // Five standard errors; that of the variance for a kurtosis of up to 8.
    expect(Math.abs(mean - expectedMean)).toBeLessThan(5 * Math.sqrt(expected / draws));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(8 / draws));
  });

  it('is a number for shapes whose Gammas cannot be told from 0', () => {
    const random = seededRandom(4);
    const values = Array.from({ length: 2_000 }, () => betaSample(0.001, 0.001, random));
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const high = values.filter((value) => value > 0.5).length;
    expect(Math.abs(high / 2_000 - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / 2_000));
  });

  it('is uniform for Beta(1, 1)', () => {
    const random = seededRandom(5);
    const counts = new Float64Array(10);
    for (let n = 0; n < 100_000; n++) {
      const bin = Math.floor(10 * betaSample(1, 1, random));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // The 99.9 % quantile of chi² with 9 degrees of freedom.
    expect(chi).toBeLessThan(27.88);
  });

  it('gives the same for the same seed', () => {
    const draw = () => betaSample(2, 30, seededRandom(9));
    expect(draw()).toBe(draw());
  });
});

describe('gammaSample', () => {
  it.each([1, 2.5, 40])('has the mean and variance %d of its shape', (shape) => {
    const random = seededRandom(6);
    const { mean, variance } = moments(() => gammaSample(shape, random));
    expect(Math.abs(mean - shape)).toBeLessThan(5 * Math.sqrt(shape / draws));
    expect(Math.abs(variance / shape - 1)).toBeLessThan(5 * Math.sqrt(8 / draws));
  });
});
