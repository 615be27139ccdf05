import { capRows } from '../dataset/cap-rows.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import {
  countByColumn,
  prefixSums,
  type SparseMatrix,
  sumByColumn,
  sumByRow,
  transpose,
} from '../dataset/sparse-matrix.ts';
import type { SlimProblem, SlimWeights } from '../kernels/slim-backend.ts';

/** Settings of `createSlimTrainer`. */
export interface SlimScaling {
  readonly neighbours: number;
  readonly userExponent: number;
  readonly itemExponent: number;
  readonly regularisation: number;
  readonly productsPerNeighbour: number;
  readonly outputExponent: number;
  readonly longestHistory: number;
}

/** Below it a product of two values would be 0 in single precision, and a neighbour be missed. */
const smallestValue = 1e-15;

/** Of all items together; 8 bytes each of the 4 GiB that the kernels have. */
const mostProducts = 2 ** 28;

export interface ScaledProblem {
  readonly problem: SlimProblem;
  /** The item that each of the problem's items is: by falling number of users. */
  readonly order: Uint32Array;
  /** Dᵢ^−b and Dᵢ^c by item: what scales a weight at its input and its output side. */
  readonly inputFactors: Float64Array;
  readonly outputFactors: Float64Array;
}

/**
 * X = Dᵤ^−a · R · Dᵢ^−b, scaled so that the squared norms of its columns have a mean of 1, which
 * makes λ the given `regularisation` and changes no weight.
 */
export function scaledProblem(
  interactions: SparseMatrix,
  config: SlimScaling,
  seed: number,
): ScaledProblem {
  const userFactors = powers(sumByRow(interactions), -config.userExponent);
  const itemDegrees = sumByColumn(interactions);
  const inputFactors = powers(itemDegrees, -config.itemExponent);
  const capped = capRows(interactions, config.longestHistory, seededRandom(seed));
  const order = byPopularity(capped);
  const items = scaledColumns(capped, order, userFactors, inputFactors);
  const neighbours = Math.max(1, Math.min(config.neighbours, items.rows - 1));
  const most = Math.min(
    config.productsPerNeighbour * neighbours,
    items.rows - 1,
    Math.floor(mostProducts / items.rows),
  );
  const kept = Math.max(neighbours, most);
  const { regularisation } = config;
  return {
    problem: { items, users: transpose(items), neighbours, kept, regularisation },
    order,
    inputFactors,
    outputFactors: powers(itemDegrees, config.outputExponent),
  };
}

/** Turns the weights by target into a graph: row j has Dⱼ^−b · B_jt · Dₜ^c at column t. */
export function graphOf(
  { neighbours, counts, items, values }: SlimWeights,
  { order, inputFactors, outputFactors }: ScaledProblem,
): SparseMatrix {
  const size = order.length;
  const rank = new Uint32Array(size);
  for (let place = 0; place < size; place++) rank[order[place]!] = place;
  const rowCounts = new Uint32Array(size);
  for (let place = 0; place < size; place++) {
    const from = place * neighbours;
    for (let at = from; at < from + counts[place]!; at++) rowCounts[order[items[at]!]!]!++;
  }
  const indptr = prefixSums(rowCounts);
  const next = indptr.slice(0, size);
  const indices = new Uint32Array(indptr[size]!);
  const weights = new Float32Array(indptr[size]!);
  for (let target = 0; target < size; target++) {
    const from = rank[target]! * neighbours;
    for (let at = from; at < from + counts[rank[target]!]!; at++) {
      const item = order[items[at]!]!;
      const to = next[item]!++;
      indices[to] = target;
      weights[to] = inputFactors[item]! * values[at]! * outputFactors[target]!;
    }
  }
  return { rows: size, columns: size, indptr, indices, values: weights };
}

function powers(degrees: Float64Array, exponent: number): Float64Array {
  return degrees.map((degree) => (degree > 0 ? degree ** exponent : 0));
}

/** Items by falling number of users, the lower index first among equals. */
function byPopularity(interactions: SparseMatrix): Uint32Array {
  const counts = countByColumn(interactions);
  return Uint32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b);
}

/** X by column: items in `order` × users. */
function scaledColumns(
  matrix: SparseMatrix,
  order: Uint32Array,
  userFactors: Float64Array,
  itemFactors: Float64Array,
): SparseMatrix {
  const { rows, columns, indptr, indices, values } = matrix;
  const counts = new Uint32Array(columns);
  const rank = new Uint32Array(columns);
  for (let place = 0; place < columns; place++) rank[order[place]!] = place;
  for (const item of indices) counts[rank[item]!]!++;
  const starts = prefixSums(counts);
  const next = starts.slice(0, columns);
  const users = new Uint32Array(indices.length);
  const scaled = new Float32Array(indices.length);
  const scale = 1 / rootMeanNorm(matrix, userFactors, itemFactors);
  for (let user = 0; user < rows; user++) {
    for (let at = indptr[user]!; at < indptr[user + 1]!; at++) {
      const item = indices[at]!;
      const to = next[rank[item]!]!++;
      users[to] = user;
      const value = scale * userFactors[user]! * values[at]! * itemFactors[item]!;
      scaled[to] = Math.max(value, smallestValue);
    }
  }
  return { rows: columns, columns: rows, indptr: starts, indices: users, values: scaled };
}

/** Root of the mean squared norm of X's columns, over those that are not empty. */
function rootMeanNorm(
  { rows, columns, indptr, indices, values }: SparseMatrix,
  userFactors: Float64Array,
  itemFactors: Float64Array,
): number {
  const norms = new Float64Array(columns);
  for (let user = 0; user < rows; user++) {
    for (let at = indptr[user]!; at < indptr[user + 1]!; at++) {
      const item = indices[at]!;
      norms[item]! += (userFactors[user]! * values[at]! * itemFactors[item]!) ** 2;
    }
  }
  const found = norms.filter((norm) => norm > 0);
  return Math.sqrt(found.reduce((sum, norm) => sum + norm, 0) / Math.max(1, found.length));
}
