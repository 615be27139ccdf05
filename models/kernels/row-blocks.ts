/** Consecutive rows `from … to - 1` of a sparse matrix. */
export interface RowBlock {
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
}

/**
 * Cuts the rows of a sparse matrix into blocks of about `pairs` pairs (a row counts as at least
 * four). A row that has more is a block of its own.
 */
export function splitRows(indptr: Uint32Array, pairs: number): RowBlock[] {
  const rows = indptr.length - 1;
  const blocks: RowBlock[] = [];
  let from = 0;
  let cost = 0;
  for (let row = 0; row < rows; row++) {
    const next = Math.max(4, indptr[row + 1]! - indptr[row]!);
    if (row > from && cost + next > pairs) {
      blocks.push({ from, to: row, pairs: indptr[row]! - indptr[from]! });
      from = row;
      cost = 0;
    }
    cost += next;
  }
  if (rows > from) blocks.push({ from, to: rows, pairs: indptr[rows]! - indptr[from]! });
  return blocks;
}
