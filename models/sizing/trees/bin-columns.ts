import type { TreeTable } from './tree-types.ts';

/** Rows that the borders of bins are taken from, evenly spread over the table. */
const sampledRows = 200_000;

/** The borders of each column's bins, ascending: a value v is in the first bin with v ≤ border. */
export interface ColumnBins {
  /** One border fewer than there are bins; a column without values has none. */
  readonly borders: readonly Float32Array[];
}

/**
 * Bins of about the same number of rows; a value as frequent as that has one of its own, and each
 * value has where there are no more than `bins` of them.
 */
export function findBins(table: TreeTable, bins: number): ColumnBins {
  const rows = Math.min(table.rows, sampledRows);
  const sample = new Float32Array(rows);
  const borders = Array.from({ length: table.columns }, (_, column) => {
    let known = 0;
    for (let at = 0; at < rows; at++) {
      const row = Math.floor((at * table.rows) / rows);
      const value = table.values[row * table.columns + column]!;
      if (!Number.isNaN(value)) sample[known++] = value;
    }
    return bordersOf(sample.subarray(0, known).slice().sort(), bins);
  });
  return { borders };
}

/** The bin of missing values: the one after the last. */
export function missingBin(borders: Float32Array): number {
  return borders.length + 1;
}

/** Writes every row's bin as `TreeHistograms.bins`. */
export function fillBins(table: TreeTable, { borders }: ColumnBins, bins: Uint8Array): void {
  const { rows, columns, values } = table;
  for (const [column, ofColumn] of borders.entries()) {
    let at = column * rows;
    const missing = missingBin(ofColumn);
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column]!;
      bins[at] = Number.isNaN(value) ? missing : binOf(ofColumn, value);
      at++;
    }
  }
}

/** The number of borders below the value. */
function binOf(borders: Float32Array, value: number): number {
  let from = 0;
  let to = borders.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (value <= borders[middle]!) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** @param sorted ascending */
function bordersOf(sorted: Float32Array, bins: number): Float32Array {
  const { values, counts } = distinct(sorted);
  const borders: number[] = [];
  let rows = sorted.length;
  let count = 0;
  const each = values.length <= bins;
  for (let at = 0; at + 1 < values.length; at++) {
    count += counts[at]!;
    const share = rows / (bins - borders.length);
    if (!each && count < share && counts[at + 1]! < share) continue;
    borders.push(between(values[at]!, values[at + 1]!));
    rows -= count;
    count = 0;
    if (borders.length === bins - 1) break;
  }
  return Float32Array.from(borders);
}

function distinct(sorted: Float32Array): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    // −0 and 0 are one value.
    if (value === values.at(-1)) counts[counts.length - 1]!++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** A single-precision number from a on and below b. */
function between(a: number, b: number): number {
  const middle = Math.fround(a + (b - a) / 2);
  return middle >= a && middle < b ? middle : a;
}
