import { describe, expect, it } from '@jest/globals';
import { adviceOf } from '../../../../models/sizing/advice.ts';

const size = (chosen: number, fit: number) => ({ chosen, fit, small: 1 - fit, large: 0 });

describe('adviceOf', () => {
  it('weighs what is kept with how it fits', () => {
    // .6 · .5^4 = .0375 and .4 · .75^4 = .1265625.
    const [usual, larger] = adviceOf([size(0.6, 0.5), size(0.4, 0.75)]);
    expect(usual).toBeCloseTo(0.0375 / 0.1640625, 12);
    expect(larger).toBeCloseTo(0.1265625 / 0.1640625, 12);
  });

  it('follows what is kept where all sizes fit alike, and at weight 0', () => {
    expect(
      [...adviceOf([size(0.3, 0.8), size(0.7, 0.8)])].map((share) => share.toFixed(12)),
    ).toEqual(['0.300000000000', '0.700000000000']);
    expect([...adviceOf([size(0.25, 0.1), size(0.75, 0.9)], 0)]).toEqual([0.25, 0.75]);
  });

  it('sums to one, also where nothing fits, and is empty for no size', () => {
    for (const fits of [
      [0.9, 0.2, 0.4],
      [0, 0, 0],
      [1e-90, 1e-91, 0],
    ]) {
      const advice = adviceOf(fits.map((fit, n) => size([0.2, 0.5, 0.3][n] ?? 0, fit)));
      expect(advice.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(adviceOf([])).toHaveLength(0);
  });
});
