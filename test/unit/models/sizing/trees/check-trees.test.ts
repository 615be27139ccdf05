import { describe, expect, it } from '@jest/globals';
import { trainTrees } from '../../../../../models/sizing/trees/train-trees.ts';
import type { TreeOptions } from '../../../../../models/sizing/trees/tree-types.ts';
import { stump, tableOf } from './tree-cases.ts';

const table = tableOf([[1], [2], [3]]);

describe('what is no training', () => {
  it.each<[string, readonly number[], Partial<TreeOptions>, string]>([
    ['another number of targets', [1, 2], {}, 'target has 2 values; expected 3 rows'],
    ['no number', [1, Number.NaN, 2], {}, 'target of row 1: expected a finite number, got NaN'],
    ['half a class', [0, 0.5, 1], { objective: 'binary' }, 'target of row 1: expected 0 to 1'],
    [
      'a class too high',
      [0, 1, 3],
      { objective: 'multiclass', classes: 3 },
      'target of row 2: expected 0 to 2, got 3',
    ],
    ['no classes', [0, 1, 0], { objective: 'multiclass' }, 'classes: expected a whole number'],
    ['no groups', [0, 1, 0], { objective: 'choice' }, 'groups have to begin at 0'],
    [
      'two chosen',
      [0, 1, 1],
      { objective: 'choice', groups: Uint32Array.of(0, 3) },
      '2 rows of group 0 are chosen',
    ],
    ['other weights', [1, 2, 3], { weights: Float32Array.of(1) }, 'weights has 1 values'],
    ['a negative weight', [1, 2, 3], { weights: Float32Array.of(1, -1, 1) }, 'weight of row 1'],
    ['no weight', [1, 2, 3], { weights: new Float32Array(3) }, 'all are 0'],
    ['no rounds', [1, 2, 3], { rounds: 0 }, 'rounds: expected a whole number from 1, got 0'],
    ['256 bins', [1, 2, 3], { bins: 256 }, 'bins: expected a whole number 2 to 255, got 256'],
    ['a rate of 2', [1, 2, 3], { rate: 2 }, 'rate: expected a number above 0 and up to 1'],
    ['a negative λ', [1, 2, 3], { l2: -1 }, 'l2: expected a number from 0, got -1'],
    ['other directions', [1, 2, 3], { monotone: Int8Array.of(1, 1) }, 'monotone has 2 entries'],
    [
      'a direction of classes',
      [0, 1, 0],
      { objective: 'multiclass', classes: 2, monotone: Int8Array.of(1) },
      'a class of several has no direction',
    ],
    [
      'other columns to validate',
      [1, 2, 3],
      { validation: { table: tableOf([[1, 2]]), target: [1], patience: 1 } },
      'validation.table has 2 columns; expected 1',
    ],
  ])('is refused: %s', (_name, target, options, message) => {
    expect(() => trainTrees(table, target, { ...stump, ...options })).toThrow(message);
  });

  it('is refused: an infinite value, and values that are not rows × columns', () => {
    const infinite = tableOf([
      [1, 2],
      [3, Infinity],
    ]);
    expect(() => trainTrees(infinite, [1, 2], stump)).toThrow('got Infinity in row 1, column 1');
    const short = { rows: 2, columns: 2, values: new Float32Array(3) };
    expect(() => trainTrees(short, [1, 2], stump)).toThrow('3 values; expected 2 rows × 2 columns');
  });

  it('names the shape of a table that the trees do not know', () => {
    const trees = trainTrees(table, [1, 2, 3], stump);
    expect(() => trees.predictTable(tableOf([[1, 2]]))).toThrow('expected rows of 1 columns');
  });
});
