import { describe, expect, it } from '@jest/globals';
import { trainTrees } from '../../../../../models/sizing/trees/train-trees.ts';
import type { TreeEnsemble } from '../../../../../models/sizing/trees/tree-ensemble.ts';
import { randomTable, rowOf, stump } from './tree-cases.ts';

const table = randomTable(400, 6, 21, 7);
const target = Float64Array.from({ length: 400 }, (_, row) => (row * row + row) % 3);

function grown(leaves: number): TreeEnsemble {
  const options = { ...stump, rounds: 7, leaves, rate: 0.3 };
  return trainTrees(table, target, { ...options, objective: 'multiclass', classes: 3 });
}

/** What a tree says, read off its nodes as they are documented. */
function walked({ parts }: TreeEnsemble, row: Float32Array): number[] {
  const { base, columns, nodes } = parts;
  const sums = [...base];
  for (const [tree, root] of nodes.roots.entries()) {
    let node = root;
    while (node >= 0) {
      const source = nodes.sources[node] ?? 0;
      const value = row[source % columns] ?? Number.NaN;
      const isLeft = Number.isNaN(value)
        ? source < columns
        : value <= (nodes.thresholds[node] ?? Number.NaN);
      node = nodes.children[2 * node + (isLeft ? 0 : 1)] ?? -1;
    }
    const output = tree % base.length;
    sums[output] = (sums[output] ?? 0) + (nodes.leaves[-1 - node] ?? 0);
  }
  return sums;
}

describe.each([2, 7, 32, 33, 60])('trees of up to %i leaves', (leaves) => {
  const trees = grown(leaves);
  const asked = randomTable(60, 6, 22, 4);

  it('say what a walk from their roots says, to the last bit', () => {
    const scores = trees.predictTable(asked);
    for (let row = 0; row < asked.rows; row++) {
      expect([...scores.subarray(3 * row, 3 * row + 3)]).toEqual(walked(trees, rowOf(asked, row)));
    }
  });

  it('say the same of rows that share values as of each by itself', () => {
    const rows = Float32Array.from({ length: 5 * 6 }, (_, at) => {
      const column = at % 6;
      return column < 4 ? (asked.values[column] ?? 0) : (asked.values[at] ?? 0);
    });
    // A missing value that all share, and one that only some miss.
    for (let row = 0; row < 5; row++) rows[6 * row + 1] = Number.NaN;
    rows[6 * 2 + 3] = Number.NaN;
    const out = new Float64Array(15);
    trees.predictRows(rows, 5, out);
    expect([...out]).toEqual([...trees.predictTable({ rows: 5, columns: 6, values: rows })]);
    expect([...out.subarray(6, 9)]).toEqual(walked(trees, rows.subarray(12, 18)));
  });

  it('say nothing of no rows', () => {
    const out = new Float64Array(3).fill(7);
    trees.predictRows(new Float32Array(0), 0, out);
    expect([...out]).toEqual([7, 7, 7]);
  });
});
