import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { seededRandom } from './seeded-random.ts';

/** What was counted of rows, a few of which belong to the same user, and what came of each. */
export interface CountedRows {
  /** Rows × columns, row-major. */
  readonly counts: Float32Array;
  readonly columns: number;
  /** How often it happened, one a row. */
  readonly outcomes: Float32Array;
  /** One a row, ascending: rows of a user are not independent of each other. */
  readonly users: Uint32Array;
}

/** A rate of outcomes that is a base and so much for each count. */
export interface AdditiveRates {
  readonly base: number;
  /** One a column. */
  readonly rates: Float64Array;
  /** (columns + 1)², the base last: of the estimates, with users as clusters. */
  readonly covariance: Float64Array;
}

/** Share of the sum of squares that each column is penalised with: against exact collinearity. */
const ridge = 1e-6;
const steps = 6;
/** A fitted rate is not taken to be below this share of the mean one. */
const leastRate = 0.1;

/**
 * The additive model of rates, E[y] = base + Σ rate_k · count_k, by quasi-Poisson regression with an
 * identity link: least squares weighted by 1 / fitted rate, some steps of it (Nelder and Wedderburn
 * 1972). It is additive because what it is for is: weights of events are added up. The covariance is
 * the sandwich with users as clusters (Liang and Zeger 1986), which holds however outcomes of one
 * user hang together and whatever their spread is.
 *
 * @throws RangeError where there are no rows or no outcome
 */
export function fitAdditiveRates(rows: CountedRows): AdditiveRates {
  const { outcomes, columns } = rows;
  const mean = outcomes.reduce((sum, value) => sum + value, 0) / outcomes.length;
  if (!(mean > 0)) throw new RangeError('nothing came of anything');
  const weights = new Float64Array(outcomes.length).fill(1 / mean);
  let estimates = new Float64Array(columns + 1);
  let inverse = Matrix.zeros(columns + 1, columns + 1);
  for (let step = 0; step < steps; step++) {
    ({ estimates, inverse } = solve(rows, weights));
    for (let row = 0; row < weights.length; row++) {
      weights[row] = 1 / Math.max(leastRate * mean, fitted(rows, estimates, row));
    }
  }
  // Of the weights that the estimates were made with last.
  ({ estimates, inverse } = solve(rows, weights));
  const covariance = inverse.mmul(scatter(rows, weights, estimates)).mmul(inverse);
  return {
    base: estimates[columns]!,
    rates: estimates.slice(0, columns),
    covariance: Float64Array.from(covariance.to1DArray()),
  };
}

export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Rates as multiples of one of them, each with a 95 % interval: quantiles of the ratio over draws
 * of all estimates from their joint distribution, which is near normal.
 *
 * @param unit the column that is 1
 * @returns undefined where the unit's own rate is not clearly above 0, so that nothing is a multiple
 */
export function ratiosTo(
  { rates, covariance }: AdditiveRates,
  unit: number,
  { seed, draws = 4_000 }: { readonly seed: number; readonly draws?: number },
): RatioInterval[] | undefined {
  const size = rates.length + 1;
  const spread = (column: number) => Math.sqrt(Math.max(0, covariance[column * size + column]!));
  if (!(rates[unit]! - 1.96 * spread(unit) > 0)) return undefined;
  const factor = choleskyOf(covariance, size);
  const random = seededRandom(seed);
  const found = Array.from(rates, () => new Float64Array(draws));
  const normal = new Float64Array(size);
  for (let draw = 0; draw < draws; draw++) {
    for (let at = 0; at < size; at++) {
      normal[at] = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    }
    const drawn = Float64Array.from(rates, (rate, column) => {
      let sum = rate;
      for (let at = 0; at <= column; at++) sum += factor[column * size + at]! * normal[at]!;
      return sum;
    });
    for (const [column, value] of drawn.entries()) found[column]![draw] = value / drawn[unit]!;
  }
  return found.map((values, column) => {
    values.sort();
    const at = (share: number) => values[Math.round(share * (draws - 1))]!;
    return { ratio: rates[column]! / rates[unit]!, low: at(0.025), high: at(0.975) };
  });
}

function fitted({ counts, columns }: CountedRows, estimates: Float64Array, row: number): number {
  let sum = estimates[columns]!;
  for (let k = 0; k < columns; k++) sum += estimates[k]! * counts[row * columns + k]!;
  return sum;
}

function solve(rows: CountedRows, weights: Float64Array) {
  const { counts, columns, outcomes } = rows;
  const size = columns + 1;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  const x = new Float64Array(size).fill(1);
  for (let row = 0; row < outcomes.length; row++) {
    for (let k = 0; k < columns; k++) x[k] = counts[row * columns + k]!;
    const weight = weights[row]!;
    for (let i = 0; i < size; i++) {
      const scaled = weight * x[i]!;
      if (scaled === 0) continue;
      right[i]! += scaled * outcomes[row]!;
      for (let j = 0; j <= i; j++) gram[i * size + j]! += scaled * x[j]!;
    }
  }
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, gram[i * size + j]!);
      matrix.set(j, i, gram[i * size + j]!);
    }
    // A column that was never counted gets a rate of 0.
    const square = gram[i * size + i]!;
    matrix.set(i, i, square > 0 ? square * (1 + ridge) : 1);
  }
  const cholesky = new CholeskyDecomposition(matrix);
  const estimates = cholesky.solve(Matrix.columnVector(right)).to1DArray();
  return {
    estimates: Float64Array.from(estimates),
    inverse: cholesky.solve(Matrix.eye(size)) as Matrix,
  };
}

/** Σ over users of s sᵀ, s = Σ over their rows of weight · residual · x. */
function scatter(rows: CountedRows, weights: Float64Array, estimates: Float64Array): Matrix {
  const { counts, columns, outcomes, users } = rows;
  const size = columns + 1;
  const sums = new Float64Array(size * size);
  const score = new Float64Array(size);
  const end = () => {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) sums[i * size + j]! += score[i]! * score[j]!;
    }
    score.fill(0);
  };
  for (let row = 0; row < outcomes.length; row++) {
    if (row > 0 && users[row] !== users[row - 1]) end();
    const residual = weights[row]! * (outcomes[row]! - fitted(rows, estimates, row));
    for (let k = 0; k < columns; k++) score[k]! += residual * counts[row * columns + k]!;
    score[columns]! += residual;
  }
  end();
  return Matrix.from1DArray(size, size, sums);
}

/** The lower factor L of a positive semi-definite matrix, LLᵀ; a direction without spread is 0. */
function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!;
      if (i === j) factor[i * size + i] = Math.sqrt(Math.max(0, sum));
      else {
        const pivot = factor[j * size + j]!;
        factor[i * size + j] = pivot > 0 ? sum / pivot : 0;
      }
    }
  }
  return factor;
}
