import type { SparseMatrix } from '../dataset/sparse-matrix.ts';

/**
 * @throws RangeError when the matrix is empty, its parts do not belong together, or a value is not
 *   a positive finite number: one NaN would spread to every factor
 */
export function checkInteractions({ rows, columns, indptr, indices, values }: SparseMatrix): void {
  if (rows < 1 || columns < 1) throw new RangeError(`interactions are ${rows} × ${columns}: empty`);
  if (indptr.length !== rows + 1 || indptr[0] !== 0) {
    throw new RangeError(`indptr: expected ${rows + 1} offsets from 0, got ${indptr.length}`);
  }
  for (let row = 0; row < rows; row++) {
    if (indptr[row + 1]! < indptr[row]!) throw new RangeError(`indptr falls at row ${row}`);
  }
  const pairs = indptr[rows]!;
  if (indices.length !== pairs || values.length !== pairs) {
    throw new RangeError(
      `expected ${pairs} indices and values, got ${indices.length} and ${values.length}`,
    );
  }
  for (let at = 0; at < pairs; at++) {
    if (indices[at]! >= columns) {
      throw new RangeError(`indices[${at}] is ${indices[at]}; there are ${columns} columns`);
    }
    checkWeight(values[at]!, at);
  }
}

/** @throws RangeError when a weight is not a positive finite number */
export function checkWeight(weight: number, at: number): void {
  if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`weight ${at} is ${weight}; expected a positive finite number`);
  }
}
