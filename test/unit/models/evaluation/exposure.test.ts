import { describe, expect, it } from '@jest/globals';
import {
  concentrationCurve,
  coverageByLength,
  giniOf,
  timesRecommended,
} from '../../../../models/evaluation/exposure.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

const recommendations = {
  limit: 3,
  items: Uint32Array.of(...[2, 0, 3], ...[2, 3, 0], ...[0, noItem, noItem]),
};

describe('exposure', () => {
  it('counts how often an item was recommended', () => {
    expect([...timesRecommended(recommendations, 5)]).toEqual([3, 0, 2, 2, 0]);
  });

  it('grows with the length of the lists up to the coverage', () => {
    // First places: 2, 2, 0. Second places add 3; third places nothing.
    expect([...coverageByLength(recommendations, 5)]).toEqual([2 / 5, 3 / 5, 3 / 5]);
  });

  it('gives the most shown items first', () => {
    const curve = concentrationCurve(Uint32Array.of(1, 0, 6, 3), 4);
    expect(curve).toEqual([
      { items: 0, total: 0 },
      { items: 0.25, total: 0.6 },
      { items: 0.5, total: 0.9 },
      { items: 0.75, total: 1 },
      { items: 1, total: 1 },
    ]);
    // Half of the first item has half of its share.
    expect(concentrationCurve(Uint32Array.of(1, 0, 6, 3), 8)[1]?.total).toBeCloseTo(0.3, 12);
    expect(concentrationCurve(new Uint32Array(3), 1)).toEqual([
      { items: 0, total: 0 },
      { items: 1, total: 0 },
    ]);
  });

  it('is 0 for equal shares and 1 − 1/n where one of n has everything', () => {
    expect(giniOf(Uint32Array.of(4, 4, 4))).toBe(0);
    expect(giniOf(Uint32Array.of(0, 0, 9, 0))).toBe(0.75);
    // Sorted 0 1 3 6, weights −3 −1 1 3: (−1 + 3 + 18) / (4 · 10).
    expect(giniOf(Uint32Array.of(1, 0, 6, 3))).toBe(0.5);
    expect(giniOf(new Uint32Array(3))).toBeNaN();
  });
});
