import { describe, expect, it } from '@jest/globals';
import { betaQuadrature } from '../../../../../models/segmentation/value/beta-quadrature.ts';
import { expectedOrders } from '../../../../../models/segmentation/value/expected-orders.ts';

const cdnow = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };

describe('expectedOrders', () => {
  // Eq. 10 with mpmath's 2F1 in 60 digits: x, T, ahead, expected.
  it.each([
    { ...cdnow, x: 0, age: 0, ahead: 39, expected: 1.196_723_193_320_817 },
    { ...cdnow, x: 2, age: 38.86, ahead: 39, expected: 1.687_399_305_805_313 },
    { ...cdnow, x: 26, age: 38.86, ahead: 39, expected: 18.300_550_978_716_547 },
    // 0/0 in the published form
    { ...cdnow, a: 1, x: 2, age: 38.86, ahead: 39, expected: 1.625_149_536_343_283_7 },
    // Hardly anybody stops, and many orders
    {
      r: 0.82,
      alpha: 69.1,
      a: 0.003_56,
      b: 8.72,
      x: 150,
      age: 373,
      ahead: 365,
      expected: 124.376_413_734_076_37,
    },
    {
      r: 0.7,
      alpha: 65,
      a: 1e-6,
      b: 100,
      x: 5,
      age: 200,
      ahead: 365,
      expected: 7.850_943_062_128_155,
    },
    // The third of 2F1's numbers is below 0
    { r: 0.5, alpha: 30, a: 0.3, b: 0.5, x: 0, age: 0, ahead: 365, expected: 2.810_103_496_869_77 },
    {
      r: 5,
      alpha: 100,
      a: 2,
      b: 3,
      x: 1000,
      age: 720,
      ahead: 365,
      expected: 309.462_087_628_407_1,
    },
    {
      r: 3,
      alpha: 20,
      a: 50,
      b: 500,
      x: 10,
      age: 300,
      ahead: 365,
      expected: 8.057_062_566_146_792,
    },
    // Ten years from ten days
    {
      r: 50,
      alpha: 400,
      a: 0.5,
      b: 3,
      x: 7,
      age: 10,
      ahead: 3650,
      expected: 122.643_220_123_234_67,
    },
    { r: 1, alpha: 5, a: 0.9, b: 0.1, x: 1, age: 1, ahead: 365, expected: 6.591_130_119_480_058_4 },
  ])('is 2F1’s at $x orders, $ahead ahead', ({ x, age, ahead, expected, ...parameters }) => {
    const found = expectedOrders(parameters, x)(age, ahead);
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-12);
  });

  it('is the mean rate times the time where nobody stops', () => {
    const found = expectedOrders({ r: 0.5, alpha: 10, a: 0, b: 1 }, 4)(20, 60);
    expect(found).toBeCloseTo((4.5 * 60) / 30, 14);
  });
});

describe('betaQuadrature', () => {
  it('is exact for powers, which have known means', () => {
    const { points, weights } = betaQuadrature(0.3, 2.5, 8);
    let mean = 1;
    for (let power = 0; power < 16; power++) {
      const found = points.reduce((sum, p, at) => sum + (weights[at] ?? 0) * p ** power, 0);
      expect(found).toBeCloseTo(mean, 14);
      mean *= (0.3 + power) / (2.8 + power);
    }
  });
});
