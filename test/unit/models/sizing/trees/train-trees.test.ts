import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../../models/dataset/seeded-random.ts';
import { trainTrees } from '../../../../../models/sizing/trees/train-trees.ts';
import type { TreeOptions } from '../../../../../models/sizing/trees/tree-types.ts';
import { randomTable, rowOf, stump, tableOf } from './tree-cases.ts';

describe('a tree of two leaves, worked out by hand', () => {
  it('splits where the gain is highest and regularises the leaves', () => {
    // Mean 2.5; g = 1.5, 1.5, −.5, −2.5 and h = 1. With λ = 1 the gains are 1.6875, 6 and 4.6875.
    const trees = trainTrees(tableOf([[1], [2], [3], [4]]), [1, 1, 3, 5], { ...stump, l2: 1 });
    expect(trees.parts.nodes.thresholds).toEqual(Float32Array.of(2.5));
    expect([...trees.importance]).toEqual([6]);
    // −3 / (2 + 1) and 3 / (2 + 1)
    expect([...trees.predictTable(tableOf([[0], [2.5], [2.6]]))]).toEqual([1.5, 1.5, 3.5]);
  });

  it('takes the step of Newton on a logit', () => {
    const table = tableOf([[0], [0], [1], [1]]);
    const trees = trainTrees(table, [0, 1, 1, 1], { ...stump, objective: 'binary', l2: 1 });
    // p = ¾: G = ±.5, H = .375
    const [low, , high] = trees.predictTable(table);
    expect(low).toBeCloseTo(Math.log(3) - 0.5 / 1.375, 6);
    expect(high).toBeCloseTo(Math.log(3) + 0.5 / 1.375, 6);
    expect(trees.importance[0]).toBeCloseTo((2 * 0.25) / 1.375, 6);
  });

  it('grows one tree a class', () => {
    const options = { ...stump, objective: 'multiclass', classes: 3 } as const;
    const table = tableOf([[0], [1], [2]]);
    const scores = trainTrees(table, [0, 1, 2], options).predictTable(table);
    // p = ⅓, h = 3/2 · 2/9: class 0 splits after 0 (gain 2, against ½), values 2 and −1.
    const base = Math.log(1 / 3);
    // The middle class gains as much on either side, and the first is taken.
    const expected = [2, -1, -1, -1, 0.5, -1, -1, 0.5, 2];
    expect([...scores].map((score) => score - base)).toEqual(
      expected.map((value) => expect.closeTo(value, 5)),
    );
  });

  it('is a boosted conditional logit on groups', () => {
    const groups = Uint32Array.of(0, 2, 4, 6);
    const table = tableOf([[0], [1], [0], [1], [0], [1]]);
    const options = { ...stump, objective: 'choice', groups } as const;
    const trees = trainTrees(table, [0, 1, 1, 0, 0, 1], options);
    // p = ½: G = ±½, H = ¾
    const score = new Float64Array(1);
    trees.predict(Float32Array.of(0), score);
    expect(score[0]).toBeCloseTo(-2 / 3, 6);
    trees.predict(Float32Array.of(1), score);
    expect(score[0]).toBeCloseTo(2 / 3, 6);
  });

  it('counts a row with weight three as three rows', () => {
    const weighted = trainTrees(tableOf([[0], [0], [1]]), [0, 1, 4], {
      ...stump,
      l2: 1,
      weights: Float32Array.of(1, 3, 1),
    });
    const repeated = trainTrees(tableOf([[0], [0], [0], [0], [1]]), [0, 1, 1, 1, 4], {
      ...stump,
      l2: 1,
    });
    const asked = tableOf([[0], [1]]);
    expect([...weighted.predictTable(asked)]).toEqual(
      [...repeated.predictTable(asked)].map((value) => expect.closeTo(value, 6)),
    );
  });
});

describe('missing values', () => {
  const missing = Number.NaN;

  it.each([
    ['right', [5, 5, 1, 5], 5],
    ['left', [1, 1, 1, 5], 1],
  ])('go to the %s where that is better', (_side, target, expected) => {
    const table = tableOf([[missing], [missing], [1], [2]]);
    const trees = trainTrees(table, target, stump);
    expect([...trees.predictTable(tableOf([[missing]]))]).toEqual([expected]);
    expect([...trees.predictTable(table)]).toEqual(target);
  });

  it('are split from all values where only that tells something', () => {
    const table = tableOf([[missing], [1], [1], [missing]]);
    const trees = trainTrees(table, [1, 3, 3, 1], stump);
    expect([...trees.predictTable(tableOf([[missing], [-1e30], [1e30]]))]).toEqual([1, 3, 3]);
  });

  it('go with most rows where none was missing in training', () => {
    const trees = trainTrees(tableOf([[1], [2], [2], [2]]), [0, 4, 4, 4], stump);
    expect([...trees.predictTable(tableOf([[missing]]))]).toEqual([4]);
  });
});

describe('growth', () => {
  it('splits the leaf that gains most first', () => {
    // Three leaves: the right half, where the targets differ most, is split and the left is not.
    const table = tableOf([[1], [2], [3], [4]]);
    const trees = trainTrees(table, [0, 1, 10, 20], { ...stump, leaves: 3 });
    expect([...trees.predictTable(table)]).toEqual([
      expect.closeTo(0.5, 6),
      expect.closeTo(0.5, 6),
      expect.closeTo(10, 6),
      expect.closeTo(20, 6),
    ]);
  });

  it('keeps the fewest rows of a leaf', () => {
    const table = tableOf([[1], [2], [3], [4]]);
    const trees = trainTrees(table, [0, 0, 0, 9], { ...stump, minRows: 2 });
    expect([...trees.predictTable(table)]).toEqual([0, 0, 4.5, 4.5]);
  });

  it('comes closer with every round', () => {
    const table = randomTable(500, 4, 1);
    const target = Float64Array.from({ length: 500 }, (_, row) => {
      const [a, b, c] = rowOf(table, row);
      return Math.sin(6 * (a ?? 0)) + (b ?? 0) * (c ?? 0);
    });
    const errorAfter = (rounds: number): number => {
      const options = { ...stump, rounds, rate: 0.2, leaves: 8, minRows: 5 };
      const scores = trainTrees(table, target, options).predictTable(table);
      return scores.reduce((sum, score, row) => sum + (score - (target[row] ?? 0)) ** 2, 0) / 500;
    };
    const errors = [1, 5, 20, 80].map(errorAfter);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors.at(-1)).toBeLessThan(0.005);
  });

  it('has more distinct values than bins', () => {
    const rows = 4000;
    const table = { rows, columns: 1, values: Float32Array.from({ length: rows }, (_, i) => i) };
    const target = table.values.map((value) => (value < 2000 ? 0 : 1));
    const trees = trainTrees(table, target, { ...stump, bins: 16 });
    expect(trees.parts.nodes.thresholds).toEqual(Float32Array.of(1999.5));
  });
});

describe('columns and rows of little use', () => {
  it('never splits by a constant column, and a table of them gives the mean', () => {
    const trees = trainTrees(tableOf([[7], [7], [7]]), [1, 2, 6], stump);
    expect([...trees.predictTable(tableOf([[0], [Number.NaN]]))]).toEqual([3, 3]);
    expect(trees.parts.nodes.sources).toHaveLength(0);
  });

  it('takes a column without any value', () => {
    const trees = trainTrees(
      tableOf([
        [Number.NaN, 1],
        [Number.NaN, 2],
      ]),
      [0, 1],
      stump,
    );
    expect([...trees.importance]).toEqual([0, 0.5]);
  });

  it('takes one row', () => {
    expect([...trainTrees(tableOf([[7]]), [4], stump).predictTable(tableOf([[1]]))]).toEqual([4]);
  });

  it('leaves targets that are met already alone', () => {
    const trees = trainTrees(randomTable(50, 2, 3), new Float64Array(50).fill(0.1), stump);
    expect(trees.parts.nodes.sources).toHaveLength(0);
  });
});

describe('validation rows', () => {
  const table = randomTable(400, 3, 5);
  const random = seededRandom(9);
  const target = Float64Array.from({ length: 400 }, (_, row) =>
    (rowOf(table, row)[0] ?? 0) > 0.5 === random() < 0.8 ? 1 : 0,
  );
  const other = randomTable(400, 3, 6);
  const otherTarget = Float64Array.from({ length: 400 }, (_, row) =>
    (rowOf(other, row)[0] ?? 0) > 0.5 === random() < 0.8 ? 1 : 0,
  );
  const options: TreeOptions = {
    ...stump,
    objective: 'binary',
    rounds: 200,
    rate: 0.3,
    leaves: 16,
    validation: { table: other, target: otherTarget, patience: 5 },
  };

  it('end the training and say how many rounds are kept', () => {
    const trees = trainTrees(table, target, options);
    expect(trees.rounds).toBeGreaterThan(0);
    expect(trees.rounds).toBeLessThan(100);
    const { validation: _, ...without } = options;
    const same = trainTrees(table, target, { ...without, rounds: trees.rounds });
    expect(trees.parts).toEqual(same.parts);
  });

  it('keep no round where none helps', () => {
    const opposite = { table, target: target.map((value) => 1 - value), patience: 3 };
    expect(trainTrees(table, target, { ...options, validation: opposite }).rounds).toBe(0);
  });
});

describe('chance', () => {
  const table = randomTable(300, 6, 2, 10);
  const target = Float64Array.from({ length: 300 }, (_, row) => (row * 7) % 3);
  const options: TreeOptions = {
    ...stump,
    objective: 'multiclass',
    classes: 3,
    rounds: 5,
    leaves: 6,
    rowShare: 0.7,
    columnShare: 0.5,
  };

  it('is the same for the same seed and another one for another', () => {
    const first = trainTrees(table, target, options);
    expect(trainTrees(table, target, options).parts).toEqual(first.parts);
    expect(trainTrees(table, target, { ...options, seed: 2 }).parts).not.toEqual(first.parts);
  });

  it('gives rows that were not drawn the values of their leaves too', () => {
    // Whichever rows are drawn, the first round meets every target: the second has nothing to do.
    const steps = tableOf(Array.from({ length: 100 }, (_, row) => [row % 2]));
    const target = steps.values.map((value) => 10 * value);
    const trees = trainTrees(steps, target, { ...stump, rounds: 2, rowShare: 0.5 });
    expect([...trees.parts.nodes.leaves]).toEqual([-5, 5, 0]);
  });
});
