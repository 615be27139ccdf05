import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { trainTrees } from '../../../../../models/sizing/trees/train-trees.ts';
import type { TreeEnsemble } from '../../../../../models/sizing/trees/tree-ensemble.ts';
import type { TreeOptions } from '../../../../../models/sizing/trees/tree-types.ts';
import { randomTable, rowOf, stump } from './tree-cases.ts';

const table = randomTable(600, 3, 11, 8);
const random = seededRandom(4);
/** Rises and falls with the first column and the second, and is noisy. */
const wavy = Float64Array.from({ length: table.rows }, (_, row) => {
  const [a = 0, b = 0, c = 0] = rowOf(table, row).map((value) => value || 0);
  return Math.sin(9 * a) + a - Math.sin(9 * b) - b + c * a + 0.3 * random();
});
const groups = Uint32Array.from({ length: table.rows / 5 + 1 }, (_, group) => 5 * group);

function targetOf(objective: TreeOptions['objective']): Float64Array {
  if (objective === 'regression') return wavy;
  if (objective === 'binary') return wavy.map((value) => (value > 0 ? 1 : 0));
  return wavy.map((value, row) => {
    const from = 5 * Math.floor(row / 5);
    return value === Math.max(...wavy.subarray(from, from + 5)) ? 1 : 0;
  });
}

/** Scores while one column goes from 0 to 1 and the others stay as in a row. */
function along(trees: TreeEnsemble, row: number, column: number): number[] {
  const asked = rowOf(table, row).slice();
  const score = new Float64Array(1);
  return Array.from({ length: 101 }, (_, step) => {
    asked[column] = step / 100;
    trees.predict(asked, score);
    return score[0] ?? 0;
  });
}

function falls(scores: readonly number[]): boolean {
  return scores.some((score, at) => at > 0 && score < (scores[at - 1] ?? 0) - 1e-12);
}

describe.each(['regression', 'binary', 'choice'] as const)('monotone scores of %s', (objective) => {
  const options: TreeOptions = {
    ...stump,
    objective,
    groups,
    rounds: 30,
    rate: 0.3,
    leaves: 12,
    minRows: 3,
  };
  const asked = Array.from({ length: 60 }, (_, at) => at * 10);

  it('would fall and rise without a constraint', () => {
    const trees = trainTrees(table, targetOf(objective), options);
    expect(asked.some((row) => falls(along(trees, row, 0)))).toBe(true);
    expect(asked.some((row) => falls(along(trees, row, 1).reverse()))).toBe(true);
  });

  it('never fall with a column of 1 and never rise with a column of −1', () => {
    const monotone = Int8Array.of(1, -1, 0);
    const trees = trainTrees(table, targetOf(objective), { ...options, monotone });
    expect(trees.importance.every((gain) => gain > 0)).toBe(true);
    for (const row of asked) {
      expect(falls(along(trees, row, 0))).toBe(false);
      expect(falls(along(trees, row, 1).reverse())).toBe(false);
    }
  });
});
