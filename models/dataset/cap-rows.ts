import { prefixSums, type SparseMatrix } from './sparse-matrix.ts';

/**
 * The matrix with at most `limit` entries in each row; of a longer row a uniform sample of `limit`
 * is kept (selection sampling: Knuth, TAOCP 2, 3.4.2, algorithm S). The matrix itself where no row
 * is longer.
 *
 * @param random uniform in [0, 1); only longer rows draw from it
 */
export function capRows(matrix: SparseMatrix, limit: number, random: () => number): SparseMatrix {
  const { rows, indptr } = matrix;
  const counts = new Uint32Array(rows);
  let isCapped = false;
  for (let row = 0; row < rows; row++) {
    const length = indptr[row + 1]! - indptr[row]!;
    counts[row] = Math.min(length, limit);
    if (length > limit) isCapped = true;
  }
  if (!isCapped) return matrix;
  const starts = prefixSums(counts);
  const indices = new Uint32Array(starts[rows]!);
  const values = new Float32Array(starts[rows]!);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const end = indptr[row + 1]!;
    for (let at = indptr[row]!; at < end; at++) {
      const wanted = starts[row + 1]! - to;
      const left = end - at;
      if (wanted < left && !(random() * left < wanted)) continue;
      indices[to] = matrix.indices[at]!;
      values[to++] = matrix.values[at]!;
    }
  }
  return { rows, columns: matrix.columns, indptr: starts, indices, values };
}
