import { blockWidth } from './svd-backend.ts';

/** Columns `from … from + 31` of a row-major matrix: rows × 32, zero past its last column. */
export function columnsOf(matrix: Float32Array, columns: number, from: number): Float32Array {
  const rows = matrix.length / columns;
  const count = Math.min(blockWidth, columns - from);
  const block = new Float32Array(rows * blockWidth);
  for (let row = 0; row < rows; row++) {
    const start = row * columns + from;
    block.set(matrix.subarray(start, start + count), row * blockWidth);
  }
  return block;
}

/** Writes what `columnsOf` read. */
export function setColumns(
  matrix: Float32Array,
  columns: number,
  from: number,
  block: Float32Array,
): void {
  const rows = matrix.length / columns;
  const count = Math.min(blockWidth, columns - from);
  for (let row = 0; row < rows; row++) {
    const start = row * blockWidth;
    matrix.set(block.subarray(start, start + count), row * columns + from);
  }
}
