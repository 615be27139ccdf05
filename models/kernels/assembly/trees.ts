/**
 * Histograms of boosted trees: for every column and bin the sum of gradients, the sum of Hessians
 * and the number of rows, over the rows of a leaf.
 *
 * A row's share is two 64-bit whole numbers: its gradient, and its Hessian · 2^24 + 1. One addition
 * of 128 bits takes a row into a bin, and all sums are exact, whatever their order.
 *
 * The bins of a row stand together, and those of a block of eight columns are read as one number;
 * the sums of a block, 8 × 256 × 16 bytes, stay in the first-level cache while a tile of rows goes
 * by. Rows are sorted by the bins of one column, which stand together in a second copy: that takes
 * a quarter of the time. Pointers are byte offsets.
 */

const countBits: i64 = 24;
const countMask: i64 = (1 << countBits) - 1;
/** Bytes of the sums of a column. */
const columnBytes: usize = 256 << 4;

/** Rows at a time: their bins and numbers stay in the first-level cache for all blocks. */
const tileRows: u32 = 512;

/** bins (columns × rows) become rows × stride; what is past the columns is 0. */
export function transpose(bins: usize, to: usize, rows: u32, columns: u32, stride: usize): void {
  memory.fill(to, 0, <usize>rows * stride);
  // A tile of rows stays in the cache while the columns go by.
  for (let first: u32 = 0; first < rows; first += tileRows) {
    const last = min(first + tileRows, rows);
    for (let column: u32 = 0; column < columns; column++) {
      const from = bins + <usize>column * rows;
      for (let row = first; row < last; row++) {
        store<u8>(to + <usize>row * stride + column, load<u8>(from + row));
      }
    }
  }
}

/** pairs: rows × (gradient, Hessian) as f64 become the two numbers of each row. */
export function pack(pairs: usize, rows: u32): void {
  const end = pairs + ((<usize>rows) << 4);
  for (let at = pairs; at < end; at += 16) {
    store<i64>(at, <i64>load<f64>(at));
    store<i64>(at, ((<i64>load<f64>(at, 8)) << countBits) + 1, 8);
  }
}

/**
 * sums = Σ over the rows, of all columns.
 *
 * @param sums room for `stride` columns
 * @param tile room for 512 rows of 16 bytes
 */
export function addRows(
  bins: usize,
  stride: usize,
  columns: u32,
  order: usize,
  rows: u32,
  pairs: usize,
  tile: usize,
  sums: usize,
): u32 {
  memory.fill(sums, 0, stride * columnBytes);
  // Up to four columns after the last block are faster one by one than as a block with empty ones.
  const whole = (columns + 3) & ~7;
  let touched: u32 = 0;
  for (let from: u32 = 0; from < rows; from += tileRows) {
    const n = min(rows - from, tileRows);
    const tileOrder = order + ((<usize>from) << 2);
    touched += gather(bins, stride, tileOrder, n, pairs, tile);
    for (let column: u32 = 0; column < whole; column += 8) {
      addTile(bins + column, stride, tileOrder, n, tile, sums + <usize>column * columnBytes);
    }
    for (let column = whole; column < columns; column++) {
      addColumn(bins + column, stride, tileOrder, n, tile, sums + <usize>column * columnBytes);
    }
  }
  return touched;
}

/** tile[i] = pairs[order[i]]; the bins are touched so that their loads overlap. */
function gather(
  bins: usize,
  stride: usize,
  order: usize,
  rows: u32,
  pairs: usize,
  tile: usize,
): u32 {
  const end = order + ((<usize>rows) << 2);
  let touched: u32 = 0;
  for (; order < end; order += 4) {
    const row = <usize>load<u32>(order);
    v128.store(tile, v128.load(pairs + (row << 4)));
    const at = bins + row * stride;
    touched += <u32>load<u8>(at) + <u32>load<u8>(at + stride - 1);
    tile += 16;
  }
  return touched;
}

/** The eight columns from `bins` on. */
function addTile(
  bins: usize,
  stride: usize,
  order: usize,
  rows: u32,
  tile: usize,
  sums: usize,
): void {
  const end = order + ((<usize>rows) << 2);
  for (; order < end; order += 4) {
    const eight = load<u64>(bins + <usize>load<u32>(order) * stride);
    const pair = v128.load(tile);
    tile += 16;
    let at = sums + <usize>((eight << 4) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at), pair));
    at = sums + <usize>((eight >> 4) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes), pair), columnBytes);
    at = sums + <usize>((eight >> 12) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 2), pair), columnBytes * 2);
    at = sums + <usize>((eight >> 20) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 3), pair), columnBytes * 3);
    at = sums + <usize>((eight >> 28) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 4), pair), columnBytes * 4);
    at = sums + <usize>((eight >> 36) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 5), pair), columnBytes * 5);
    at = sums + <usize>((eight >> 44) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 6), pair), columnBytes * 6);
    at = sums + <usize>((eight >> 52) & 0xff0);
    v128.store(at, i64x2.add(v128.load(at, columnBytes * 7), pair), columnBytes * 7);
  }
}

/**
 * Sorts the rows of a leaf into those whose bin is at most `bin` or is `also`, which stay in front,
 * and the others, each in their order.
 *
 * @returns how many are in front
 */
export function partition(
  bins: usize,
  order: usize,
  rows: u32,
  bin: u32,
  also: u32,
  later: usize,
): u32 {
  const end = order + ((<usize>rows) << 2);
  let front = order;
  let back = later;
  for (let at = order; at < end; at += 4) {
    const row = load<u32>(at);
    const its = <u32>load<u8>(bins + <usize>row);
    const first = (<usize>u32(its <= bin) | <usize>u32(its == also)) << 2;
    // Both are written and one counts: a branch that cannot be foreseen costs more.
    store<u32>(front, row);
    store<u32>(back, row);
    front += first;
    back += 4 - first;
  }
  memory.copy(front, later, back - later);
  return <u32>((front - order) >> 2);
}

/** The column at `bins` alone: those after the last whole block. */
function addColumn(
  bins: usize,
  stride: usize,
  order: usize,
  rows: u32,
  tile: usize,
  sums: usize,
): void {
  const end = order + ((<usize>rows) << 2);
  for (; order < end; order += 4) {
    const at = sums + ((<usize>load<u8>(bins + <usize>load<u32>(order) * stride)) << 4);
    v128.store(at, i64x2.add(v128.load(at), v128.load(tile)));
    tile += 16;
  }
}

/** sums −= other */
export function subtract(sums: usize, other: usize, bins: u32): void {
  const end = sums + ((<usize>bins) << 4);
  for (; sums < end; sums += 16) {
    v128.store(sums, i64x2.sub(v128.load(sums), v128.load(other)));
    other += 16;
  }
}

/** Bins × (gradients, Hessians, rows) as f64. */
export function unpack(sums: usize, out: usize, bins: u32): void {
  const end = sums + ((<usize>bins) << 4);
  for (; sums < end; sums += 16) {
    const both = load<i64>(sums, 8);
    store<f64>(out, <f64>load<i64>(sums));
    store<f64>(out, <f64>(both >> countBits), 8);
    store<f64>(out, <f64>(both & countMask), 16);
    out += 24;
  }
}
