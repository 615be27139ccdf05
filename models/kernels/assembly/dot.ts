import { dotTile } from './shared/dot-tile';

/** Bytes of matrix rows that stay in the first-level cache while all vectors pass over them. */
const tileBytes: usize = 24 * 1024;

/**
 * Dot products of one query with every row of a matrix: out[r] = Σ_c matrix[r, c] · query[c].
 * All pointers are byte offsets, all values f32, `stride` (floats of a row) a multiple of 4.
 *
 * Four rows at a time: the query is loaded once for the four, and four sums hide the latency of
 * the additions.
 */
export function dotRows(matrix: usize, query: usize, out: usize, rows: i32, stride: i32): void {
  const width = (<usize>stride) << 2;
  const four = rows & ~3;
  let row = matrix;
  let to = out;
  for (let r = 0; r < four; r += 4) {
    const r1 = row + width;
    const r2 = r1 + width;
    const r3 = r2 + width;
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      const q = v128.load(query + j);
      a = f32x4.add(a, f32x4.mul(q, v128.load(row + j)));
      b = f32x4.add(b, f32x4.mul(q, v128.load(r1 + j)));
      c = f32x4.add(c, f32x4.mul(q, v128.load(r2 + j)));
      d = f32x4.add(d, f32x4.mul(q, v128.load(r3 + j)));
    }
    const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    const sums = f32x4.add(
      v128.shuffle<f32>(ab, cd, 0, 1, 4, 5),
      v128.shuffle<f32>(ab, cd, 2, 3, 6, 7),
    );
    v128.store(to, sums);
    row = r3 + width;
    to += 16;
  }
  for (let r = four; r < rows; r++) {
    let a = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      a = f32x4.add(a, f32x4.mul(v128.load(query + j), v128.load(row + j)));
    }
    const pairs = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
    store<f32>(to, f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
    row += width;
    to += 4;
  }
}

/**
 * Dot products of one query with some of the rows, in place: what stands at `items` as row numbers
 * (u32) is replaced by the products (f32). Each is to the bit what `dotRows` gives: the sum is
 * taken in the same order.
 */
export function dotItems(matrix: usize, query: usize, items: usize, count: i32, stride: i32): void {
  const width = (<usize>stride) << 2;
  const end = items + ((<usize>count) << 2);
  for (let to = items; to < end; to += 4) {
    const row = matrix + <usize>load<u32>(to) * width;
    let a = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      a = f32x4.add(a, f32x4.mul(v128.load(query + j), v128.load(row + j)));
    }
    const pairs = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
    store<f32>(to, f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
  }
}

/**
 * Dot products of `count` vectors (a multiple of 2) with every row of a matrix: out[v, r], a row of
 * `out` every `outBytes` bytes. Each is to the bit what `dotRows` gives. There must be rows to read,
 * and room to write, up to a multiple of 4 rows.
 */
export function dotBlock(
  matrix: usize,
  vectors: usize,
  out: usize,
  outBytes: usize,
  rows: i32,
  count: i32,
  stride: i32,
): void {
  const width = (<usize>stride) << 2;
  const tileRows = max<usize>(4, (tileBytes / width) & ~3);
  for (let start: usize = 0; start < <usize>rows; start += tileRows) {
    const end = min<usize>(start + tileRows, <usize>rows);
    for (let v: usize = 0; v < <usize>count; v += 2) {
      const to = out + v * outBytes;
      for (let r = start; r < end; r += 4) {
        dotTile(vectors + v * width, matrix + r * width, width, to + (r << 2), outBytes);
      }
    }
  }
}
