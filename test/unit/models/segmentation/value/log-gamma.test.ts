import { describe, expect, it } from '@jest/globals';
import {
  digamma,
  digammaRise,
  logGamma,
  logRising,
} from '../../../../../models/segmentation/value/log-gamma.ts';

const euler = 0.577_215_664_901_532_9;

describe('logGamma', () => {
  it.each([
    [1, 0],
    [2, 0],
    [0.5, 0.5 * Math.log(Math.PI)],
    [5, Math.log(24)],
    [11, Math.log(3_628_800)],
    // ln Γ(1e−10) = −ln 1e−10 − γ 1e−10 + …
    [1e-10, 10 * Math.LN10 - euler * 1e-10],
    // Stirling: (x − ½) ln x − x + ½ ln 2π + 1/12x
    [1e6, (1e6 - 0.5) * Math.log(1e6) - 1e6 + 0.5 * Math.log(2 * Math.PI) + 1 / 12e6],
  ])('of %d', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThanOrEqual(1e-14 * Math.max(1, expected));
  });
});

describe('digamma', () => {
  it.each([
    [1, -euler],
    [2, 1 - euler],
    [0.5, -euler - 2 * Math.LN2],
    [4, 1 + 1 / 2 + 1 / 3 - euler],
  ])('of %d', (x, expected) => {
    expect(digamma(x)).toBeCloseTo(expected, 14);
  });
});

describe('rises by whole numbers', () => {
  it('are the logarithm of a product and the sum of reciprocals', () => {
    expect(logRising(0.25, 3)).toBeCloseTo(Math.log(0.25 * 1.25 * 2.25), 15);
    expect(digammaRise(0.25, 3)).toBeCloseTo(4 + 0.8 + 1 / 2.25, 14);
    expect([logRising(0.3, 0), digammaRise(0.3, 0)]).toEqual([0, 0]);
  });

  it('go on for many steps where they do for few', () => {
    for (const z of [1e-3, 0.7, 1e4]) {
      expect(logRising(z, 17) - logRising(z, 16)).toBeCloseTo(Math.log(z + 16), 10);
      expect(digammaRise(z, 17) - digammaRise(z, 16)).toBeCloseTo(1 / (z + 16), 10);
    }
  });
});
