import { binsOfColumn, sumsOfBin } from '../../kernels/tree-backend.ts';

/** Sums over the rows of a node, in the units of the objective. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** Between which values the scores of a node have to stay so that all splits above it are kept. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface Split {
  readonly column: number;
  /** Rows of this bin and those below it go to the left. */
  readonly bin: number;
  readonly missingLeft: boolean;
  /** Fall of the objective, times two. */
  readonly gain: number;
  readonly left: NodeSums;
  readonly right: NodeSums;
}

export interface SplitRules {
  readonly l2: number;
  readonly minRows: number;
  readonly monotone: Int8Array | undefined;
  /** Bins of the values of each column; missing values are in the bin after them. */
  readonly binCounts: Uint16Array;
  /** The units: sums of gradients and of Hessians are multiplied by these. */
  readonly gradientUnit: number;
  readonly hessianUnit: number;
}

/** A gain below this a unit of Hessian is rounding, as where every row has its target already. */
const leastGain = 1e-12;

/** The value of a leaf, −G / (H + λ), within its bounds. */
export function leafValue({ gradient, hessian }: NodeSums, l2: number, bounds: Bounds): number {
  // A leaf that is met already has 0, not −0.
  const value = hessian + l2 > 0 ? 0 - gradient / (hessian + l2) : 0;
  return Math.min(Math.max(value, bounds.low), bounds.high);
}

/**
 * The split of a node with the highest gain
 *
 *   G_L² / (H_L + λ) + G_R² / (H_R + λ) − G² / (H + λ)
 *
 * (XGBoost: Chen & Guestrin 2016, eq. 7, without its factor ½ and γ), the first among equals by
 * column and bin. Missing values are tried on both sides. Under bounds a term is −(2Gw + (H + λ)w²)
 * of the value w that the child may take, and a split that would break its column's direction is
 * left out.
 *
 * @param sums columns × 256 × (gradients, Hessians, rows), whole numbers
 * @param columns the columns that may be split by, ascending
 * @returns undefined where no split gains
 */
export function bestSplit(
  sums: Float64Array,
  node: NodeSums,
  bounds: Bounds,
  columns: Uint16Array,
  rules: SplitRules,
): Split | undefined {
  const search = new SplitSearch(sums, node, bounds, rules);
  for (const column of columns) search.scan(column);
  return search.best();
}

class SplitSearch {
  readonly #sums: Float64Array;
  readonly #node: NodeSums;
  readonly #bounds: Bounds;
  readonly #rules: SplitRules;
  readonly #ownTerm: number;
  #gain: number;
  #column = -1;
  #bin = 0;
  #missingLeft = false;
  #left: NodeSums = { gradient: 0, hessian: 0, rows: 0 };

  constructor(sums: Float64Array, node: NodeSums, bounds: Bounds, rules: SplitRules) {
    this.#sums = sums;
    this.#node = node;
    this.#bounds = bounds;
    this.#rules = rules;
    const { gradient, hessian } = node;
    this.#gain = leastGain * hessian;
    this.#ownTerm = term(gradient, hessian + rules.l2, leafValue(node, rules.l2, bounds));
  }

  best(): Split | undefined {
    if (this.#column < 0) return undefined;
    const { gradient, hessian, rows } = this.#node;
    return {
      column: this.#column,
      bin: this.#bin,
      missingLeft: this.#missingLeft,
      gain: this.#gain,
      left: this.#left,
      right: {
        gradient: gradient - this.#left.gradient,
        hessian: hessian - this.#left.hessian,
        rows: rows - this.#left.rows,
      },
    };
  }

  scan(column: number): void {
    const bins = this.#rules.binCounts[column]!;
    const missing = (column * binsOfColumn + bins) * sumsOfBin;
    if (this.#sums[missing + 2] === 0) {
      this.#scanFrom(column, bins - 1, 0, 0, 0, undefined);
      return;
    }
    this.#scanFrom(column, bins - 1, 0, 0, 0, false);
    // All values against the missing ones is what the last bin of this direction says.
    const { [missing]: gradient, [missing + 1]: hessian, [missing + 2]: rows } = this.#sums;
    this.#scanFrom(column, bins - 1, gradient!, hessian!, rows!, true);
    this.#allAgainstMissing(column, bins, gradient!, hessian!, rows!);
  }

  /** Splits after the bins 0 … last − 1 with so much on the left already. */
  #scanFrom(
    column: number,
    last: number,
    gradientLeft: number,
    hessianLeft: number,
    rowsLeft: number,
    missingLeft: boolean | undefined,
  ): void {
    const sums = this.#sums;
    const { minRows, gradientUnit, hessianUnit } = this.#rules;
    const { rows: allRows } = this.#node;
    let gradient = gradientLeft;
    let hessian = hessianLeft;
    let rows = rowsLeft;
    let at = column * binsOfColumn * sumsOfBin;
    for (let bin = 0; bin < last; bin++, at += sumsOfBin) {
      const ofBin = sums[at + 2]!;
      if (ofBin === 0) continue;
      gradient += sums[at]!;
      hessian += sums[at + 1]!;
      rows += ofBin;
      if (rows < minRows) continue;
      if (allRows - rows < minRows) break;
      this.#consider(
        column,
        bin,
        missingLeft,
        gradient * gradientUnit,
        hessian * hessianUnit,
        rows,
      );
    }
  }

  #allAgainstMissing(
    column: number,
    bins: number,
    gradient: number,
    hessian: number,
    rows: number,
  ): void {
    const { minRows, gradientUnit, hessianUnit } = this.#rules;
    const known = this.#node.rows - rows;
    if (bins === 0 || rows < minRows || known < minRows) return;
    this.#consider(
      column,
      bins - 1,
      false,
      this.#node.gradient - gradient * gradientUnit,
      this.#node.hessian - hessian * hessianUnit,
      known,
    );
  }

  #consider(
    column: number,
    bin: number,
    missingLeft: boolean | undefined,
    gradient: number,
    hessian: number,
    rows: number,
  ): void {
    const rightHessian = this.#node.hessian - hessian;
    if (hessian <= 0 || rightHessian <= 0) return;
    const gain = this.#gainOf(column, gradient, hessian, rightHessian);
    if (!(gain > this.#gain)) return;
    this.#gain = gain;
    this.#column = column;
    this.#bin = bin;
    // Nothing is missing here: what will be goes with most rows.
    this.#missingLeft = missingLeft ?? 2 * rows >= this.#node.rows;
    this.#left = { gradient, hessian, rows };
  }

  #gainOf(column: number, gradient: number, hessian: number, rightHessian: number): number {
    const { l2, monotone } = this.#rules;
    const rightGradient = this.#node.gradient - gradient;
    if (monotone === undefined) {
      const left = (gradient * gradient) / (hessian + l2);
      return left + (rightGradient * rightGradient) / (rightHessian + l2) - this.#ownTerm;
    }
    const { low, high } = this.#bounds;
    const left = Math.min(Math.max(-gradient / (hessian + l2), low), high);
    const right = Math.min(Math.max(-rightGradient / (rightHessian + l2), low), high);
    const direction = monotone[column]!;
    if (direction * (right - left) < 0) return -Infinity;
    return (
      term(gradient, hessian + l2, left) +
      term(rightGradient, rightHessian + l2, right) -
      this.#ownTerm
    );
  }
}

/** Twice what a leaf of this value takes off the objective. */
function term(gradient: number, curvature: number, value: number): number {
  return -(2 * gradient * value + curvature * value * value);
}
