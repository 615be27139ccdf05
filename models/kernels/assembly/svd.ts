/**
 * Blocks of 32 vectors, for the truncated singular value decomposition of a sparse matrix. Pointers
 * are byte offsets, values f32. A block is rows × 32, row-major; block j of a list of blocks stands
 * `blockBytes` · j after the first.
 */

/** Bytes of a row of a block. */
const width: usize = 128;
/** Rows of a block that stay in the first-level cache beside as many of another. */
const rowsOfPass = 64;

/** out = A · block, for `rows` rows of the sparse A in compressed sparse row form, indptr from 0. */
export function multiplyRows(
  indptr: usize,
  indices: usize,
  values: usize,
  rows: i32,
  block: usize,
  out: usize,
): void {
  for (let r: usize = 0; r < <usize>rows; r++) {
    const from = load<u32>(indptr + (r << 2));
    const to = load<u32>(indptr + (r << 2), 4);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    let s6 = f32x4.splat(0);
    let s7 = f32x4.splat(0);
    const end = (<usize>to) << 2;
    for (let at = (<usize>from) << 2; at < end; at += 4) {
      const row = block + <usize>load<u32>(indices + at) * width;
      const v = v128.load32_splat(values + at);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load(row)));
      s1 = f32x4.add(s1, f32x4.mul(v, v128.load(row, 16)));
      s2 = f32x4.add(s2, f32x4.mul(v, v128.load(row, 32)));
      s3 = f32x4.add(s3, f32x4.mul(v, v128.load(row, 48)));
      s4 = f32x4.add(s4, f32x4.mul(v, v128.load(row, 64)));
      s5 = f32x4.add(s5, f32x4.mul(v, v128.load(row, 80)));
      s6 = f32x4.add(s6, f32x4.mul(v, v128.load(row, 96)));
      s7 = f32x4.add(s7, f32x4.mul(v, v128.load(row, 112)));
    }
    const to0 = out + r * width;
    v128.store(to0, s0);
    v128.store(to0, s1, 16);
    v128.store(to0, s2, 32);
    v128.store(to0, s3, 48);
    v128.store(to0, s4, 64);
    v128.store(to0, s5, 80);
    v128.store(to0, s6, 96);
    v128.store(to0, s7, 112);
  }
}

/**
 * Inner products of `count` blocks with one block over rows `from … to - 1`: out (32 · count × 32)
 * = Σ over the rows of (row of the blocks)ᵀ (row of `other`).
 */
export function blockProducts(
  blocks: usize,
  blockBytes: usize,
  count: i32,
  other: usize,
  from: i32,
  to: i32,
  out: usize,
): void {
  const outBytes = width << 5;
  memory.fill(out, 0, outBytes * <usize>count);
  for (let start = from; start < to; start += rowsOfPass) {
    const offset = <usize>start * width;
    const bytes = <usize>(min(start + rowsOfPass, to) - start) * width;
    for (let j: usize = 0; j < <usize>count; j++) {
      const left = blocks + j * blockBytes + offset;
      for (let i: usize = 0; i < width; i += 16) {
        const tile = out + j * outBytes + (i >> 2) * width;
        for (let c: usize = 0; c < width; c += 32) {
          productTile(left + i, other + offset + c, bytes, tile + c);
        }
      }
    }
  }
}

/** out (4 rows × 8) += Σ over rows of 4 values at `a` times 8 values at `b`. */
function productTile(a: usize, b: usize, bytes: usize, out: usize): void {
  let a0 = v128.load(out);
  let b0 = v128.load(out, 16);
  let a1 = v128.load(out + width);
  let b1 = v128.load(out + width, 16);
  let a2 = v128.load(out + 2 * width);
  let b2 = v128.load(out + 2 * width, 16);
  let a3 = v128.load(out + 3 * width);
  let b3 = v128.load(out + 3 * width, 16);
  for (let r: usize = 0; r < bytes; r += width) {
    const u = v128.load(b + r);
    const v = v128.load(b + r, 16);
    const x0 = v128.load32_splat(a + r);
    a0 = f32x4.add(a0, f32x4.mul(x0, u));
    b0 = f32x4.add(b0, f32x4.mul(x0, v));
    const x1 = v128.load32_splat(a + r, 4);
    a1 = f32x4.add(a1, f32x4.mul(x1, u));
    b1 = f32x4.add(b1, f32x4.mul(x1, v));
    const x2 = v128.load32_splat(a + r, 8);
    a2 = f32x4.add(a2, f32x4.mul(x2, u));
    b2 = f32x4.add(b2, f32x4.mul(x2, v));
    const x3 = v128.load32_splat(a + r, 12);
    a3 = f32x4.add(a3, f32x4.mul(x3, u));
    b3 = f32x4.add(b3, f32x4.mul(x3, v));
  }
  v128.store(out, a0);
  v128.store(out, b0, 16);
  v128.store(out + width, a1);
  v128.store(out + width, b1, 16);
  v128.store(out + 2 * width, a2);
  v128.store(out + 2 * width, b2, 16);
  v128.store(out + 3 * width, a3);
  v128.store(out + 3 * width, b3, 16);
}

/**
 * Linear combinations of `count` blocks, rows `from … to - 1` (a multiple of 4 of them): blocks at
 * `out` = (`keep`: what they hold) + the blocks times the coefficients, 32 · count × `columns`,
 * stored in panels of 8 columns. `out` may be the blocks themselves. `scratch` holds 4 × `columns`.
 */
export function combineBlocks(
  scratch: usize,
  blocks: usize,
  blockBytes: usize,
  count: i32,
  panels: usize,
  columns: i32,
  out: usize,
  keep: i32,
  from: i32,
  to: i32,
): void {
  const panelBytes = ((<usize>count) << 5) << 5;
  for (let r = from; r < to; r += 4) {
    const row = <usize>r * width;
    for (let c: usize = 0; c < <usize>columns; c += 8) {
      const place = out + (c >> 5) * blockBytes + ((c & 31) << 2) + row;
      const panel = panels + (c >> 3) * panelBytes;
      combineTile(blocks + row, blockBytes, count, panel, place, keep, scratch + (c << 4));
    }
    for (let c: usize = 0; c < <usize>columns; c += 8) {
      const place = out + (c >> 5) * blockBytes + ((c & 31) << 2) + row;
      const tile = scratch + (c << 4);
      for (let i: usize = 0; i < 4; i++) {
        v128.store(place + i * width, v128.load(tile + (i << 5)));
        v128.store(place + i * width, v128.load(tile + (i << 5), 16), 16);
      }
    }
  }
}

/** 4 rows × 8 columns of the sum, into `tile` without gaps. */
function combineTile(
  rows: usize,
  blockBytes: usize,
  count: i32,
  panel: usize,
  place: usize,
  keep: i32,
  tile: usize,
): void {
  let a0 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let b2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let b3 = f32x4.splat(0);
  if (keep) {
    a0 = v128.load(place);
    b0 = v128.load(place, 16);
    a1 = v128.load(place + width);
    b1 = v128.load(place + width, 16);
    a2 = v128.load(place + 2 * width);
    b2 = v128.load(place + 2 * width, 16);
    a3 = v128.load(place + 3 * width);
    b3 = v128.load(place + 3 * width, 16);
  }
  for (let j = 0; j < count; j++) {
    const first = rows + <usize>j * blockBytes;
    for (let k = first; k < first + width; k += 4) {
      const u = v128.load(panel);
      const v = v128.load(panel, 16);
      panel += 32;
      const x0 = v128.load32_splat(k);
      a0 = f32x4.add(a0, f32x4.mul(x0, u));
      b0 = f32x4.add(b0, f32x4.mul(x0, v));
      const x1 = v128.load32_splat(k + width);
      a1 = f32x4.add(a1, f32x4.mul(x1, u));
      b1 = f32x4.add(b1, f32x4.mul(x1, v));
      const x2 = v128.load32_splat(k + 2 * width);
      a2 = f32x4.add(a2, f32x4.mul(x2, u));
      b2 = f32x4.add(b2, f32x4.mul(x2, v));
      const x3 = v128.load32_splat(k + 3 * width);
      a3 = f32x4.add(a3, f32x4.mul(x3, u));
      b3 = f32x4.add(b3, f32x4.mul(x3, v));
    }
  }
  v128.store(tile, a0);
  v128.store(tile, b0, 16);
  v128.store(tile, a1, 32);
  v128.store(tile, b1, 48);
  v128.store(tile, a2, 64);
  v128.store(tile, b2, 80);
  v128.store(tile, a3, 96);
  v128.store(tile, b3, 112);
}
