import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Eigenbasis } from './als-backend.ts';

/**
 * The eigenbasis of a Gram matrix by ml-matrix.
 *
 * @param gram symmetric, positive semidefinite, dimensions × dimensions
 */
export function eigenbasis(gram: Float64Array, dimensions: number): Eigenbasis {
  const matrix = Matrix.from1DArray(dimensions, dimensions, Array.from(gram));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return sortedEigenbasis(realEigenvalues, (row, vector) => eigenvectorMatrix.get(row, vector));
}

/**
 * Orders a decomposition by falling eigenvalue.
 *
 * @param component component `row` of eigenvector `vector`
 */
export function sortedEigenbasis(
  eigenvalues: ArrayLike<number>,
  component: (row: number, vector: number) => number,
): Eigenbasis {
  const n = eigenvalues.length;
  const order = Uint32Array.from({ length: n }, (_, at) => at);
  order.sort((a, b) => eigenvalues[b]! - eigenvalues[a]!);
  const values = new Float32Array(n);
  const vectors = new Float32Array(n * n);
  for (const [to, from] of order.entries()) {
    // Rounding can leave a zero eigenvalue slightly negative.
    values[to] = Math.max(0, eigenvalues[from]!);
    for (let row = 0; row < n; row++) vectors[row * n + to] = component(row, from);
  }
  return { values, vectors };
}
