import { describe, expect, it } from '@jest/globals';
import {
  collapseRows,
  thinRows,
  totalsOf,
} from '../../../../../models/segmentation/value/purchase-rows.ts';

const rows = {
  repeats: Uint32Array.of(2, 0, 2, 0, 0),
  recency: Float64Array.of(30.5, 0, 30.5, 0, 0),
  age: Float64Array.of(38, 12, 38, 38, 12),
};

describe('collapseRows', () => {
  it('has each row once, and knows whose it is', () => {
    const collapsed = collapseRows(rows);
    expect([...collapsed.repeats]).toEqual([0, 0, 2]);
    expect([...collapsed.recency]).toEqual([0, 0, 30.5]);
    expect([...collapsed.age]).toEqual([12, 38, 38]);
    expect([...collapsed.weights]).toEqual([2, 1, 2]);
    expect([...collapsed.groupOf]).toEqual([2, 0, 2, 1, 0]);
  });

  it('adds up what everybody did', () => {
    const totals = { customers: 5, repeatCustomers: 2, repeats: 4, age: 138 };
    expect(totalsOf(collapseRows(rows))).toEqual(totals);
  });

  it.each([
    ['a last order after the end', [1], [9], [8]],
    ['a repeat order that is none', [0], [3], [8]],
    ['a time before the first order', [1], [-1], [8]],
    ['a time that is no number', [1], [Number.NaN], [8]],
    ['columns of different lengths', [1, 1], [3], [8]],
  ])('refuses %s', (_, repeats, recency, age) => {
    expect(() =>
      collapseRows({
        repeats: Uint32Array.from(repeats),
        recency: Float64Array.from(recency),
        age: Float64Array.from(age),
      }),
    ).toThrow(RangeError);
  });

  it('takes every so-manieth row where a part is enough', () => {
    const collapsed = collapseRows(rows);
    expect([...thinRows(collapsed, 2).age]).toEqual([12, 38]);
    expect(thinRows(collapsed, 3)).toBe(collapsed);
  });
});
