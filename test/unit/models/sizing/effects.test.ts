import { describe, expect, it } from '@jest/globals';
import { shrunk, shrunkShares } from '../../../../models/sizing/effects.ts';

describe('shrunk', () => {
  it('weighs the prior like so many observations', () => {
    // Three observations of sum 2 and five of 0.2: (2 + 1) / 8.
    expect(shrunk(2, 3, 0.2, 5)).toBeCloseTo(3 / 8, 12);
  });

  it('is the prior without observations and comes close to the mean with many', () => {
    expect(shrunk(0, 0, 0.3, 15)).toBe(0.3);
    expect(shrunk(9000, 10_000, 0.3, 15)).toBeCloseTo(0.9, 2);
  });
});

describe('shrunkShares', () => {
  it('is the mean of the Dirichlet posterior', () => {
    // 4, 5 and 1 pieces, and ten more spread .1, .8, .1: 5/20, 13/20 and 2/20.
    const shares = shrunkShares([9, 4, 5, 1], 1, [0.1, 0.8, 0.1], 10);
    expect(shares.map((share) => share * 20)).toEqual([5, 13, 2]);
  });

  it('does not depend on whether outcomes come at once or one after the other', () => {
    const prior = [0.1, 0.8, 0.1] as const;
    const atOnce = shrunkShares([2, 1, 0], 0, prior, 10);
    let after: readonly [number, number, number] = prior;
    let strength = 10;
    for (const one of [
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]) {
      after = shrunkShares(one, 0, after, strength);
      strength++;
    }
    for (const [at, share] of atOnce.entries()) expect(after[at]).toBeCloseTo(share, 12);
  });
});
