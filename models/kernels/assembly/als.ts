/**
 * Implicit ALS, a block of rows at a time. All pointers are byte offsets, all values f32 unless
 * said otherwise, `stride` (floats of a row) is a multiple of 8 and the padding is zero.
 *
 * With `fixed` the factors H of the other side, rotated into the eigenbasis of HᵀH, the normal
 * equations of a row with the pairs (i, c_i) are (Hu, Koren, Volinsky 2008, eq. 4; Rendle et al.
 * 2021, eq. 2)
 *
 *   (D + Σ c_i h_i h_iᵀ) x = Σ c_i h_i,   D = diagonal + regularisation of the row
 *
 * where `diagonal` is the unobserved weight times the eigenvalues.
 */
import { dotTile, hsum4 } from './shared/dot-tile';

function hsum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** out (stride × stride, upper 4 × 8 tiles only) = Σ over rows `from … to - 1` of row rowᵀ. */
export function gramRows(factors: usize, from: i32, to: i32, stride: i32, out: usize): void {
  const width = (<usize>stride) << 2;
  memory.fill(out, 0, width * <usize>stride);
  // 32 rows of 1 KB stay in the first-level cache while all tiles pass over them.
  for (let start = from; start < to; start += 32) {
    const end = min(start + 32, to);
    const first = factors + <usize>start * width;
    const last = factors + <usize>end * width;
    for (let i: usize = 0; i < width; i += 16) {
      for (let j: usize = i & ~31; j < width; j += 32) {
        gramTile(first, last, width, i, j, out + (i >> 2) * width + j);
      }
    }
  }
}

function gramTile(first: usize, last: usize, width: usize, i: usize, j: usize, out: usize): void {
  let a0 = v128.load(out);
  let b0 = v128.load(out, 16);
  let a1 = v128.load(out + width);
  let b1 = v128.load(out + width, 16);
  let a2 = v128.load(out + 2 * width);
  let b2 = v128.load(out + 2 * width, 16);
  let a3 = v128.load(out + 3 * width);
  let b3 = v128.load(out + 3 * width, 16);
  for (let row = first; row < last; row += width) {
    const a = v128.load(row + j);
    const b = v128.load(row + j, 16);
    const x0 = v128.load32_splat(row + i);
    a0 = f32x4.add(a0, f32x4.mul(x0, a));
    b0 = f32x4.add(b0, f32x4.mul(x0, b));
    const x1 = v128.load32_splat(row + i, 4);
    a1 = f32x4.add(a1, f32x4.mul(x1, a));
    b1 = f32x4.add(b1, f32x4.mul(x1, b));
    const x2 = v128.load32_splat(row + i, 8);
    a2 = f32x4.add(a2, f32x4.mul(x2, a));
    b2 = f32x4.add(b2, f32x4.mul(x2, b));
    const x3 = v128.load32_splat(row + i, 12);
    a3 = f32x4.add(a3, f32x4.mul(x3, a));
    b3 = f32x4.add(b3, f32x4.mul(x3, b));
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
 * Rows `from … to - 1` of `factors` times `basis`, in place. `basis` is stored in panels of 8
 * columns, each panel stride × 8. `scratch` holds 4 rows.
 */
export function rotateRows(
  scratch: usize,
  factors: usize,
  from: i32,
  to: i32,
  basis: usize,
  stride: i32,
): void {
  const width = (<usize>stride) << 2;
  const last = factors + <usize>(to - 1) * width;
  for (let r = from; r < to; r += 4) {
    const row = factors + <usize>r * width;
    rotate4(
      scratch,
      row,
      min(row + width, last),
      min(row + 2 * width, last),
      min(row + 3 * width, last),
      basis,
      width,
    );
  }
}

/** The four rows times `basis`, in place; rows may repeat at the end of a block. */
function rotate4(
  scratch: usize,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  basis: usize,
  width: usize,
): void {
  let panel = basis;
  for (let j: usize = 0; j < width; j += 32) {
    let a0 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let a1 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let a2 = f32x4.splat(0);
    let b2 = f32x4.splat(0);
    let a3 = f32x4.splat(0);
    let b3 = f32x4.splat(0);
    for (let k: usize = 0; k < width; k += 4) {
      const a = v128.load(panel);
      const b = v128.load(panel, 16);
      panel += 32;
      const x0 = v128.load32_splat(r0 + k);
      a0 = f32x4.add(a0, f32x4.mul(x0, a));
      b0 = f32x4.add(b0, f32x4.mul(x0, b));
      const x1 = v128.load32_splat(r1 + k);
      a1 = f32x4.add(a1, f32x4.mul(x1, a));
      b1 = f32x4.add(b1, f32x4.mul(x1, b));
      const x2 = v128.load32_splat(r2 + k);
      a2 = f32x4.add(a2, f32x4.mul(x2, a));
      b2 = f32x4.add(b2, f32x4.mul(x2, b));
      const x3 = v128.load32_splat(r3 + k);
      a3 = f32x4.add(a3, f32x4.mul(x3, a));
      b3 = f32x4.add(b3, f32x4.mul(x3, b));
    }
    const out = scratch + j;
    v128.store(out, a0);
    v128.store(out, b0, 16);
    v128.store(out + width, a1);
    v128.store(out + width, b1, 16);
    v128.store(out + 2 * width, a2);
    v128.store(out + 2 * width, b2, 16);
    v128.store(out + 3 * width, a3);
    v128.store(out + 3 * width, b3, 16);
  }
  memory.copy(r0, scratch, width);
  memory.copy(r1, scratch + width, width);
  memory.copy(r2, scratch + 2 * width, width);
  memory.copy(r3, scratch + 3 * width, width);
}

/** Bytes of scratch memory that `solveRows`, `explain` and `explainRows` need. */
export function scratchBytes(stride: i32, directLimit: i32): i32 {
  const padded = (directLimit + 3) & ~3;
  return (8 * stride + padded * stride + padded * padded + 4 * padded) << 2;
}

/**
 * Solves a block of rows in place.
 *
 * A row of at most `directLimit` pairs is solved exactly, through the n × n system that is dual to
 * its normal equations. A longer one takes `steps` steps of the conjugate gradient from its present
 * value (rotated by `basis`), or from zero when `basis` is 0; it stops when the residual's norm,
 * measured by the preconditioner, has fallen by `tolerance`.
 *
 * The preconditioner is D + perPair · Σ c_i · diagonal, the diagonal of the matrix if the pairs were
 * any: with perPair = 1 / (unobserved weight · rows of `fixed`) it has the mean of h² over all rows
 * in place of Σ c_i h_i². On gowalla it does no worse in a step than the diagonal itself, which takes
 * a quarter of the time of two steps to add up.
 *
 * The block is in compressed sparse row form: `indptr` rows + 1 offsets into `indices` and
 * `values`, from 0; `regularisation` one value a row.
 *
 * `out` (2 f64): Σ over the rows of Σ c_i (1 - h_i·x)² + xᵀDx, and of regularisation · xᵀx.
 */
export function solveRows(
  scratch: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  regularisation: usize,
  rows: i32,
  solved: usize,
  fixed: usize,
  diagonal: usize,
  perPair: f32,
  basis: usize,
  stride: i32,
  steps: i32,
  tolerance: f32,
  directLimit: i32,
  out: usize,
): void {
  const width = (<usize>stride) << 2;
  if (basis != 0) rotateLong(scratch, indptr, rows, solved, basis, width, directLimit);
  let objective: f64 = 0;
  let penalty: f64 = 0;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const from = load<u32>(indptr + (r << 2));
    const count = load<u32>(indptr + ((r + 1) << 2)) - from;
    const x = solved + r * width;
    const lambda = load<f32>(regularisation + (r << 2));
    const items = indices + ((<usize>from) << 2);
    const weights = values + ((<usize>from) << 2);
    if (count == 0) {
      memory.fill(x, 0, width);
      continue;
    }
    if (count <= <u32>directLimit) {
      objective += solveDirect(scratch, items, weights, count, lambda, x, fixed, diagonal, width);
    } else {
      if (basis == 0) memory.fill(x, 0, width);
      objective += solveGradient(
        scratch,
        items,
        weights,
        count,
        lambda,
        x,
        fixed,
        diagonal,
        perPair,
        width,
        steps,
        tolerance,
      );
    }
    penalty += <f64>lambda * <f64>dot(x, x, width);
  }
  store<f64>(out, objective);
  store<f64>(out, penalty, 8);
}

function rotateLong(
  scratch: usize,
  indptr: usize,
  rows: i32,
  solved: usize,
  basis: usize,
  width: usize,
  directLimit: i32,
): void {
  let count = 0;
  let r0: usize = 0;
  let r1: usize = 0;
  let r2: usize = 0;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const length = load<u32>(indptr + ((r + 1) << 2)) - load<u32>(indptr + (r << 2));
    if (length <= <u32>directLimit) continue;
    const row = solved + r * width;
    if (count == 3) {
      rotate4(scratch, r0, r1, r2, row, basis, width);
      count = 0;
    } else {
      if (count == 0) r0 = row;
      if (count <= 1) r1 = row;
      r2 = row;
      count++;
    }
  }
  if (count > 0) rotate4(scratch, r0, r1, r2, r2, basis, width);
}

function dot(a: usize, b: usize, width: usize): f32 {
  let s = f32x4.splat(0);
  let t = f32x4.splat(0);
  for (let j: usize = 0; j < width; j += 32) {
    s = f32x4.add(s, f32x4.mul(v128.load(a + j), v128.load(b + j)));
    t = f32x4.add(t, f32x4.mul(v128.load(a + j, 16), v128.load(b + j, 16)));
  }
  return hsum(f32x4.add(s, t));
}

/**
 * The exact solution through the dual system, u = D^½ x: with rows h̃_i = √c_i D^-½ h_i,
 * (I + H̃H̃ᵀ) y = √c and u = H̃ᵀ y. The returned objective is Σ √c_i y_i.
 */
function solveDirect(
  scratch: usize,
  items: usize,
  weights: usize,
  count: u32,
  lambda: f32,
  x: usize,
  fixed: usize,
  diagonal: usize,
  width: usize,
): f64 {
  const n = <usize>count;
  const padded = (n + 3) & ~3;
  const scale = scratch;
  const scaled = scale + width;
  const roots = scaled + padded * width;
  const y = roots + (padded << 2);
  const system = y + (padded << 2);
  prepareDual(items, weights, n, lambda, fixed, diagonal, width, scale, scaled, roots, system);
  memory.copy(y, roots, padded << 2);
  eliminate(system, y, n, padded);
  let objective: f64 = 0;
  for (let i: usize = 0; i < n << 2; i += 4) {
    objective += <f64>load<f32>(roots + i) * <f64>load<f32>(y + i);
  }
  memory.fill(x, 0, width);
  combine(x, scaled, y, padded, width);
  for (let j: usize = 0; j < width; j += 16) {
    v128.store(x + j, f32x4.mul(v128.load(x + j), v128.load(scale + j)));
  }
  return objective;
}

/** scale = D^-½, scaled = H̃ (padded with zero rows), roots = √c, system = I + H̃H̃ᵀ. */
function prepareDual(
  items: usize,
  weights: usize,
  n: usize,
  lambda: f32,
  fixed: usize,
  diagonal: usize,
  width: usize,
  scale: usize,
  scaled: usize,
  roots: usize,
  system: usize,
): void {
  const one = f32x4.splat(1);
  const add = f32x4.splat(lambda);
  for (let j: usize = 0; j < width; j += 16) {
    v128.store(scale + j, f32x4.div(one, f32x4.sqrt(f32x4.add(v128.load(diagonal + j), add))));
  }
  const padded = (n + 3) & ~3;
  const four = n & ~3;
  // Four rows at a time: they are far apart in memory, and the waits for them overlap.
  for (let i: usize = 0; i < four; i += 4) {
    const h0 = fixed + <usize>load<u32>(items + (i << 2)) * width;
    const h1 = fixed + <usize>load<u32>(items + (i << 2), 4) * width;
    const h2 = fixed + <usize>load<u32>(items + (i << 2), 8) * width;
    const h3 = fixed + <usize>load<u32>(items + (i << 2), 12) * width;
    const root = f32x4.sqrt(v128.load(weights + (i << 2)));
    v128.store(roots + (i << 2), root);
    const c0 = f32x4.splat(f32x4.extract_lane(root, 0));
    const c1 = f32x4.splat(f32x4.extract_lane(root, 1));
    const c2 = f32x4.splat(f32x4.extract_lane(root, 2));
    const c3 = f32x4.splat(f32x4.extract_lane(root, 3));
    const to0 = scaled + i * width;
    const to1 = to0 + width;
    const to2 = to1 + width;
    const to3 = to2 + width;
    for (let j: usize = 0; j < width; j += 16) {
      const d = v128.load(scale + j);
      v128.store(to0 + j, f32x4.mul(f32x4.mul(v128.load(h0 + j), d), c0));
      v128.store(to1 + j, f32x4.mul(f32x4.mul(v128.load(h1 + j), d), c1));
      v128.store(to2 + j, f32x4.mul(f32x4.mul(v128.load(h2 + j), d), c2));
      v128.store(to3 + j, f32x4.mul(f32x4.mul(v128.load(h3 + j), d), c3));
    }
  }
  for (let i = four; i < n; i++) {
    const h = fixed + <usize>load<u32>(items + (i << 2)) * width;
    const root = sqrt<f32>(load<f32>(weights + (i << 2)));
    store<f32>(roots + (i << 2), root);
    const to = scaled + i * width;
    const c = f32x4.splat(root);
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(to + j, f32x4.mul(f32x4.mul(v128.load(h + j), v128.load(scale + j)), c));
    }
  }
  for (let i = n; i < padded; i++) {
    store<f32>(roots + (i << 2), 0);
    memory.fill(scaled + i * width, 0, width);
  }
  for (let i: usize = 0; i < n; i += 2) {
    for (let j: usize = i & ~3; j < padded; j += 4) {
      dotTile(
        scaled + i * width,
        scaled + j * width,
        width,
        system + ((i * padded + j) << 2),
        padded << 2,
      );
    }
  }
  for (let i: usize = 0; i < n; i++) {
    const at = system + ((i * padded + i) << 2);
    store<f32>(at, load<f32>(at) + 1);
  }
}

/** Solves the symmetric positive definite n × n system (upper part given) in place of y. */
function eliminate(system: usize, y: usize, n: usize, padded: usize): void {
  const rowBytes = padded << 2;
  for (let k: usize = 0; k < n; k++) {
    const pivotRow = system + k * rowBytes;
    const inverse = <f32>1 / load<f32>(pivotRow + (k << 2));
    const yk = load<f32>(y + (k << 2));
    for (let i: usize = k + 1; i < n; i++) {
      const factor = load<f32>(pivotRow + (i << 2)) * inverse;
      const row = system + i * rowBytes;
      const f = f32x4.splat(factor);
      for (let j: usize = (i & ~3) << 2; j < rowBytes; j += 16) {
        v128.store(row + j, f32x4.sub(v128.load(row + j), f32x4.mul(f, v128.load(pivotRow + j))));
      }
      store<f32>(y + (i << 2), load<f32>(y + (i << 2)) - factor * yk);
    }
  }
  for (let k: usize = n; k > 0; k--) {
    const i = k - 1;
    const row = system + i * rowBytes;
    let sum = load<f32>(y + (i << 2));
    for (let j: usize = k; j < n; j++) sum -= load<f32>(row + (j << 2)) * load<f32>(y + (j << 2));
    store<f32>(y + (i << 2), sum / load<f32>(row + (i << 2)));
  }
}

/** x += Σ y_i · row_i over `padded` (a multiple of 4) consecutive rows. */
function combine(x: usize, rows: usize, y: usize, padded: usize, width: usize): void {
  for (let i: usize = 0; i < padded; i += 4) {
    const y0 = v128.load32_splat(y + (i << 2));
    const y1 = v128.load32_splat(y + (i << 2), 4);
    const y2 = v128.load32_splat(y + (i << 2), 8);
    const y3 = v128.load32_splat(y + (i << 2), 12);
    const r0 = rows + i * width;
    const r1 = r0 + width;
    const r2 = r1 + width;
    const r3 = r2 + width;
    for (let j: usize = 0; j < width; j += 16) {
      const a = f32x4.add(f32x4.mul(y0, v128.load(r0 + j)), f32x4.mul(y1, v128.load(r1 + j)));
      const b = f32x4.add(f32x4.mul(y2, v128.load(r2 + j)), f32x4.mul(y3, v128.load(r3 + j)));
      v128.store(x + j, f32x4.add(v128.load(x + j), f32x4.add(a, b)));
    }
  }
}

/**
 * The first pass over the pairs of a row, four at a time: with e_i = 1 - h_i·x it adds c_i e_i h_i
 * to the residual, and returns Σ c_i e_i².
 */
function residualPass(
  items: usize,
  weights: usize,
  n: usize,
  fixed: usize,
  width: usize,
  x: usize,
  residual: usize,
): f64 {
  let total: f64 = 0;
  const one = f32x4.splat(1);
  const four = n & ~3;
  for (let i: usize = 0; i < four << 2; i += 16) {
    const h0 = fixed + <usize>load<u32>(items + i) * width;
    const h1 = fixed + <usize>load<u32>(items + i, 4) * width;
    const h2 = fixed + <usize>load<u32>(items + i, 8) * width;
    const h3 = fixed + <usize>load<u32>(items + i, 12) * width;
    const e = f32x4.sub(one, dots(h0, h1, h2, h3, x, width));
    const t = f32x4.mul(e, v128.load(weights + i));
    total += <f64>hsum(f32x4.mul(e, t));
    const t0 = f32x4.splat(f32x4.extract_lane(t, 0));
    const t1 = f32x4.splat(f32x4.extract_lane(t, 1));
    const t2 = f32x4.splat(f32x4.extract_lane(t, 2));
    const t3 = f32x4.splat(f32x4.extract_lane(t, 3));
    for (let j: usize = 0; j < width; j += 16) {
      const a0 = v128.load(h0 + j);
      const a1 = v128.load(h1 + j);
      const a2 = v128.load(h2 + j);
      const a3 = v128.load(h3 + j);
      const r = f32x4.add(
        f32x4.add(f32x4.mul(t0, a0), f32x4.mul(t1, a1)),
        f32x4.add(f32x4.mul(t2, a2), f32x4.mul(t3, a3)),
      );
      v128.store(residual + j, f32x4.add(v128.load(residual + j), r));
    }
  }
  for (let i = four << 2; i < n << 2; i += 4) {
    const h = fixed + <usize>load<u32>(items + i) * width;
    const e = <f32>1 - dot(h, x, width);
    const t = e * load<f32>(weights + i);
    total += <f64>e * <f64>t;
    const scale = f32x4.splat(t);
    for (let j: usize = 0; j < width; j += 16) {
      const a = v128.load(h + j);
      v128.store(residual + j, f32x4.add(v128.load(residual + j), f32x4.mul(scale, a)));
    }
  }
  return total;
}

/** (h0·p, h1·p, h2·p, h3·p) */
function dots(h0: usize, h1: usize, h2: usize, h3: usize, p: usize, width: usize): v128 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let j: usize = 0; j < width; j += 16) {
    const v = v128.load(p + j);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(h0 + j)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(h1 + j)));
    s2 = f32x4.add(s2, f32x4.mul(v, v128.load(h2 + j)));
    s3 = f32x4.add(s3, f32x4.mul(v, v128.load(h3 + j)));
  }
  return hsum4(s0, s1, s2, s3);
}

/** out += Σ c_i (h_i·p) h_i over the pairs of a row, four at a time. */
function productPass(
  items: usize,
  weights: usize,
  n: usize,
  fixed: usize,
  width: usize,
  p: usize,
  out: usize,
): void {
  const four = n & ~3;
  for (let i: usize = 0; i < four << 2; i += 16) {
    const h0 = fixed + <usize>load<u32>(items + i) * width;
    const h1 = fixed + <usize>load<u32>(items + i, 4) * width;
    const h2 = fixed + <usize>load<u32>(items + i, 8) * width;
    const h3 = fixed + <usize>load<u32>(items + i, 12) * width;
    const t = f32x4.mul(dots(h0, h1, h2, h3, p, width), v128.load(weights + i));
    const t0 = f32x4.splat(f32x4.extract_lane(t, 0));
    const t1 = f32x4.splat(f32x4.extract_lane(t, 1));
    const t2 = f32x4.splat(f32x4.extract_lane(t, 2));
    const t3 = f32x4.splat(f32x4.extract_lane(t, 3));
    for (let j: usize = 0; j < width; j += 16) {
      const a = f32x4.add(f32x4.mul(t0, v128.load(h0 + j)), f32x4.mul(t1, v128.load(h1 + j)));
      const b = f32x4.add(f32x4.mul(t2, v128.load(h2 + j)), f32x4.mul(t3, v128.load(h3 + j)));
      v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.add(a, b)));
    }
  }
  for (let i = four << 2; i < n << 2; i += 4) {
    const h = fixed + <usize>load<u32>(items + i) * width;
    const scale = f32x4.splat(dot(h, p, width) * load<f32>(weights + i));
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(out + j, f32x4.add(v128.load(out + j), f32x4.mul(scale, v128.load(h + j))));
    }
  }
}

function sumOf(values: usize, n: usize): f32 {
  let sum: f32 = 0;
  for (let i: usize = 0; i < n << 2; i += 4) sum += load<f32>(values + i);
  return sum;
}

/** Conjugate gradient from the present x; returns the objective of the row at the end. */
function solveGradient(
  scratch: usize,
  items: usize,
  weights: usize,
  count: u32,
  lambda: f32,
  x: usize,
  fixed: usize,
  diagonal: usize,
  perPair: f32,
  width: usize,
  steps: i32,
  tolerance: f32,
): f64 {
  const n = <usize>count;
  const d = scratch;
  const r = d + width;
  const m = r + width;
  const add = f32x4.splat(lambda);
  const pairs = f32x4.splat(perPair * sumOf(weights, n));
  let energy = f32x4.splat(0);
  for (let j: usize = 0; j < width; j += 16) {
    const dj = f32x4.add(v128.load(diagonal + j), add);
    const xj = v128.load(x + j);
    const product = f32x4.mul(dj, xj);
    energy = f32x4.add(energy, f32x4.mul(xj, product));
    v128.store(d + j, dj);
    v128.store(m + j, f32x4.add(dj, f32x4.mul(pairs, v128.load(diagonal + j))));
    v128.store(r + j, f32x4.neg(product));
  }
  // f(x) = Σ c (1 - h·x)² + xᵀDx falls by exactly α·rᵀz in each step.
  const start = <f64>hsum(energy) + residualPass(items, weights, n, fixed, width, x, r);
  return start - gradientSteps(scratch, items, weights, n, x, fixed, width, steps, tolerance);
}

/**
 * Steps from x with its residual r and the diagonal m of the matrix in place; scratch: D, r, m, then
 * p and q.
 * @returns the sum of α·rᵀz over the steps
 */
function gradientSteps(
  scratch: usize,
  items: usize,
  weights: usize,
  n: usize,
  x: usize,
  fixed: usize,
  width: usize,
  steps: i32,
  tolerance: f32,
): f64 {
  const d = scratch;
  const r = d + width;
  const m = r + width;
  const p = m + width;
  const q = p + width;
  let sum = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let j: usize = 0; j < width; j += 16) {
    const inverse = f32x4.div(one, v128.load(m + j));
    const rj = v128.load(r + j);
    const z = f32x4.mul(inverse, rj);
    v128.store(m + j, inverse);
    v128.store(p + j, z);
    sum = f32x4.add(sum, f32x4.mul(rj, z));
  }
  let rz = hsum(sum);
  const enough = rz * tolerance * tolerance;
  let gained: f64 = 0;
  for (let step = 0; step < steps && rz > enough && rz > 0; step++) {
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(q + j, f32x4.mul(v128.load(d + j), v128.load(p + j)));
    }
    productPass(items, weights, n, fixed, width, p, q);
    const alpha = rz / dot(p, q, width);
    gained += <f64>alpha * <f64>rz;
    const a = f32x4.splat(alpha);
    sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      const rj = f32x4.sub(v128.load(r + j), f32x4.mul(a, v128.load(q + j)));
      v128.store(x + j, f32x4.add(v128.load(x + j), f32x4.mul(a, v128.load(p + j))));
      v128.store(r + j, rj);
      sum = f32x4.add(sum, f32x4.mul(rj, f32x4.mul(rj, v128.load(m + j))));
    }
    const next = hsum(sum);
    const beta = f32x4.splat(next / rz);
    rz = next;
    for (let j: usize = 0; j < width; j += 16) {
      const z = f32x4.mul(v128.load(r + j), v128.load(m + j));
      v128.store(p + j, f32x4.add(z, f32x4.mul(beta, v128.load(p + j))));
    }
  }
  return gained;
}

/**
 * What each pair of a row adds to the score of an item with factors `target` (Hu, Koren, Volinsky
 * 2008, section 5): out_i = c_i · h_iᵀ (D + Σ c h hᵀ)⁻¹ target. `work` holds one row.
 */
export function explain(
  scratch: usize,
  items: usize,
  weights: usize,
  count: i32,
  lambda: f32,
  target: usize,
  fixed: usize,
  diagonal: usize,
  perPair: f32,
  work: usize,
  stride: i32,
  steps: i32,
  tolerance: f32,
  out: usize,
): void {
  const width = (<usize>stride) << 2;
  const n = <usize>count;
  const add = f32x4.splat(lambda);
  const pairs = f32x4.splat(perPair * sumOf(weights, n));
  const m = scratch + 2 * width;
  for (let j: usize = 0; j < width; j += 16) {
    const dj = f32x4.add(v128.load(diagonal + j), add);
    v128.store(scratch + j, dj);
    v128.store(m + j, f32x4.add(dj, f32x4.mul(pairs, v128.load(diagonal + j))));
  }
  memory.fill(work, 0, width);
  // From zero the residual is the right side itself.
  memory.copy(scratch + width, target, width);
  gradientSteps(scratch, items, weights, n, work, fixed, width, steps, tolerance);
  for (let i: usize = 0; i < n << 2; i += 4) {
    const h = fixed + <usize>load<u32>(items + i) * width;
    store<f32>(out + i, load<f32>(weights + i) * dot(h, work, width));
  }
}

/**
 * The same for a short row and every item at once: with H̃ and D as in `solveDirect`, the rows w_i
 * of
 *
 *   W = √c ∘ (I + H̃H̃ᵀ)⁻¹ H̃ D^-½
 *
 * have w_i · target as what pair i adds to the score of the item with factors `target`. One
 * factorisation serves all items. `out`: count × stride.
 */
export function explainRows(
  scratch: usize,
  items: usize,
  weights: usize,
  count: i32,
  lambda: f32,
  fixed: usize,
  diagonal: usize,
  stride: i32,
  out: usize,
): void {
  const width = (<usize>stride) << 2;
  const n = <usize>count;
  const padded = (n + 3) & ~3;
  const scale = scratch;
  const scaled = scale + width;
  const roots = scaled + padded * width;
  const system = roots + (padded << 2);
  prepareDual(items, weights, n, lambda, fixed, diagonal, width, scale, scaled, roots, system);
  for (let i: usize = 0; i < n; i++) {
    const row = out + i * width;
    const from = scaled + i * width;
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(row + j, f32x4.mul(v128.load(from + j), v128.load(scale + j)));
    }
  }
  eliminateRows(system, out, n, padded, width);
  for (let i: usize = 0; i < n; i++) {
    const row = out + i * width;
    const root = v128.load32_splat(roots + (i << 2));
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(row + j, f32x4.mul(v128.load(row + j), root));
    }
  }
}

/** As `eliminate`, for right sides in the columns of `rows` (n × width bytes). */
function eliminateRows(system: usize, rows: usize, n: usize, padded: usize, width: usize): void {
  const rowBytes = padded << 2;
  for (let k: usize = 0; k < n; k++) {
    const pivotRow = system + k * rowBytes;
    const inverse = <f32>1 / load<f32>(pivotRow + (k << 2));
    for (let i: usize = k + 1; i < n; i++) {
      const factor = load<f32>(pivotRow + (i << 2)) * inverse;
      const row = system + i * rowBytes;
      const f = f32x4.splat(factor);
      for (let j: usize = (i & ~3) << 2; j < rowBytes; j += 16) {
        v128.store(row + j, f32x4.sub(v128.load(row + j), f32x4.mul(f, v128.load(pivotRow + j))));
      }
      subtract(rows + i * width, f, rows + k * width, width);
    }
  }
  for (let k: usize = n; k > 0; k--) {
    const row = system + (k - 1) * rowBytes;
    const to = rows + (k - 1) * width;
    for (let j: usize = k; j < n; j++) {
      subtract(to, v128.load32_splat(row + (j << 2)), rows + j * width, width);
    }
    const inverse = f32x4.splat(<f32>1 / load<f32>(row + ((k - 1) << 2)));
    for (let j: usize = 0; j < width; j += 16) {
      v128.store(to + j, f32x4.mul(v128.load(to + j), inverse));
    }
  }
}

/** to ← to - f ∘ from */
function subtract(to: usize, f: v128, from: usize, width: usize): void {
  for (let j: usize = 0; j < width; j += 16) {
    v128.store(to + j, f32x4.sub(v128.load(to + j), f32x4.mul(f, v128.load(from + j))));
  }
}

/** out_i = row_i · vector over `count` rows: what `explainRows` has made, for one item. */
export function rowProducts(rows: usize, count: i32, vector: usize, stride: i32, out: usize): void {
  const width = (<usize>stride) << 2;
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f32>(out + (i << 2), dot(rows + i * width, vector, width));
  }
}
