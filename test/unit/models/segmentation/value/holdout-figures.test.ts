import { describe, expect, it } from '@jest/globals';
import {
  byDecile,
  byGroup,
  errorsOf,
} from '../../../../../models/segmentation/value/holdout-figures.ts';

describe('errorsOf', () => {
  it('is worked out by hand', () => {
    const errors = errorsOf(Float64Array.of(1, 2, 0.5), Float64Array.of(0, 4, 1));
    expect(errors.total).toBe(3.5);
    expect(errors.totalError).toBeCloseTo(-0.3, 15);
    expect(errors.mae).toBeCloseTo(3.5 / 3, 15);
    expect(errors.rmse).toBeCloseTo(Math.sqrt((1 + 4 + 0.25) / 3), 15);
  });
});

describe('groups of customers', () => {
  it('are tenths by what is expected, equal ones in the order they came', () => {
    const predicted = Float64Array.from({ length: 20 }, (_, at) => 19 - at);
    const actual = Float64Array.from(predicted, (value) => (value < 2 ? 5 : 0));
    const tenths = byDecile(predicted, actual);
    expect(tenths.map(({ customers }) => customers)).toEqual(Array(10).fill(2));
    expect(tenths[0]).toEqual({ customers: 2, expected: 0.5, actual: 5 });
    expect(tenths[9]).toEqual({ customers: 2, expected: 18.5, actual: 0 });
  });

  it('are means of each group, of nobody where it is empty', () => {
    const groups = byGroup(2, () => 1, Float64Array.of(1, 2), Float64Array.of(4, 0));
    expect(groups).toEqual([
      { customers: 0, expected: Number.NaN, actual: Number.NaN },
      { customers: 2, expected: 1.5, actual: 2 },
    ]);
  });
});
