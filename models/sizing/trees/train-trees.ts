import { seededRandom } from '../../dataset/seeded-random.ts';
import { gradientLimit, hessianLimit, type TreeHistograms } from '../../kernels/tree-backend.ts';
import { kernelHistograms } from '../../kernels/tree-kernels.ts';
import { type ColumnBins, fillBins, findBins, missingBin } from './bin-columns.ts';
import { checkTraining } from './check-trees.ts';
import { EnsembleBuilder } from './ensemble-builder.ts';
import { type GrownTree, type GrowRules, growTree } from './grow-tree.ts';
import { type Objective, objectiveOf, type TargetRows } from './objectives.ts';
import { drawColumns, drawRows, type RowDraw } from './subsample.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';
import type { TreeOptions, TreeTable, TreeValidation } from './tree-types.ts';

/** Makes what a tree is grown on, for a table of so many rows and columns. */
export type HistogramMaker = (rows: number, columns: number) => TreeHistograms;

/**
 * Gradient-boosted regression trees on binned columns (Friedman 2001; gains and leaf values of
 * Chen & Guestrin 2016; leaf-wise growth and histograms as in Ke et al. 2017). The same table,
 * target, options and seed give the same trees to the last bit.
 *
 * @throws RangeError for rows, targets or options that do not go together
 */
export function trainTrees(
  table: TreeTable,
  target: ArrayLike<number>,
  options: TreeOptions,
  makeHistograms: HistogramMaker = kernelHistograms,
): TreeEnsemble {
  checkTraining(table, target, options);
  return new Training(table, target, options, makeHistograms).run();
}

class Training {
  readonly #options: TreeOptions;
  readonly #objective: Objective;
  readonly #bins: ColumnBins;
  readonly #binCounts: Uint16Array;
  readonly #histograms: TreeHistograms;
  readonly #of: TargetRows;
  readonly #base: Float64Array;
  readonly #scores: Float64Array;
  readonly #gradients: Float32Array;
  readonly #hessians: Float32Array;
  readonly #random: () => number;
  readonly #validation: ValidationRows | undefined;

  constructor(
    table: TreeTable,
    target: ArrayLike<number>,
    options: TreeOptions,
    makeHistograms: HistogramMaker,
  ) {
    const { rows, columns } = table;
    this.#options = options;
    this.#objective = objectiveOf(options);
    this.#bins = findBins(table, options.bins);
    this.#binCounts = Uint16Array.from(this.#bins.borders, missingBin);
    this.#histograms = makeHistograms(rows, columns);
    fillBins(table, this.#bins, this.#histograms.bins);
    this.#of = { rows, target, weights: options.weights, groups: options.groups };
    this.#base = this.#objective.base(this.#of);
    const size = rows * this.#objective.outputs;
    this.#scores = startScores(this.#base, rows);
    this.#gradients = new Float32Array(size);
    this.#hessians = new Float32Array(size);
    this.#random = seededRandom(options.seed);
    if (options.validation) {
      this.#validation = new ValidationRows(options.validation, this.#bins, this.#base);
    }
  }

  run(): TreeEnsemble {
    const builder = new EnsembleBuilder(this.#bins);
    const { rounds, objective, validation } = this.#options;
    let kept = 0;
    let least = this.#validation?.loss(this.#objective) ?? 0;
    for (let round = 0; round < rounds; round++) {
      for (const tree of this.#round()) builder.add(tree);
      if (!this.#validation || !validation) continue;
      const loss = this.#validation.loss(this.#objective);
      if (loss < least) {
        least = loss;
        kept = round + 1;
      }
      if (round + 1 - kept >= validation.patience) break;
    }
    return builder.finish(objective, this.#base, validation ? kept : rounds);
  }

  #round(): GrownTree[] {
    this.#objective.derive(this.#of, this.#scores, this.#gradients, this.#hessians);
    const { rowShare = 1, groups } = this.#options;
    const drawn = drawRows(this.#of.rows, groups, rowShare, this.#random);
    return Array.from(this.#base, (_, output) => this.#tree(output, drawn));
  }

  #tree(output: number, drawn: RowDraw): GrownTree {
    const histograms = this.#histograms;
    const rules = this.#load(output);
    const { columnShare = 1 } = this.#options;
    const columns = drawColumns(histograms.columns, columnShare, this.#random);
    histograms.order.set(drawn.rows);
    const tree = growTree(histograms, drawn.rows.length, columns, rules);
    this.#addScores(tree, output, drawn);
    this.#validation?.add(tree, output, this.#binCounts);
    return tree;
  }

  /** Writes an output's derivatives as whole numbers. */
  #load(output: number): GrowRules {
    const { rows, pairs } = this.#histograms;
    const gradients = this.#gradients.subarray(output * rows, (output + 1) * rows);
    const hessians = this.#hessians.subarray(output * rows, (output + 1) * rows);
    const gradientScale = scaleFor(gradients, gradientLimit);
    const hessianScale = scaleFor(hessians, hessianLimit(rows));
    for (let row = 0; row < rows; row++) {
      pairs[2 * row] = gradients[row]! * gradientScale + rounding - rounding;
      pairs[2 * row + 1] = hessians[row]! * hessianScale + rounding - rounding;
    }
    this.#histograms.load();
    const { l2, minRows, leaves, rate, monotone } = this.#options;
    return {
      l2,
      minRows,
      leaves,
      rate,
      monotone,
      binCounts: this.#binCounts,
      gradientUnit: 1 / gradientScale,
      hessianUnit: 1 / hessianScale,
    };
  }

  #addScores(tree: GrownTree, output: number, drawn: RowDraw): void {
    const { rows, order, bins } = this.#histograms;
    const scores = this.#scores.subarray(output * rows, (output + 1) * rows);
    for (const { from, to, value } of tree.leaves) {
      for (let at = from; at < to; at++) scores[order[at]!]! += value;
    }
    for (const row of drawn.rest) scores[row]! += valueAt(tree, bins, rows, row, this.#binCounts);
  }
}

/** The rows that decide how many rounds are kept. */
class ValidationRows {
  readonly #of: TargetRows;
  readonly #bins: Uint8Array;
  readonly #scores: Float64Array;

  constructor({ table, target, groups }: TreeValidation, bins: ColumnBins, base: Float64Array) {
    this.#of = { rows: table.rows, target, weights: undefined, groups };
    this.#bins = new Uint8Array(table.rows * table.columns);
    fillBins(table, bins, this.#bins);
    this.#scores = startScores(base, table.rows);
  }

  loss(objective: Objective): number {
    return objective.loss(this.#of, this.#scores);
  }

  add(tree: GrownTree, output: number, binCounts: Uint16Array): void {
    const { rows } = this.#of;
    for (let row = 0; row < rows; row++) {
      this.#scores[output * rows + row]! += valueAt(tree, this.#bins, rows, row, binCounts);
    }
  }
}

/** The value of a tree for a row of `rowBins` (columns × rows). */
function valueAt(
  { columns, bins, missingLeft, children, leaves, root }: GrownTree,
  rowBins: Uint8Array,
  rows: number,
  row: number,
  binCounts: Uint16Array,
): number {
  let node = root;
  while (node >= 0) {
    const column = columns[node]!;
    const bin = rowBins[column * rows + row]!;
    const left = bin === binCounts[column] ? missingLeft[node]! : bin <= bins[node]!;
    node = children[2 * node + (left ? 0 : 1)]!;
  }
  return leaves[-1 - node]!.value;
}

function startScores(base: Float64Array, rows: number): Float64Array {
  const scores = new Float64Array(base.length * rows);
  for (const [output, score] of base.entries()) {
    scores.fill(score, output * rows, (output + 1) * rows);
  }
  return scores;
}

/** A double of this size has no fraction: adding it rounds, half to even, much faster than a call. */
const rounding = 1.5 * 2 ** 52;

/** The highest power of two that keeps all values within the limit. */
function scaleFor(values: Float32Array, limit: number): number {
  let highest = 0;
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at]!);
    if (size > highest) highest = size;
  }
  return highest === 0 ? 1 : 2 ** Math.floor(Math.log2(limit / highest));
}
