/** (Σa, Σb, Σc, Σd) of the four lanes of each. */
export function hsum4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/**
 * Dot products of 2 rows from `a` with 4 rows from `b`, `width` bytes each: 4 values at `out`, 4 at
 * `out + outWidth`. The order of the sums is that of `dotRows`.
 */
export function dotTile(a: usize, b: usize, width: usize, out: usize, outWidth: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let t0 = f32x4.splat(0);
  let t1 = f32x4.splat(0);
  let t2 = f32x4.splat(0);
  let t3 = f32x4.splat(0);
  const a1 = a + width;
  const b1 = b + width;
  const b2 = b1 + width;
  const b3 = b2 + width;
  for (let k: usize = 0; k < width; k += 16) {
    const u = v128.load(a + k);
    const v = v128.load(a1 + k);
    const w0 = v128.load(b + k);
    s0 = f32x4.add(s0, f32x4.mul(u, w0));
    t0 = f32x4.add(t0, f32x4.mul(v, w0));
    const w1 = v128.load(b1 + k);
    s1 = f32x4.add(s1, f32x4.mul(u, w1));
    t1 = f32x4.add(t1, f32x4.mul(v, w1));
    const w2 = v128.load(b2 + k);
    s2 = f32x4.add(s2, f32x4.mul(u, w2));
    t2 = f32x4.add(t2, f32x4.mul(v, w2));
    const w3 = v128.load(b3 + k);
    s3 = f32x4.add(s3, f32x4.mul(u, w3));
    t3 = f32x4.add(t3, f32x4.mul(v, w3));
  }
  v128.store(out, hsum4(s0, s1, s2, s3));
  v128.store(out + outWidth, hsum4(t0, t1, t2, t3));
}
