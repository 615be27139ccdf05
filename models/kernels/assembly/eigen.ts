/**
 * Eigen-decomposition of a symmetric matrix in double precision: Householder reduction to
 * tridiagonal form, implicit QL on it (Dubrulle, Martin, Wilkinson 1968; Golub & Van Loan 2013,
 * sections 8.3.1 and 8.3.3), and the eigenvectors, a block of their components at a time, by
 * applying the reflectors and the recorded plane rotations. The first two are O(n³) with a small
 * constant and O(n²) on one thread, the last one, most of the work, is shared by all threads.
 *
 * All pointers are byte offsets, all values f64, `stride` (values of a row) is even, and padding
 * is zero.
 */

/**
 * Reduces the n × n matrix `a` to tridiagonal form. Row k of `a` then holds the reflector of step
 * k from column k + 1 on, and `betas` its factor. `work`: 2 × stride.
 */
export function tridiagonalise(
  a: usize,
  diagonal: usize,
  off: usize,
  betas: usize,
  work: usize,
  n: i32,
  stride: i32,
): void {
  const width = (<usize>stride) << 3;
  const v = work;
  const w = work + width;
  memory.fill(work, 0, 2 * width);
  for (let k: usize = 0; k + 2 < <usize>n; k++) {
    const row = a + k * width;
    store<f64>(diagonal + (k << 3), load<f64>(row + (k << 3)));
    store<f64>(v + (k << 3), 0);
    store<f64>(w + (k << 3), 0);
    const beta = reflector(row, v, off + (k << 3), k + 1, n);
    store<f64>(betas + (k << 3), beta);
    if (beta == 0) continue;
    memory.copy(row + ((k + 1) << 3), v + ((k + 1) << 3), (<usize>n - k - 1) << 3);
    reflect(a, v, w, beta, k + 1, n, width);
  }
  for (let k: usize = n > 2 ? n - 2 : 0; k < <usize>n; k++) {
    store<f64>(diagonal + (k << 3), load<f64>(a + k * width + (k << 3)));
    if (k + 1 < <usize>n) store<f64>(off + (k << 3), load<f64>(a + k * width + ((k + 1) << 3)));
  }
  store<f64>(off + ((n - 1) << 3), 0);
}

/**
 * v and β with (I - β v vᵀ) x = |x| e₁ for x = row[from … n - 1]; v has 1 first. β is 0 when x is
 * a multiple of e₁ already. |x| (or x₁) goes to `off`.
 */
function reflector(row: usize, v: usize, off: usize, from: usize, n: usize): f64 {
  let sigma: f64 = 0;
  for (let j = from + 1; j < n; j++) {
    const x = load<f64>(row + (j << 3));
    sigma += x * x;
  }
  const first = load<f64>(row + (from << 3));
  if (sigma == 0) {
    store<f64>(off, first);
    return 0;
  }
  const norm = sqrt<f64>(first * first + sigma);
  const head = first <= 0 ? first - norm : -sigma / (first + norm);
  store<f64>(off, norm);
  store<f64>(v + (from << 3), 1);
  for (let j = from + 1; j < n; j++) store<f64>(v + (j << 3), load<f64>(row + (j << 3)) / head);
  return (2 * head * head) / (sigma + head * head);
}

/** A ← H A H with H = I - β v vᵀ on rows and columns `from … n - 1`: A - v wᵀ - w vᵀ. */
function reflect(
  a: usize,
  v: usize,
  w: usize,
  beta: f64,
  from: usize,
  n: usize,
  width: usize,
): void {
  const start = (from & ~1) << 3;
  let vp: f64 = 0;
  for (let i = from; i < n; i++) {
    const row = a + i * width;
    let s = f64x2.splat(0);
    let t = f64x2.splat(0);
    let j = start;
    for (; j + 16 < width; j += 32) {
      s = f64x2.add(s, f64x2.mul(v128.load(row + j), v128.load(v + j)));
      t = f64x2.add(t, f64x2.mul(v128.load(row + j, 16), v128.load(v + j, 16)));
    }
    if (j < width) s = f64x2.add(s, f64x2.mul(v128.load(row + j), v128.load(v + j)));
    s = f64x2.add(s, t);
    const p = beta * (f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
    store<f64>(w + (i << 3), p);
    vp += p * load<f64>(v + (i << 3));
  }
  const half = 0.5 * beta * vp;
  for (let i = from; i < n; i++) {
    store<f64>(w + (i << 3), load<f64>(w + (i << 3)) - half * load<f64>(v + (i << 3)));
  }
  for (let i = from; i < n; i++) {
    const row = a + i * width;
    const vi = v128.load64_splat(v + (i << 3));
    const wi = v128.load64_splat(w + (i << 3));
    for (let j = start; j < width; j += 16) {
      const change = f64x2.add(f64x2.mul(vi, v128.load(w + j)), f64x2.mul(wi, v128.load(v + j)));
      v128.store(row + j, f64x2.sub(v128.load(row + j), change));
    }
  }
}

/**
 * Eigenvalues of a tridiagonal matrix into `diagonal`, by implicit QL with Wilkinson's shift. Each
 * plane rotation is recorded as (row, cosine, sine), 3 f64, in `rotations`.
 *
 * @returns the number of rotations, or -1 when they do not converge or there are more than `room`
 */
export function tridiagonalEigenvalues(
  diagonal: usize,
  off: usize,
  rotations: usize,
  n: i32,
  room: i32,
): i32 {
  const negligible = f64.EPSILON * tridiagonalNorm(diagonal, off, n);
  let count = 0;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = splitAfter(off, l, n, negligible);
      if (m == l) break;
      if (sweep == 60 || count + m - l > room) return -1;
      count = qlSweep(diagonal, off, rotations, l, m, count);
    }
  }
  return count;
}

/** The largest |diagonal| + |off| of a row: the norm of the matrix within a factor of 2. */
function tridiagonalNorm(diagonal: usize, off: usize, n: i32): f64 {
  let norm: f64 = 0;
  for (let at: usize = 0; at < (<usize>n) << 3; at += 8) {
    norm = max<f64>(norm, abs<f64>(load<f64>(diagonal + at)) + abs<f64>(load<f64>(off + at)));
  }
  return norm;
}

/**
 * The first row from l on after which the matrix splits. What is negligible is so beside the whole
 * matrix and not beside its neighbours: in a matrix of low rank (fewer items than dimensions)
 * these are rounding themselves, and nothing would be small beside them.
 */
function splitAfter(off: usize, l: i32, n: i32, negligible: f64): i32 {
  for (let m = l; m < n - 1; m++) {
    if (abs<f64>(load<f64>(off + ((<usize>m) << 3))) <= negligible) return m;
  }
  return n - 1;
}

function qlSweep(diagonal: usize, off: usize, rotations: usize, l: i32, m: i32, first: i32): i32 {
  const atL = (<usize>l) << 3;
  const atM = (<usize>m) << 3;
  const dl = load<f64>(diagonal + atL);
  const el = load<f64>(off + atL);
  const slope = (load<f64>(diagonal + atL, 8) - dl) / (2 * el);
  const root = sqrt<f64>(slope * slope + 1);
  let g = load<f64>(diagonal + atM) - dl + el / (slope + copysign<f64>(root, slope));
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  let count = first;
  for (let i = m - 1; i >= l; i--) {
    const at = (<usize>i) << 3;
    const f = s * load<f64>(off + at);
    const b = c * load<f64>(off + at);
    const r = sqrt<f64>(f * f + g * g);
    store<f64>(off + at, r, 8);
    if (r == 0) {
      store<f64>(diagonal + at, load<f64>(diagonal + at, 8) - p, 8);
      store<f64>(off + atM, 0);
      return count;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(diagonal + at, 8) - p;
    const t = (load<f64>(diagonal + at) - g) * s + 2 * c * b;
    p = s * t;
    store<f64>(diagonal + at, g + p, 8);
    g = c * t - b;
    const rotation = rotations + <usize>count * 24;
    store<f64>(rotation, <f64>i);
    store<f64>(rotation, c, 8);
    store<f64>(rotation, s, 16);
    count++;
  }
  store<f64>(diagonal + atL, load<f64>(diagonal + atL) - p);
  store<f64>(off + atL, g);
  store<f64>(off + atM, 0);
  return count;
}

/**
 * Components `from … from + 7` of all eigenvectors, into `block` (n × 8): row i, column r has
 * component from + r of eigenvector i.
 */
export function eigenvectorBlock(
  block: usize,
  a: usize,
  betas: usize,
  rotations: usize,
  count: i32,
  from: i32,
  n: i32,
  stride: i32,
): void {
  memory.fill(block, 0, (<usize>n) << 6);
  for (let r = 0; r < min(8, n - from); r++) {
    store<f64>(block + ((<usize>(from + r)) << 6) + ((<usize>r) << 3), 1);
  }
  for (let k: usize = 0; k + 2 < <usize>n; k++) {
    const beta = load<f64>(betas + (k << 3));
    if (beta != 0) reflectBlock(block, a + k * ((<usize>stride) << 3), beta, k + 1, n);
  }
  rotateBlock(block, rotations, rotations + <usize>count * 24);
}

/** B ← B - β v (vᵀB) */
function reflectBlock(block: usize, v: usize, beta: f64, from: usize, n: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  for (let i = from; i < n; i++) {
    const row = block + (i << 6);
    const vi = v128.load64_splat(v + (i << 3));
    s0 = f64x2.add(s0, f64x2.mul(vi, v128.load(row)));
    s1 = f64x2.add(s1, f64x2.mul(vi, v128.load(row, 16)));
    s2 = f64x2.add(s2, f64x2.mul(vi, v128.load(row, 32)));
    s3 = f64x2.add(s3, f64x2.mul(vi, v128.load(row, 48)));
  }
  const scale = f64x2.splat(beta);
  s0 = f64x2.mul(s0, scale);
  s1 = f64x2.mul(s1, scale);
  s2 = f64x2.mul(s2, scale);
  s3 = f64x2.mul(s3, scale);
  for (let i = from; i < n; i++) {
    const row = block + (i << 6);
    const vi = v128.load64_splat(v + (i << 3));
    v128.store(row, f64x2.sub(v128.load(row), f64x2.mul(vi, s0)));
    v128.store(row, f64x2.sub(v128.load(row, 16), f64x2.mul(vi, s1)), 16);
    v128.store(row, f64x2.sub(v128.load(row, 32), f64x2.mul(vi, s2)), 32);
    v128.store(row, f64x2.sub(v128.load(row, 48), f64x2.mul(vi, s3)), 48);
  }
}

/**
 * Rows i + 1 and i of the block by each rotation. The rotations of a sweep go down row by row, so
 * that the lower row of one is the upper row of the next and stays in registers.
 */
function rotateBlock(block: usize, rotations: usize, end: usize): void {
  let at = rotations;
  while (at < end) {
    let row = block + ((<usize>load<f64>(at) + 1) << 6);
    let f0 = v128.load(row);
    let f1 = v128.load(row, 16);
    let f2 = v128.load(row, 32);
    let f3 = v128.load(row, 48);
    let next: f64 = load<f64>(at);
    while (at < end && load<f64>(at) == next) {
      const lower = row - 64;
      const c = v128.load64_splat(at, 8);
      const s = v128.load64_splat(at, 16);
      const g0 = v128.load(lower);
      v128.store(row, f64x2.add(f64x2.mul(s, g0), f64x2.mul(c, f0)));
      f0 = f64x2.sub(f64x2.mul(c, g0), f64x2.mul(s, f0));
      const g1 = v128.load(lower, 16);
      v128.store(row, f64x2.add(f64x2.mul(s, g1), f64x2.mul(c, f1)), 16);
      f1 = f64x2.sub(f64x2.mul(c, g1), f64x2.mul(s, f1));
      const g2 = v128.load(lower, 32);
      v128.store(row, f64x2.add(f64x2.mul(s, g2), f64x2.mul(c, f2)), 32);
      f2 = f64x2.sub(f64x2.mul(c, g2), f64x2.mul(s, f2));
      const g3 = v128.load(lower, 48);
      v128.store(row, f64x2.add(f64x2.mul(s, g3), f64x2.mul(c, f3)), 48);
      f3 = f64x2.sub(f64x2.mul(c, g3), f64x2.mul(s, f3));
      row = lower;
      next -= 1;
      at += 24;
    }
    v128.store(row, f0);
    v128.store(row, f1, 16);
    v128.store(row, f2, 32);
    v128.store(row, f3, 48);
  }
}
