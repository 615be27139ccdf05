import { describe, expect, it } from '@jest/globals';
import { rankSubstitutes, type Substitutable } from '../../../../models/ranking/substitutes.ts';

const unit = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
const dress = (price: number | null, degrees?: number): Substitutable => ({
  category: 'dress',
  price,
  ...(degrees !== undefined && { vector: unit(degrees) }),
});

describe('rankSubstitutes', () => {
  it('orders by the cosine at the same price', () => {
    const found = rankSubstitutes(
      dress(100, 0),
      [dress(100, 80), dress(100, 10), dress(100, 45)],
      9,
    );
    expect(found.map(({ index }) => index)).toEqual([1, 2, 0]);
    expect(found[0]?.closeness).toBeCloseTo(0.9848, 4);
  });

  it('weighs the price by its ratio, in either direction', () => {
    const at = (price: number) =>
      rankSubstitutes(dress(100, 0), [dress(price, 0)], 1)[0]?.closeness;
    expect(at(125)).toBeCloseTo(Math.exp(-0.5), 6);
    expect(at(80)).toBeCloseTo(Math.exp(-0.5), 6);
    // Twice the price: ln 2 / ln 1.25 = 3.106 spreads.
    expect(at(200)).toBeCloseTo(Math.exp(-0.5 * 3.1063 ** 2), 4);
    // So that something half alike at the price comes before the very same at twice.
    const found = rankSubstitutes(dress(100, 0), [dress(200, 0), dress(100, 60)], 2);
    expect(found.map(({ index }) => index)).toEqual([1, 0]);
  });

  it('takes no other category, and none for an item without one', () => {
    const shoe = { ...dress(100, 0), category: 'shoe' };
    expect(rankSubstitutes(dress(100, 0), [shoe, { ...shoe, category: null }], 9)).toEqual([]);
    expect(rankSubstitutes({ ...shoe, category: null }, [{ ...shoe, category: null }], 9)).toEqual(
      [],
    );
  });

  it('puts a candidate that nothing is known of among the others, by their mean', () => {
    // Cosines 1 and .5, mean .75.
    const found = rankSubstitutes(dress(100, 0), [dress(100), dress(100, 60), dress(100, 0)], 9);
    expect(found.map(({ index }) => index)).toEqual([2, 0, 1]);
    expect(found[1]?.closeness).toBeCloseTo(0.75, 6);
  });

  it('goes by the price alone for an item without a vector', () => {
    const found = rankSubstitutes(dress(100), [dress(150, 0), dress(95, 90), dress(110)], 9);
    expect(found.map(({ index }) => index)).toEqual([1, 2, 0]);
  });

  it('takes an unknown price as one a quarter off', () => {
    const found = rankSubstitutes(dress(100, 0), [dress(130, 0), dress(null, 0), dress(120, 0)], 9);
    expect(found.map(({ index }) => index)).toEqual([2, 1, 0]);
    expect(rankSubstitutes(dress(0), [dress(0), dress(5)], 9).map(({ index }) => index)).toEqual([
      0, 1,
    ]);
  });

  it('leaves out what has nothing in common, keeps the order of equals, and no more than asked', () => {
    const same = dress(100, 0);
    expect(rankSubstitutes(same, [dress(100, 135), same, same, same], 2)).toEqual([
      { index: 1, closeness: 1 },
      { index: 2, closeness: 1 },
    ]);
  });
});
