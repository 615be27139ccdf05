import { describe, expect, it } from '@jest/globals';
import { quintileCuts, scoreOf } from '../../../../models/segmentation/quintiles.ts';

const scores = (values: readonly number[]) => {
  const cuts = quintileCuts(values);
  return values.map((value) => scoreOf(value, cuts));
};

describe('scores', () => {
  it('part distinct values into fifths', () => {
    expect(scores([10, 20, 30, 40, 50])).toEqual([1, 2, 3, 4, 5]);
    expect(scores([5, 1, 4, 2, 3, 10, 6, 9, 7, 8])).toEqual([3, 1, 2, 1, 2, 5, 3, 5, 4, 4]);
  });

  it('are equal for equal values, those of the lower end', () => {
    // Seven of ten bought once, two twice, one three times.
    expect(scores([1, 1, 1, 1, 1, 1, 1, 2, 2, 3])).toEqual([1, 1, 1, 1, 1, 1, 1, 4, 4, 5]);
    // Three of ten share the highest value: less than eight have less.
    expect(scores([1, 2, 3, 4, 5, 6, 7, 9, 9, 9])).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 4, 4]);
  });

  it('are 1 where all values are the same, or there is one', () => {
    expect(scores([7, 7, 7])).toEqual([1, 1, 1]);
    expect(scores([7])).toEqual([1]);
    expect(quintileCuts([])).toEqual([]);
  });

  it('are at least s exactly when s − 1 fifths have less', () => {
    const values = Array.from({ length: 97 }, (_, n) => (n * n) % 23);
    const cuts = quintileCuts(values);
    for (const value of new Set(values)) {
      const below = values.filter((other) => other < value).length;
      const expected = [1, 2, 3, 4, 5].filter((s) => below * 5 >= (s - 1) * values.length).at(-1);
      expect(scoreOf(value, cuts)).toBe(expected);
    }
  });
});
