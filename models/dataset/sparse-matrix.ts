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

/** Views (no copies) on one row: its columns, ascending, and their values. */
export interface SparseRow {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Row `row` as views; a row past the end is empty. */
export function rowOf(matrix: SparseMatrix, row: number): SparseRow {
  const from = matrix.indptr[row] ?? 0;
  const to = matrix.indptr[row + 1] ?? from;
  return { indices: matrix.indices.subarray(from, to), values: matrix.values.subarray(from, to) };
}

/** The value at a row and a column, 0 where there is none; a binary search of the row. */
export function valueAt(matrix: SparseMatrix, row: number, column: number): number {
  const { indptr, indices, values } = matrix;
  const end = indptr[row + 1]!;
  let low = indptr[row]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! < column) low = middle + 1;
    else high = middle;
  }
  return low < end && indices[low] === column ? values[low]! : 0;
}

/** The given rows, in the given order, as a matrix of their own; one past the end is empty. */
export function selectRows(matrix: SparseMatrix, rows: Uint32Array): SparseMatrix {
  const lengths = Uint32Array.from(rows, (row) => rowOf(matrix, row).indices.length);
  const indptr = prefixSums(lengths);
  const indices = new Uint32Array(indptr[rows.length]!);
  const values = new Float32Array(indptr[rows.length]!);
  rows.forEach((from, row) => {
    const { indices: columns, values: entries } = rowOf(matrix, from);
    indices.set(columns, indptr[row]);
    values.set(entries, indptr[row]);
  });
  return { rows: rows.length, columns: matrix.columns, indptr, indices, values };
}

/** The same matrix with rows and columns exchanged; counting sort, O(rows + columns + entries). */
export function transpose(matrix: SparseMatrix): SparseMatrix {
  const { rows, columns } = matrix;
  const indptr = prefixSums(countByColumn(matrix));
  const indices = new Uint32Array(matrix.indices.length);
  const values = new Float32Array(matrix.values.length);
  const next = indptr.slice(0, columns);
  for (let row = 0; row < rows; row++) {
    for (let at = matrix.indptr[row]!; at < matrix.indptr[row + 1]!; at++) {
      const to = next[matrix.indices[at]!]!++;
      indices[to] = row;
      values[to] = matrix.values[at]!;
    }
  }
  return { rows: columns, columns: rows, indptr, indices, values };
}

/** How many entries each column has (length `columns`): for interactions, the items' popularity. */
export function countByColumn(matrix: SparseMatrix): Uint32Array {
  const counts = new Uint32Array(matrix.columns);
  for (const column of matrix.indices) counts[column]!++;
  return counts;
}

/** Sum of each column's values (length `columns`), in double precision. */
export function sumByColumn(matrix: SparseMatrix): Float64Array {
  const sums = new Float64Array(matrix.columns);
  for (let at = 0; at < matrix.indices.length; at++) {
    sums[matrix.indices[at]!]! += matrix.values[at]!;
  }
  return sums;
}

/** Sum of each row's values (length `rows`), in double precision. */
export function sumByRow(matrix: SparseMatrix): Float64Array {
  const sums = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = matrix.indptr[row]!; at < matrix.indptr[row + 1]!; at++) {
      sums[row]! += matrix.values[at]!;
    }
  }
  return sums;
}

/** `[0, c₀, c₀ + c₁, …]`: where each group starts, and at the end the total. */
export function prefixSums(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let at = 0; at < counts.length; at++) starts[at + 1] = starts[at]! + counts[at]!;
  return starts;
}

/**
 * The matrix with that many rows and columns: new rows are empty, columns past the last one are
 * dropped with their entries. Where none are dropped the entries are shared with the matrix.
 *
 * @throws RangeError for fewer rows than there are
 */
export function resized(matrix: SparseMatrix, rows: number, columns: number): SparseMatrix {
  if (rows < matrix.rows) throw new RangeError(`${matrix.rows} rows do not fit into ${rows}`);
  if (columns >= matrix.columns) {
    const indptr = new Uint32Array(rows + 1).fill(matrix.indices.length);
    indptr.set(matrix.indptr);
    return { ...matrix, rows, columns, indptr };
  }
  const kept = (_: unknown, at: number) => matrix.indices[at]! < columns;
  const counts = new Uint32Array(rows);
  for (let row = 0; row < matrix.rows; row++) {
    for (const column of rowOf(matrix, row).indices) if (column < columns) counts[row]!++;
  }
  return {
    rows,
    columns,
    indptr: prefixSums(counts),
    indices: matrix.indices.filter(kept),
    values: matrix.values.filter(kept),
  };
}
