import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';

/** A sparse matrix as it stands in an artifact; its columns are not said. */
export function graphToTensors({ indptr, indices, values }: SparseMatrix): Record<string, Tensor> {
  return {
    indptr: { shape: [indptr.length], data: indptr },
    indices: { shape: [indices.length], data: indices },
    values: { shape: [values.length], data: values },
  };
}

/**
 * An item graph (items × items).
 *
 * @throws TypeError when a tensor is missing or the three do not make a graph
 */
export function graphFromTensors(tensors: Readonly<Record<string, Tensor>>): SparseMatrix {
  return sparseFromTensors(tensors, (items) => items);
}

/**
 * A sparse matrix.
 *
 * @param columnsOf how many columns one of these rows and indices has
 * @throws TypeError when a tensor is missing or the three do not make a matrix
 */
export function sparseFromTensors(
  tensors: Readonly<Record<string, Tensor>>,
  columnsOf: (rows: number, indices: Uint32Array) => number,
): SparseMatrix {
  const reader = new TensorReader(tensors);
  const indptr = reader.uint32('indptr', [-1]);
  const indices = reader.uint32('indices', [-1]);
  const values = reader.float32('values', [indices.length]);
  const rows = indptr.length - 1;
  checkOffsets(indptr, indices.length);
  const matrix = { rows, columns: columnsOf(rows, indices), indptr, indices, values };
  checkIndices(matrix);
  return matrix;
}

function checkOffsets(indptr: Uint32Array, pairs: number): void {
  const rows = indptr.length - 1;
  if (rows < 0 || indptr[0] !== 0 || indptr[rows] !== pairs) {
    throw new TypeError(`tensor "indptr" does not start at 0 and end at ${pairs}`);
  }
  for (let row = 0; row < rows; row++) {
    if (indptr[row]! > indptr[row + 1]!) throw new TypeError(`tensor "indptr" falls at ${row + 1}`);
  }
}

function checkIndices({ rows, columns, indptr, indices }: SparseMatrix): void {
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const ascends = at === indptr[row] || indices[at - 1]! < indices[at]!;
      if (!ascends || indices[at]! >= columns) {
        throw new TypeError(`tensor "indices" is not ascending below ${columns} in row ${row}`);
      }
    }
  }
}
