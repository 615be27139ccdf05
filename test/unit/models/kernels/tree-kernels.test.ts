import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import {
  gradientLimit,
  hessianLimit,
  type TreeHistograms,
} from '../../../../models/kernels/tree-backend.ts';
import { kernelHistograms } from '../../../../models/kernels/tree-kernels.ts';
import { referenceHistograms } from '../../../../models/kernels/tree-reference.ts';
import { trainTrees } from '../../../../models/sizing/trees/train-trees.ts';
import { randomTable, stump } from '../sizing/trees/tree-cases.ts';

const rows = 1300;

function filled(histograms: TreeHistograms): TreeHistograms {
  const random = seededRandom(5);
  const limit = hessianLimit(rows);
  for (let at = 0; at < histograms.bins.length; at++) {
    // The first column has one bin only, which all rows add to.
    histograms.bins[at] = at < rows ? 255 : Math.floor(random() * 256);
  }
  for (let row = 0; row < rows; row++) {
    histograms.order[row] = (row * 7) % rows;
    histograms.pairs[2 * row] = Math.round((2 * random() - 1) * gradientLimit);
    histograms.pairs[2 * row + 1] = row % 5 === 0 ? limit : Math.floor(random() * limit);
  }
  histograms.load();
  return histograms;
}

describe.each([1, 3, 5, 8, 9, 20])('histograms of %i columns', (columns) => {
  const plain = filled(referenceHistograms(rows, columns));
  const kernel = filled(kernelHistograms(rows, columns));

  it.each([
    [0, rows],
    [17, 18],
    [100, 700],
    [50, 50],
  ])('have the sums of the reference for the rows %i to %i', (from, to) => {
    plain.build(1, from, to);
    kernel.build(1, from, to);
    expect(kernel.sums(1)).toEqual(plain.sums(1));
    const counts = kernel.sums(1).filter((_, at) => at % 3 === 2);
    expect(counts.reduce((sum, count) => sum + count)).toBe(columns * (to - from));
  });

  it.each([
    ['reference', plain],
    ['kernel', kernel],
  ])('have by subtraction what the %s sums directly', (_name, histograms) => {
    histograms.build(0, 0, rows);
    histograms.build(1, 0, 400);
    histograms.subtract(0, 1);
    const subtracted = histograms.sums(0).slice();
    histograms.build(2, 400, rows);
    expect(subtracted).toEqual(histograms.sums(2));
  });

  it('sort rows as the reference does', () => {
    const column = columns - 1;
    const middle = plain.partition(200, 1100, column, 90, 200);
    expect(kernel.partition(200, 1100, column, 90, 200)).toBe(middle);
    expect(kernel.order).toEqual(plain.order);
    const goesLeft = [...plain.order.subarray(200, 1100)].map((row) => {
      const bin = plain.bins[column * rows + row] ?? 0;
      return bin <= 90 || bin === 200;
    });
    expect(goesLeft.lastIndexOf(true)).toBe(middle - 201);
    expect(goesLeft.filter(Boolean)).toHaveLength(middle - 200);
  });
});

describe('trees grown with the kernel', () => {
  it('are those of the reference to the last bit', () => {
    const table = randomTable(900, 11, 3, 9);
    const target = Float64Array.from({ length: 900 }, (_, row) => (row * row) % 3);
    const options = {
      ...stump,
      objective: 'multiclass',
      classes: 3,
      rounds: 6,
      rate: 0.2,
      leaves: 9,
      minRows: 4,
      l2: 2,
      bins: 40,
      rowShare: 0.8,
    } as const;
    const kernel = trainTrees(table, target, options, kernelHistograms);
    expect(kernel.parts).toEqual(trainTrees(table, target, options, referenceHistograms).parts);
  });

  it('are trained many times in a row: their memory is given back', () => {
    const table = randomTable(20, 2, 3);
    const target = Array.from({ length: 20 }, (_, row) => row);
    for (let time = 0; time < 300; time++) trainTrees(table, target, stump);
  });

  it('refuse sums that would not be exact in the reference', () => {
    const histograms = referenceHistograms(2, 1);
    histograms.pairs[1] = 0.5;
    expect(() => histograms.load()).toThrow('expected whole numbers');
  });
});
