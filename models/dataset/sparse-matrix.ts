/**
 * A sparse matrix in compressed sparse row form.
 *
 * Row `r` holds columns `indices[indptr[r]] … indices[indptr[r + 1] - 1]`, ascending and without
 * repeats, with the matching `values`.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Length `rows + 1`. */
  readonly indptr: Uint32Array;
  /** Length `indptr[rows]`. */
  readonly indices: Uint32Array;
  /** Length `indptr[rows]`; positive. */
  readonly values: Float32Array;
}
