import { softmaxInto } from '../trees/softmax.ts';
import { type Curvature, minimise } from './newton.ts';

/** A chance 1 / (1 + e^−(scale · score + shift)). */
export interface PlattScaling {
  readonly scale: number;
  readonly shift: number;
}

/** Logits scale_k · z_k + shift_k. */
export interface VectorScaling {
  readonly scales: Float64Array;
  readonly shifts: Float64Array;
}

/** Below this a scale would turn the order of the scores around. */
const leastScale = 1e-3;

/**
 * Platt (1999): logistic regression on a score, with targets drawn in to (N₊ + 1) / (N₊ + 2) and
 * 1 / (N₋ + 2) so that no chance is ever certain. The scale stays above 0: the order is kept.
 *
 * @param outcomes 0 or 1
 */
export function fitPlatt(scores: ArrayLike<number>, outcomes: ArrayLike<number>): PlattScaling {
  const rows = scores.length;
  let positives = 0;
  for (let row = 0; row < rows; row++) positives += outcomes[row]!;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (rows - positives + 2);
  const [scale, shift] = minimise(Float64Array.of(1, 0), (place) => {
    const [a, b] = place as unknown as [number, number];
    if (a < leastScale) return outside(2);
    const sums = { loss: 0, gradient: new Float64Array(2), hessian: new Float64Array(4) };
    for (let row = 0; row < rows; row++) {
      const z = a * scores[row]! + b;
      const target = outcomes[row] ? high : low;
      const chance = 1 / (1 + Math.exp(-z));
      sums.loss += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - target * z;
      addOuter(sums, [scores[row]!, 1], chance - target, chance * (1 - chance));
    }
    return sums;
  });
  return { scale: scale!, shift: shift! };
}

/**
 * Temperature scaling (Guo et al. 2017): one factor on all logits, that of the least log loss.
 *
 * @param logits rows × classes
 */
export function fitTemperature(
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): number {
  const rows = logits.length / classes;
  const groups = Uint32Array.from({ length: rows + 1 }, (_, row) => row * classes);
  return fitGroupTemperature(logits, groups, (row) => row * classes + labels[row]!);
}

/**
 * The factor on the scores of a choice with the least log loss.
 *
 * @param groups where each group begins, and at last the number of scores
 * @param chosen the place of a group's chosen score
 */
export function fitGroupTemperature(
  scores: Float64Array,
  groups: Uint32Array,
  chosen: (group: number) => number,
): number {
  const chances = new Float64Array(scores.length);
  const [factor] = minimise(Float64Array.of(1), ([a]) => {
    if (a! < leastScale) return outside(1);
    const sums = { loss: 0, gradient: new Float64Array(1), hessian: new Float64Array(1) };
    for (let group = 0; group + 1 < groups.length; group++) {
      addGroup(sums, scores, chances, a!, groups[group]!, groups[group + 1]!, chosen(group));
    }
    return sums;
  });
  return factor!;
}

/** d loss / da = Σ p z − z_chosen, and d² = the variance of z under p. */
function addGroup(
  sums: { loss: number; gradient: Float64Array; hessian: Float64Array },
  scores: Float64Array,
  chances: Float64Array,
  factor: number,
  from: number,
  to: number,
  chosen: number,
): void {
  for (let at = from; at < to; at++) chances[at] = factor * scores[at]!;
  softmaxInto(chances, from, to);
  let mean = 0;
  let square = 0;
  for (let at = from; at < to; at++) {
    mean += chances[at]! * scores[at]!;
    square += chances[at]! * scores[at]! ** 2;
  }
  sums.loss -= Math.log(Math.max(chances[chosen]!, Number.MIN_VALUE));
  sums.gradient[0]! += mean - scores[chosen]!;
  sums.hessian[0]! += square - mean * mean;
}

/**
 * Vector scaling (Guo et al. 2017): a factor and a shift for each class. Factors stay above 0.
 *
 * @param logits rows × classes
 */
export function fitVectorScaling(
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): VectorScaling {
  const start = new Float64Array(2 * classes).fill(1, 0, classes);
  const place = minimise(start, (at) => vectorLoss(at, logits, labels, classes));
  return { scales: place.slice(0, classes), shifts: place.slice(classes) };
}

/** With u the derivative of class k's logit by a place: g = Σ (p_k − y_k) u, H = Σ (p_k [k = l] − p_k p_l) u uᵀ. */
function vectorLoss(
  place: Float64Array,
  logits: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): Curvature {
  const size = 2 * classes;
  if (place.subarray(0, classes).some((scale) => scale < leastScale)) return outside(size);
  const sums = { loss: 0, gradient: new Float64Array(size), hessian: new Float64Array(size ** 2) };
  const chances = new Float64Array(classes);
  for (let from = 0; from < logits.length; from += classes) {
    const label = labels[from / classes]!;
    for (let k = 0; k < classes; k++) {
      chances[k] = place[k]! * logits[from + k]! + place[classes + k]!;
    }
    softmaxInto(chances, 0, classes);
    sums.loss -= Math.log(Math.max(chances[label]!, Number.MIN_VALUE));
    for (let k = 0; k < classes; k++) {
      const residual = chances[k]! - (k === label ? 1 : 0);
      sums.gradient[k]! += residual * logits[from + k]!;
      sums.gradient[classes + k]! += residual;
      for (let l = 0; l < classes; l++) {
        const weight = chances[k]! * ((k === l ? 1 : 0) - chances[l]!);
        const [zk, zl] = [logits[from + k]!, logits[from + l]!];
        sums.hessian[k * size + l]! += weight * zk * zl;
        sums.hessian[k * size + classes + l]! += weight * zk;
        sums.hessian[(classes + k) * size + l]! += weight * zl;
        sums.hessian[(classes + k) * size + classes + l]! += weight;
      }
    }
  }
  return sums;
}

function addOuter(
  { gradient, hessian }: { gradient: Float64Array; hessian: Float64Array },
  features: readonly number[],
  slope: number,
  curvature: number,
): void {
  for (const [row, a] of features.entries()) {
    gradient[row]! += slope * a;
    for (const [column, b] of features.entries()) {
      hessian[row * features.length + column]! += curvature * a * b;
    }
  }
}

function outside(size: number): Curvature {
  return {
    loss: Infinity,
    gradient: new Float64Array(size),
    hessian: new Float64Array(size * size),
  };
}
