import { describe, expect, it } from '@jest/globals';
import { shareOf } from '../../../../models/sizing/share-interval.ts';

describe('a share with its interval', () => {
  it('has the published limits: 81 of 263 is .308 (.2553 to .3662)', () => {
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
    const { share, low, high } = shareOf(81, 263) ?? { share: 0, low: 0, high: 0 };
    expect([share, low, high].map((value) => value.toFixed(4))).toEqual([
      '0.3080',
      '0.2553',
      '0.3662',
    ]);
  });

  it('is not certain when none or all of a few did', () => {
    // 0 of 20: .0000 to .1611, of the same table.
    expect(shareOf(0, 20)).toMatchObject({ share: 0, low: 0, high: expect.closeTo(0.1611, 4) });
    expect(shareOf(20, 20)).toMatchObject({ share: 1, low: expect.closeTo(0.8389, 4), high: 1 });
  });

  it('is nothing of nothing', () => {
    expect(shareOf(0, 0)).toBeNull();
  });
});
