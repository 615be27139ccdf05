import { inverse, Matrix } from 'ml-matrix';
import { type Evaluation, type Minimum, minimise, type Stopped } from './minimise.ts';
import { ValueFitError } from './value-fit-error.ts';

/** How a fit ended. Iterations and evaluations are those of all starts. */
export interface Convergence {
  readonly iterations: number;
  readonly evaluations: number;
  readonly stopped: Stopped;
  /** The largest slope of the log-likelihood by the logarithm of a parameter, a customer. */
  readonly gradient: number;
}

/** A log-likelihood and its gradient by the logarithms of the parameters. */
export type LogLikelihood = (logs: Float64Array) => Evaluation;

export interface LikelihoodMaximum {
  readonly logs: Float64Array;
  readonly logLikelihood: number;
  readonly convergence: Convergence;
}

/** Slopes a customer below this are no slope where no step leads up any more. */
const flatEnough = 1e-5;

/**
 * The parameters that are likeliest, from the best of the given starts on.
 *
 * @param customers that the log-likelihood is a sum over
 * @throws ValueFitError when it does not converge
 */
export function maximise(
  likelihood: LogLikelihood,
  starts: readonly Float64Array[],
  customers: number,
): LikelihoodMaximum {
  const loss = (logs: Float64Array) => {
    const { value, gradient } = likelihood(logs);
    return { value: -value / customers, gradient: gradient.map((slope) => -slope / customers) };
  };
  const tried = starts.map((start) => minimise(loss, start));
  const best = tried.reduce((least, other) => (other.value < least.value ? other : least));
  const sum = (of: 'iterations' | 'evaluations') => tried.reduce((all, one) => all + one[of], 0);
  const gradient = best.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const { stopped } = best;
  const [iterations, evaluations] = [sum('iterations'), sum('evaluations')];
  const isThere = stopped === 'gradient' || (stopped === 'precision' && gradient < flatEnough);
  if (!isThere) {
    throw new ValueFitError(
      `did not converge: ${iterations} iterations, slope ${gradient.toExponential(1)} a customer`,
    );
  }
  const convergence = { iterations, evaluations, stopped, gradient };
  return { logs: best.point, logLikelihood: -best.value * customers, convergence };
}

/** The starts from which an objective of few rows says that a search is worth while, best first. */
export function bestStarts(
  likelihood: LogLikelihood,
  starts: readonly Float64Array[],
  count: number,
): Minimum['point'][] {
  return starts
    .map((start) => ({ start, value: likelihood(start).value }))
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((one, other) => other.value - one.value)
    .slice(0, count)
    .map(({ start }) => start);
}

const difference = 1e-4;

/**
 * Standard errors of the parameters: of their logarithms from the curvature of the log-likelihood
 * (differences of its gradient), times the parameters (delta method). Null where it is not curved
 * downwards in every direction: there the data do not say where the maximum is.
 */
export function standardErrors(likelihood: LogLikelihood, logs: Float64Array): number[] | null {
  const rows = Array.from(logs, (_, k) => {
    const slopes = [-difference, difference].map((by) => {
      const beside = logs.slice();
      beside[k]! += by;
      return likelihood(beside).gradient;
    });
    return Array.from(logs, (_, j) => (slopes[0]![j]! - slopes[1]![j]!) / (2 * difference));
  });
  const information = new Matrix(rows);
  const symmetric = information.add(information.transpose()).div(2);
  try {
    const variances = inverse(symmetric).diagonal();
    const errors = variances.map((variance, k) => Math.sqrt(variance) * Math.exp(logs[k]!));
    return errors.every((error) => error > 0 && error < Number.POSITIVE_INFINITY) ? errors : null;
  } catch {
    return null;
  }
}
