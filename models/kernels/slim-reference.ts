import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { PairRows } from './als-backend.ts';
import {
  diagonalOf,
  inverseNormsOf,
  type SlimOptions,
  type SlimProblem,
  type SlimSolver,
} from './slim-backend.ts';

/**
 * Local SLIM in plain TypeScript, written to be read: what the WebAssembly kernel is held equal
 * to. Neighbours are chosen in single precision in the kernel's order of additions, so that both
 * break ties alike; everything else is in double precision and exact.
 */
export const solveSlimReference: SlimSolver = async (problem, options) => {
  const { rows } = problem.items;
  const { neighbours } = problem;
  const counts = new Uint32Array(rows);
  const items = new Uint32Array(rows * neighbours);
  const values = new Float32Array(rows * neighbours);
  const inverseNorms = inverseNormsOf(diagonalOf(problem.items));
  for (let target = 0; target < rows; target++) {
    report(target, options);
    const products = productsWith(problem, target);
    const nearest = [...products.keys()]
      .filter((item) => item !== target && products[item]! > 0)
      .map((item) => ({ item, cosine: cosineOf(products, inverseNorms, item, target) }))
      .sort((a, b) => b.cosine - a.cosine || a.item - b.item)
      .slice(0, neighbours)
      .map(({ item }) => item)
      .sort((a, b) => a - b);
    counts[target] = nearest.length;
    items.set(nearest, target * neighbours);
    values.set(regress(problem, nearest, target), target * neighbours);
  }
  options.onProgress?.(rows);
  return { neighbours, counts, items, values };
};

function report(done: number, { onProgress, signal }: SlimOptions): void {
  signal?.throwIfAborted();
  onProgress?.(done);
}

/** G_jt of every item j. */
function productsWith({ items, users }: SlimProblem, target: number): Float32Array {
  const sums = new Float32Array(items.rows);
  for (let at = items.indptr[target]!; at < items.indptr[target + 1]!; at++) {
    const user = items.indices[at]!;
    for (let to = users.indptr[user]!; to < users.indptr[user + 1]!; to++) {
      sums[users.indices[to]!]! += Math.fround(items.values[at]! * users.values[to]!);
    }
  }
  return sums;
}

function cosineOf(products: Float32Array, norms: Float32Array, item: number, target: number) {
  return Math.fround(Math.fround(products[item]! * norms[item]!) * norms[target]!);
}

/** (G_NN + λI)⁻¹ G_N,t by a Cholesky decomposition. */
function regress({ items, regularisation }: SlimProblem, nearest: number[], target: number) {
  if (nearest.length === 0) return [];
  const columns = nearest.map((item) => columnOf(items, item));
  const wanted = columnOf(items, target);
  const left = new Matrix(columns.map((a) => columns.map((b) => product(a, b))));
  for (let at = 0; at < nearest.length; at++) left.set(at, at, left.get(at, at) + regularisation);
  const right = Matrix.columnVector(columns.map((column) => product(column, wanted)));
  return new CholeskyDecomposition(left).solve(right).to1DArray();
}

function columnOf({ indptr, indices, values }: PairRows, item: number): Map<number, number> {
  const column = new Map<number, number>();
  for (let at = indptr[item]!; at < indptr[item + 1]!; at++) column.set(indices[at]!, values[at]!);
  return column;
}

function product(a: Map<number, number>, b: Map<number, number>): number {
  let sum = 0;
  for (const [user, value] of a) sum += value * (b.get(user) ?? 0);
  return sum;
}
