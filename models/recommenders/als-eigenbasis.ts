import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

export interface Eigenbasis {
  /** Eigenvalues, none negative, largest first. */
  readonly values: Float32Array;
  /** Eigenvectors as columns in the same order: dimensions × dimensions, row-major. */
  readonly vectors: Float32Array;
}

/** @param gram a Gram matrix: symmetric, positive semidefinite, dimensions × dimensions */
export function eigenbasis(gram: Float64Array, dimensions: number): Eigenbasis {
  const matrix = Matrix.from1DArray(dimensions, dimensions, Array.from(gram));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const values = new Float32Array(dimensions);
  const vectors = new Float32Array(dimensions * dimensions);
  // The decomposition gives the smallest first.
  for (let to = 0; to < dimensions; to++) {
    const from = dimensions - 1 - to;
    // Rounding can leave a zero eigenvalue slightly negative.
    values[to] = Math.max(0, realEigenvalues[from]!);
    for (let row = 0; row < dimensions; row++) {
      vectors[row * dimensions + to] = eigenvectorMatrix.get(row, from);
    }
  }
  return { values, vectors };
}
