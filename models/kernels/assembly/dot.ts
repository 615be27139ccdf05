/**
 * Dot products of one query with every row of a matrix: out[r] = Σ_c matrix[r, c] · query[c].
 * All pointers are byte offsets, all values f32, `columns` a multiple of 4.
 */
export function dotRows(matrix: usize, query: usize, out: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    let sum: v128 = f32x4.splat(0);
    const row = matrix + ((<usize>r * columns) << 2);
    for (let c: usize = 0; c < (<usize>columns) << 2; c += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(row + c), v128.load(query + c)));
    }
    const total =
      f32x4.extract_lane(sum, 0) +
      f32x4.extract_lane(sum, 1) +
      f32x4.extract_lane(sum, 2) +
      f32x4.extract_lane(sum, 3);
    store<f32>(out + ((<usize>r) << 2), total);
  }
}
