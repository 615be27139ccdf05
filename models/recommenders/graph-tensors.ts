import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';

/** An item graph (items × items) as it stands in an artifact. */
export function graphToTensors({ indptr, indices, values }: SparseMatrix): Record<string, Tensor> {
  return {
    indptr: { shape: [indptr.length], data: indptr },
    indices: { shape: [indices.length], data: indices },
    values: { shape: [values.length], data: values },
  };
}

/** @throws TypeError when a tensor is missing or the three do not make a graph */
export function graphFromTensors(tensors: Readonly<Record<string, Tensor>>): SparseMatrix {
  const reader = new TensorReader(tensors);
  const indptr = reader.uint32('indptr', [-1]);
  const indices = reader.uint32('indices', [-1]);
  const values = reader.float32('values', [indices.length]);
  const items = indptr.length - 1;
  checkGraph(indptr, indices);
  return { rows: items, columns: items, indptr, indices, values };
}

function checkGraph(indptr: Uint32Array, indices: Uint32Array): void {
  const items = indptr.length - 1;
  if (items < 0 || indptr[0] !== 0 || indptr[items] !== indices.length) {
    throw new TypeError(`tensor "indptr" does not start at 0 and end at ${indices.length}`);
  }
  for (let row = 0; row < items; row++) {
    if (indptr[row]! > indptr[row + 1]!) throw new TypeError(`tensor "indptr" falls at ${row + 1}`);
  }
  for (let row = 0; row < items; row++) {
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
      const ascends = at === indptr[row] || indices[at - 1]! < indices[at]!;
      if (!ascends || indices[at]! >= items) {
        throw new TypeError(`tensor "indices" is not ascending below ${items} in row ${row}`);
      }
    }
  }
}
