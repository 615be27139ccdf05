import { describe, expect, it } from '@jest/globals';
import { decideOutcomes, type PieceLine } from '../../../../models/sizing/decide-outcomes.ts';

const day = 86_400;
const window = 14 * day;

function bought(at: number, more: Partial<PieceLine> = {}): PieceLine {
  return {
    ...{ type: 'purchase', account: 'ann', skuId: 's', orderId: null, reason: null, said: null },
    ...more,
    at: at * day,
  };
}

function returned(at: number, reason: string, more: Partial<PieceLine> = {}): PieceLine {
  return { ...bought(at, more), type: 'return', reason };
}

const told = (lines: readonly PieceLine[]) =>
  decideOutcomes(lines, window).map(({ line, fit, knownAt }) => {
    return [line.at / day, fit, knownAt / day];
  });

describe('what becomes of pieces', () => {
  it('takes what has not come back as fitting, from the end of the return window on', () => {
    expect(told([bought(1)])).toEqual([[1, 'fit', 15]]);
  });

  it('takes a return for size as of the purchase, known with the return', () => {
    expect(told([bought(1), returned(6, 'too_small')])).toEqual([[1, 'small', 6]]);
    expect(told([bought(1), returned(6, 'too_large')])).toEqual([[1, 'large', 6]]);
  });

  it('learns nothing from a piece that came back for another reason', () => {
    expect(told([bought(1), returned(6, 'quality')])).toEqual([]);
    expect(told([bought(1), returned(6, 'other')])).toEqual([]);
  });

  it('believes at once what the buyer says of the fit', () => {
    expect(told([bought(1, { said: 'large' })])).toEqual([[1, 'large', 1]]);
    expect(told([bought(1, { said: 'small' }), returned(4, 'quality')])).toEqual([[1, 'small', 4]]);
  });

  it('gives each return a purchase of its own, the last one before it', () => {
    const lines = [bought(1), bought(2), returned(3, 'too_small'), bought(4)];
    expect(told(lines)).toEqual([
      [2, 'small', 3],
      [1, 'fit', 15],
      [4, 'fit', 18],
    ]);
  });

  it('goes by the order where both name one', () => {
    const lines = [
      bought(1, { orderId: 'a' }),
      bought(2, { orderId: 'b' }),
      returned(5, 'too_large', { orderId: 'a' }),
    ];
    expect(told(lines)).toEqual([
      [1, 'large', 5],
      [2, 'fit', 16],
    ]);
  });

  it('lets a return speak for itself where nothing is known of its purchase', () => {
    expect(told([returned(5, 'too_small')])).toEqual([[5, 'small', 5]]);
    expect(told([returned(5, 'other')])).toEqual([]);
    const other = [bought(1, { account: 'bea' }), returned(5, 'too_small')];
    expect(told(other)).toEqual([
      [5, 'small', 5],
      [1, 'fit', 15],
    ]);
  });

  it('does not mix up accounts and SKUs, whatever they are called', () => {
    const lines = [
      bought(1, { account: 'a', skuId: 'b","c' }),
      returned(2, 'too_small', { account: 'a","b', skuId: 'c' }),
    ];
    expect(told(lines)).toEqual([
      [2, 'small', 2],
      [1, 'fit', 15],
    ]);
  });

  it('is the same whatever the order of the lines', () => {
    const lines = [bought(1), returned(1, 'too_small'), bought(3), returned(9, 'too_large')];
    expect(told([...lines].reverse())).toEqual(told(lines));
    expect(told(lines)).toEqual([
      [1, 'small', 1],
      [3, 'large', 9],
    ]);
  });
});
