import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import {
  diagonalOf,
  inverseNormsOf,
  productsOfUser,
  type SlimProblem,
  type SlimSolver,
} from './slim-backend.ts';

/** A row of G. */
interface Gram {
  readonly products: Float32Array;
  readonly kept: ReadonlySet<number>;
  readonly diagonal: number;
}

/**
 * Local SLIM in plain TypeScript, written to be read: what the WebAssembly kernel is held equal
 * to. G is added up in single precision in the kernel's order, so that both break ties between
 * neighbours alike; the regressions are in double precision and exact.
 */
export const solveSlimReference: SlimSolver = async (problem, { onProgress, signal }) => {
  const { rows } = problem.items;
  const { neighbours, kept } = problem;
  const total = 2 * rows;
  const gram: Gram[] = [];
  const nearest: number[][] = [];
  const diagonals = diagonalOf(problem.items);
  const inverseNorms = inverseNormsOf(diagonals);
  for (let item = 0; item < rows; item++) {
    signal?.throwIfAborted();
    onProgress?.({ done: item, total });
    const products = productsWith(problem, item);
    const ordered = nearestFirst(products, inverseNorms, item);
    nearest.push(ordered.slice(0, neighbours).sort((a, b) => a - b));
    gram.push({ products, kept: new Set(ordered.slice(0, kept)), diagonal: diagonals[item]! });
  }
  const counts = Uint32Array.from(nearest, ({ length }) => length);
  const items = new Uint32Array(rows * neighbours);
  const values = new Float32Array(rows * neighbours);
  for (let target = 0; target < rows; target++) {
    signal?.throwIfAborted();
    onProgress?.({ done: rows + target, total });
    items.set(nearest[target]!, target * neighbours);
    values.set(regress(problem, gram, nearest[target]!, target), target * neighbours);
  }
  onProgress?.({ done: total, total });
  return { neighbours, counts, items, values };
};

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

/** The items with a cosine above 0, the highest first and the lower index among equals. */
function nearestFirst(products: Float32Array, norms: Float32Array, target: number): number[] {
  const cosines = products.map((product, item) => {
    return Math.fround(product * norms[item]!) * norms[target]!;
  });
  return [...cosines.keys()]
    .filter((item) => item !== target && cosines[item]! > 0)
    .sort((a, b) => cosines[b]! - cosines[a]! || a - b);
}

/** (G_NN + λI)⁻¹ G_N,t by a Cholesky decomposition. */
function regress(
  { items, regularisation }: SlimProblem,
  gram: readonly Gram[],
  nearest: readonly number[],
  target: number,
): number[] {
  if (nearest.length === 0) return [];
  const usersOf = (item: number) => items.indptr[item + 1]! - items.indptr[item]!;
  const isExact =
    productsOfUser * sumOf(nearest, usersOf) <= sumOf(nearest, (i) => gram[i]!.kept.size);
  const product = (a: number, b: number): number => {
    const { products, kept, diagonal } = gram[a]!;
    if (a === b) return diagonal + regularisation;
    return isExact || kept.has(b) || gram[b]!.kept.has(a) ? products[b]! : 0;
  };
  const left = new Matrix(nearest.map((a) => nearest.map((b) => product(a, b))));
  const right = Matrix.columnVector(nearest.map((item) => gram[target]!.products[item]!));
  return new CholeskyDecomposition(left).solve(right).to1DArray();
}

function sumOf(items: readonly number[], value: (item: number) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
