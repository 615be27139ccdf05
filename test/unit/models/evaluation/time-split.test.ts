import { describe, expect, it } from '@jest/globals';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { TimeSplit } from '../../../../models/evaluation/time-split.ts';

function entries(matrix: Parameters<typeof rowOf>[0], row: number): [number, number][] {
  const { indices, values } = rowOf(matrix, row);
  return Array.from(indices, (item, at) => [item, values[at] ?? Number.NaN]);
}

describe('TimeSplit', () => {
  it('trains on what is before the cutoff and tests on what is at it or later', () => {
    const split = new TimeSplit({ cutoff: 100 });
    split.add(0, 0, 1, 99.999);
    split.add(0, 1, 1, 100);
    split.add(1, 1, 2, 50);
    split.add(1, 0, 1, 101);
    const { train, test, validation } = split.build({ users: 2, items: 2 });
    expect([entries(train, 0), entries(train, 1)]).toEqual([[[0, 1]], [[1, 2]]]);
    expect([entries(test.relevant, 0), entries(test.relevant, 1)]).toEqual([[[1, 1]], [[0, 1]]]);
    expect(validation).toBeUndefined();
  });

  it('drops a pair from the test that the user had in training, and a user left with none', () => {
    const split = new TimeSplit({ cutoff: 100 });
    split.add(0, 0, 1, 1);
    split.add(0, 0, 1, 200);
    split.add(1, 1, 1, 1);
    split.add(1, 0, 1, 200);
    expect([...split.build({ users: 2, items: 2 }).test.users]).toEqual([1]);
  });

  it('keeps users and items in the test that training did not see', () => {
    const split = new TimeSplit({ cutoff: 100 });
    split.add(0, 0, 1, 1);
    split.add(1, 1, 1, 200);
    const { train, test } = split.build({ users: 2, items: 1 });
    expect([train.rows, train.columns]).toEqual([2, 1]);
    expect(test.relevant.columns).toBe(2);
    expect(entries(test.relevant, 0)).toEqual([[1, 1]]);
  });

  it('refuses an item index of training that is kept for unseen items', () => {
    const split = new TimeSplit({ cutoff: 100 });
    split.add(0, 5, 1, 1);
    expect(() => split.build({ users: 1, items: 5 })).toThrow('fill 1 × 6 and do not fit 1 × 5');
  });

  it('cuts validation out of training in time, without the test days', () => {
    const split = new TimeSplit({ cutoff: 100, validationFrom: 80 });
    split.add(0, 0, 1, 79);
    split.add(0, 1, 1, 80);
    split.add(0, 2, 1, 100);
    const { train, validation } = split.build({ users: 1, items: 3 });
    expect(entries(train, 0).map(([item]) => item)).toEqual([0, 1]);
    expect(validation && entries(validation.train, 0)).toEqual([[0, 1]]);
    expect(validation && entries(validation.test.relevant, 0)).toEqual([[1, 1]]);
  });

  it('refuses a validation start after the cutoff and a time that is not a number', () => {
    expect(() => new TimeSplit({ cutoff: 1, validationFrom: 1 })).toThrow('before cutoff 1');
    expect(() => new TimeSplit({ cutoff: 1 }).add(0, 0, 1, Number.NaN)).toThrow('time NaN of user');
  });
});
