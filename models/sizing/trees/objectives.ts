import { softmaxInto } from './softmax.ts';
import type { TreeOptions } from './tree-types.ts';

/** Rows with their targets, as an objective sees them. */
export interface TargetRows {
  readonly rows: number;
  readonly target: ArrayLike<number>;
  readonly weights: Float32Array | undefined;
  readonly groups: Uint32Array | undefined;
}

/** What is minimised. Scores, gradients and Hessians are outputs × rows. */
export interface Objective {
  readonly outputs: number;
  /** The scores before the first round. */
  base(rows: TargetRows): Float64Array;
  /** First and second derivatives of the loss of each row by its scores. */
  derive(
    rows: TargetRows,
    scores: Float64Array,
    gradients: Float32Array,
    hessians: Float32Array,
  ): void;
  /** Mean loss. */
  loss(rows: TargetRows, scores: Float64Array): number;
}

export function objectiveOf({ objective, classes = 2 }: TreeOptions): Objective {
  if (objective === 'multiclass') return multiclass(classes);
  if (objective === 'binary') return binary;
  if (objective === 'regression') return regression;
  return choice;
}

/** A class that nobody is in begins here, and not at −∞. */
const leastShare = 1e-9;

/**
 * Softmax: g = p − y, and h = K / (K − 1) · p (1 − p), with which a tree a class makes the step
 * that Friedman (2001, algorithm 6) takes.
 */
function multiclass(classes: number): Objective {
  const factor = classes / (classes - 1);
  return {
    outputs: classes,
    base({ rows, target, weights }) {
      const sums = new Float64Array(classes);
      let all = 0;
      for (let row = 0; row < rows; row++) {
        sums[target[row]!]! += weights?.[row] ?? 1;
        all += weights?.[row] ?? 1;
      }
      return sums.map((sum) => Math.log(Math.max(sum / all, leastShare)));
    },
    derive({ rows, target, weights }, scores, gradients, hessians) {
      const chances = new Float64Array(classes);
      for (let row = 0; row < rows; row++) {
        chancesOf(scores, rows, row, chances);
        const weight = weights?.[row] ?? 1;
        for (let k = 0; k < classes; k++) {
          const chance = chances[k]!;
          gradients[k * rows + row] = weight * (chance - (target[row] === k ? 1 : 0));
          hessians[k * rows + row] = weight * factor * chance * (1 - chance);
        }
      }
    },
    loss(of, scores) {
      const chances = new Float64Array(classes);
      return meanOver(of, (row) => {
        chancesOf(scores, of.rows, row, chances);
        return -Math.log(Math.max(chances[of.target[row]!]!, Number.MIN_VALUE));
      });
    },
  };
}

function chancesOf(scores: Float64Array, rows: number, row: number, chances: Float64Array): void {
  for (let k = 0; k < chances.length; k++) chances[k] = scores[k * rows + row]!;
  softmaxInto(chances, 0, chances.length);
}

const binary: Objective = {
  outputs: 1,
  base(of) {
    const share = Math.min(
      Math.max(
        meanOver(of, (row) => of.target[row]!),
        leastShare,
      ),
      1 - leastShare,
    );
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  derive({ rows, target, weights }, scores, gradients, hessians) {
    for (let row = 0; row < rows; row++) {
      const chance = 1 / (1 + Math.exp(-scores[row]!));
      const weight = weights?.[row] ?? 1;
      gradients[row] = weight * (chance - target[row]!);
      hessians[row] = weight * chance * (1 - chance);
    }
  },
  loss: (of, scores) =>
    meanOver(of, (row) => {
      // ln(1 + e^−m) of the margin m, in the form that does not overflow.
      const margin = of.target[row] === 1 ? scores[row]! : -scores[row]!;
      return Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(-margin, 0);
    }),
};

const regression: Objective = {
  outputs: 1,
  base: (of) => Float64Array.of(meanOver(of, (row) => of.target[row]!)),
  derive({ rows, target, weights }, scores, gradients, hessians) {
    for (let row = 0; row < rows; row++) {
      const weight = weights?.[row] ?? 1;
      gradients[row] = weight * (scores[row]! - target[row]!);
      hessians[row] = weight;
    }
  },
  loss: (of, scores) => meanOver(of, (row) => (scores[row]! - of.target[row]!) ** 2),
};

/** g = p − y and h = p (1 − p), with p the softmax within the row's group. */
const choice: Objective = {
  outputs: 1,
  base: () => Float64Array.of(0),
  derive({ target, weights, groups }, scores, gradients, hessians) {
    const chances = new Float64Array(scores.length);
    eachGroup(groups!, (from, to) => {
      chances.set(scores.subarray(from, to), from);
      softmaxInto(chances, from, to);
      const weight = weights?.[chosenRow(target, from, to)] ?? 1;
      for (let row = from; row < to; row++) {
        const chance = chances[row]!;
        gradients[row] = weight * (chance - target[row]!);
        hessians[row] = weight * chance * (1 - chance);
      }
    });
  },
  loss({ target, weights, groups }, scores) {
    const chances = scores.slice();
    let sum = 0;
    let all = 0;
    eachGroup(groups!, (from, to) => {
      const chosen = chosenRow(target, from, to);
      const weight = weights?.[chosen] ?? 1;
      softmaxInto(chances, from, to);
      sum -= weight * Math.log(Math.max(chances[chosen]!, Number.MIN_VALUE));
      all += weight;
    });
    return sum / all;
  },
};

function eachGroup(groups: Uint32Array, visit: (from: number, to: number) => void): void {
  for (let group = 0; group + 1 < groups.length; group++) visit(groups[group]!, groups[group + 1]!);
}

function chosenRow(target: ArrayLike<number>, from: number, to: number): number {
  let row = from;
  while (row < to && target[row] !== 1) row++;
  return row;
}

function meanOver({ rows, weights }: TargetRows, ofRow: (row: number) => number): number {
  let sum = 0;
  let all = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * ofRow(row);
    all += weight;
  }
  return sum / all;
}
