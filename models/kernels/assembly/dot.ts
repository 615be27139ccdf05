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
