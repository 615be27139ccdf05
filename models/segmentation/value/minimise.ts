/** A function to be made small, and how it slopes. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimiseOptions {
  /** Has arrived where no part of the gradient is larger. */
  readonly tolerance?: number;
  readonly mostIterations?: number;
}

/** `gradient`: it has arrived; `precision`: no step leads down by more than the rounding. */
export type Stopped = 'gradient' | 'precision' | 'iterations';

export interface Minimum extends Evaluation {
  readonly point: Float64Array;
  readonly iterations: number;
  readonly evaluations: number;
  readonly stopped: Stopped;
}

type Objective = (point: Float64Array) => Evaluation;

/** Pairs of steps and changes of the gradient that are remembered. */
const memory = 8;
/** Of the strong Wolfe conditions: enough descent, and enough less slope. */
const descent = 1e-4;
const curvature = 0.9;
/** Of the value: less is lost in its rounding. */
const leastGain = 1e-14;
/** In logarithms of parameters: a factor of 20 a step. */
const longestStep = 3;

/**
 * L-BFGS with a line search for the strong Wolfe conditions (Nocedal & Wright, Numerical
 * Optimization, 2nd ed., algorithms 7.5, 3.5 and 3.6). A value that is not a number counts as
 * infinitely large.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-8, mostIterations = 200 }: MinimiseOptions = {},
): Minimum {
  let evaluations = 0;
  const evaluate: Objective = (point) => {
    evaluations++;
    const found = objective(point);
    return Number.isNaN(found.value) ? { ...found, value: Number.POSITIVE_INFINITY } : found;
  };
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  let point = start;
  let at = evaluate(start);
  let idle = 0;
  for (let iterations = 0; ; iterations++) {
    const end = (stopped: Stopped) => ({ point, ...at, iterations, evaluations, stopped });
    if (largest(at.gradient) <= tolerance) return end('gradient');
    if (iterations === mostIterations) return end('iterations');
    const found =
      searchLine(evaluate, point, at, direction(at.gradient, steps, changes)) ??
      // What is remembered may mislead; the gradient does not.
      searchLine(evaluate, point, at, direction(at.gradient, [], []));
    if (found === undefined) return end('precision');
    remember(steps, minus(found.point, point));
    remember(changes, minus(found.at.gradient, at.gradient));
    const gain = at.value - found.at.value;
    ({ point, at } = found);
    idle = gain > leastGain * Math.abs(at.value) ? 0 : idle + 1;
    if (idle === 3)
      return { point, ...at, iterations: iterations + 1, evaluations, stopped: 'precision' };
  }
}

/** −H g by the two loops over what is remembered, no longer than the longest step. */
function direction(
  gradient: Float64Array,
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
): Float64Array {
  const d = gradient.map((slope) => -slope);
  const shares: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const share = dot(steps[k]!, d) / dot(steps[k]!, changes[k]!);
    shares[k] = share;
    addTo(d, changes[k]!, -share);
  }
  const last = steps.length - 1;
  const scale =
    last < 0 ? 1 : dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!);
  for (let i = 0; i < d.length; i++) d[i]! *= scale;
  for (let k = 0; k < steps.length; k++) {
    addTo(d, steps[k]!, shares[k]! - dot(changes[k]!, d) / dot(steps[k]!, changes[k]!));
  }
  const length = largest(d);
  return length > longestStep ? d.map((part) => (part * longestStep) / length) : d;
}

interface Found {
  readonly point: Float64Array;
  readonly at: Evaluation;
}

interface Trial extends Found {
  readonly length: number;
  readonly slope: number;
}

const mostTrials = 30;

/** A step along `d` that satisfies the strong Wolfe conditions; undefined where none is found. */
function searchLine(
  evaluate: Objective,
  point: Float64Array,
  at: Evaluation,
  d: Float64Array,
): Found | undefined {
  const slope0 = dot(at.gradient, d);
  if (!(slope0 < 0)) return undefined;
  const tryLength = (length: number): Trial => {
    const next = point.map((part, i) => part + length * d[i]!);
    const found = evaluate(next);
    return { point: next, at: found, length, slope: dot(found.gradient, d) };
  };
  const isTooHigh = ({ length, at: { value } }: Trial) =>
    !(value <= at.value + descent * length * slope0);
  const isFlat = ({ slope }: Trial) => Math.abs(slope) <= -curvature * slope0;
  let before: Trial = { point, at, length: 0, slope: slope0 };
  for (let length = 1, k = 0; k < mostTrials; k++, length *= 2) {
    const trial = tryLength(length);
    if (isTooHigh(trial) || (k > 0 && trial.at.value >= before.at.value)) {
      return zoom(before, trial);
    }
    if (isFlat(trial)) return trial;
    if (trial.slope >= 0) return zoom(trial, before);
    if (length * largest(d) >= longestStep) return trial;
    before = trial;
  }
  return before.length > 0 ? before : undefined;

  function zoom(low: Trial, high: Trial): Found | undefined {
    for (let k = 0; k < mostTrials; k++) {
      const trial = tryLength(between(low, high));
      if (isTooHigh(trial) || trial.at.value >= low.at.value) {
        high = trial;
      } else {
        if (isFlat(trial)) return trial;
        if (trial.slope * (high.length - low.length) >= 0) high = low;
        low = trial;
      }
      if (Math.abs(high.length - low.length) <= 1e-14 * high.length) break;
    }
    return low.length > 0 && low.at.value < at.value ? low : undefined;
  }
}

/** Where the cubic through both ends is lowest (Nocedal & Wright 3.59), not too near to an end. */
function between(low: Trial, high: Trial): number {
  const width = high.length - low.length;
  const d1 = low.slope + high.slope - (3 * (low.at.value - high.at.value)) / -width;
  const root = Math.sqrt(d1 * d1 - low.slope * high.slope) * Math.sign(width);
  const length =
    high.length - (width * (high.slope + root - d1)) / (high.slope - low.slope + 2 * root);
  const share = (length - low.length) / width;
  return low.length + width * (share > 0.1 && share < 0.9 ? share : 0.5);
}

function remember(kept: Float64Array[], vector: Float64Array): void {
  kept.push(vector);
  if (kept.length > memory) kept.shift();
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, part, i) => sum + part * b[i]!, 0);
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((part, i) => part - b[i]!);
}

function addTo(target: Float64Array, vector: Float64Array, times: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += times * vector[i]!;
}
