import type { Label } from './label.ts';

/** How alike two candidates are, by their numbers: 1 for the same, 0 for nothing in common. */
export type Similarity = (a: number, b: number) => number;

/** What an equal category and an equal brand count where there is no vector to compare. */
const sameCategory = 0.6;
const sameBrand = 0.3;

/** By category and brand, for candidates that nothing else is known of. */
export function labelSimilarity(
  categories: readonly Label[],
  brands: readonly Label[],
): Similarity {
  const isSame = (labels: readonly Label[], a: number, b: number) =>
    labels[a] !== null && labels[a] !== undefined && labels[a] === labels[b];
  return (a, b) =>
    (isSame(categories, a, b) ? sameCategory : 0) + (isSame(brands, a, b) ? sameBrand : 0);
}

/**
 * The cosine of two candidates' vectors.
 *
 * @param vectors of length 1, one a candidate; undefined where there is none
 * @param otherwise for a pair of which one has no vector
 */
export function cosineOfVectors(
  vectors: readonly (Float32Array | undefined)[],
  otherwise: Similarity,
): Similarity {
  return (a, b) => {
    const left = vectors[a];
    const right = vectors[b];
    return left && right ? dot(left, 0, right, 0, left.length) : otherwise(a, b);
  };
}

/** Vectors of items, of which candidates name the rows. */
export interface VectorRows {
  /** rows × dimensions, row-major. */
  readonly matrix: Float32Array;
  readonly dimensions: number;
  /** 1 / length of each row, 0 for one of length 0; left out: all have length 1. */
  readonly inverseNorms?: Float32Array;
}

/**
 * The same with the vectors of all items in one matrix, which need not be copied or brought to
 * length 1 for an answer: few of them are compared.
 *
 * @param rows of the candidates; −1 where there is none
 */
export function cosineOfRows(
  { matrix, dimensions, inverseNorms }: VectorRows,
  rows: Int32Array,
  otherwise: Similarity,
): Similarity {
  return (a, b) => {
    const left = rows[a]!;
    const right = rows[b]!;
    if (left < 0 || right < 0) return otherwise(a, b);
    const product = dot(matrix, left * dimensions, matrix, right * dimensions, dimensions);
    return inverseNorms ? product * inverseNorms[left]! * inverseNorms[right]! : product;
  };
}

/**
 * Vectors brought to length 1. One of length 0 stays as it is.
 *
 * @param matrix rows × dimensions, row-major
 */
export function unitRows(matrix: Float32Array, dimensions: number): Float32Array {
  const units = new Float32Array(matrix.length);
  for (let start = 0; start < matrix.length; start += dimensions) {
    const square = dot(matrix, start, matrix, start, dimensions);
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let n = start; n < start + dimensions; n++) units[n] = scale * matrix[n]!;
  }
  return units;
}

/** Four sums at a time: one would wait for each addition before the next. */
function dot(a: Float32Array, from: number, b: Float32Array, at: number, length: number): number {
  const whole = length - (length % 4);
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let n = 0; n < whole; n += 4) {
    first += a[from + n]! * b[at + n]!;
    second += a[from + n + 1]! * b[at + n + 1]!;
    third += a[from + n + 2]! * b[at + n + 2]!;
    fourth += a[from + n + 3]! * b[at + n + 3]!;
  }
  for (let n = whole; n < length; n++) first += a[from + n]! * b[at + n]!;
  return first + second + (third + fourth);
}
