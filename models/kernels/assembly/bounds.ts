/** Rows of a block that has one maximum. */
const blockRows: usize = 64;

/**
 * Upper bounds of the dot products of one query with every row of a matrix, from rows of 8 bits:
 *
 *   out[r] = t · s_r · Σ_c q_rc · p_c + n · e_r
 *
 * with rows y_r ≈ s_r · q_r, the query x ≈ t · p, n at least |x|, and e_r what the rounding of both
 * may come to. `rows` holds `stride` bytes a row (a multiple of 8), `query` as many signed 16-bit
 * numbers; all else is f32. `count` is a multiple of 64, and `maxima` gets the highest bound of each
 * 64 rows. A bound that is no number does not count for it.
 */
export function boundRows(
  rows: usize,
  scales: usize,
  slacks: usize,
  query: usize,
  queryScale: f32,
  queryNorm: f32,
  out: usize,
  maxima: usize,
  count: i32,
  stride: i32,
): void {
  const width = <usize>stride;
  const scale = f32x4.splat(queryScale);
  const norm = f32x4.splat(queryNorm);
  let row = rows;
  let at: usize = 0;
  const end = (<usize>count) << 2;
  while (at < end) {
    const blockEnd = at + (blockRows << 2);
    let most = f32x4.splat(-Infinity);
    for (; at < blockEnd; at += 16) {
      const sums = f32x4.convert_i32x4_s(products(row, width, query));
      row += width << 2;
      const bounds = f32x4.add(
        f32x4.mul(sums, f32x4.mul(scale, v128.load(scales + at))),
        f32x4.mul(norm, v128.load(slacks + at)),
      );
      v128.store(out + at, bounds);
      most = f32x4.pmax(most, bounds);
    }
    const pairs = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
    const lane = f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
    store<f32>(maxima, f32x4.extract_lane(lane, 0));
    maxima += 4;
  }
}

/** Products of four rows with the query, in whole numbers. */
function products(row: usize, width: usize, query: usize): v128 {
  const r1 = row + width;
  const r2 = r1 + width;
  const r3 = r2 + width;
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let j: usize = 0; j < width; j += 8) {
    const q = v128.load(query + (j << 1));
    a = i32x4.add(a, i32x4.dot_i16x8_s(q, v128.load8x8_s(row + j)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(q, v128.load8x8_s(r1 + j)));
    c = i32x4.add(c, i32x4.dot_i16x8_s(q, v128.load8x8_s(r2 + j)));
    d = i32x4.add(d, i32x4.dot_i16x8_s(q, v128.load8x8_s(r3 + j)));
  }
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}
