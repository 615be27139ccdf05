/**
 * Local SLIM: for each target item t, with X users × items, G = XᵀX and N the K nearest items of t
 * by cosine G_jt / √(G_jj G_tt), the ridge regression of X's column t on its columns N
 *
 *   B_N = (G_NN + λI)⁻¹ G_N,t
 *
 * which is what EASE (Steck 2019) solves over all items at once. G_NN is made in one of two ways:
 * from the users of the neighbours, or from rows of G that were made once for every item and cut to
 * its M ≥ K nearest, what is in neither row of a pair counting as 0. The first is exact, and faster
 * where neighbours have few users; the second takes the same time however many they have.
 *
 * All values are f32, all indices u32, pointers byte offsets.
 */
import { dotRows } from './dot';

/** What all tasks share. Both sides hold X; rows are ascending. */
@unmanaged
class Problem {
  items: u32;
  /** K */
  neighbours: u32;
  /** M */
  kept: u32;
  /** Most conjugate gradient steps. */
  steps: u32;
  itemStarts: usize;
  itemUsers: usize;
  itemValues: usize;
  userStarts: usize;
  userItems: usize;
  userValues: usize;
  /** G_jj */
  diagonal: usize;
  /** 1 / √G_jj, 0 where that is 0. */
  inverseNorms: usize;
  /** items × M: the items of each row of G, ascending. */
  gramItems: usize;
  /** items × M: their values. */
  gramValues: usize;
  /** How many of the M each item has. */
  gramCounts: usize;
  /** items × K: the neighbours of each target, ascending. */
  outItems: usize;
  /** items × K: their weights. */
  outValues: usize;
  /** How many of the K each target has. */
  outCounts: usize;
  /** λ, and the fall of the residual that ends the steps. */
  limits: usize;
  /** Kept products of a row that take as long as one user of a neighbour. */
  productsOfUser: u32;
}

/** Memory of one thread. */
@unmanaged
class Scratch {
  /** G_jt of the target, by item; zero between targets. */
  sums: usize;
  /** Items with a sum. */
  touchedItems: usize;
  /** Of each touched item. */
  cosines: usize;
  /** How many cosines have the same leading bits. */
  classes: usize;
  /** A heap of cosines, the worst first, and their items. */
  heapScores: usize;
  heapItems: usize;
  /** One bit an item, zero between targets. */
  marks: usize;
  /** u16: the place of each item among the neighbours, `stride` for the others. */
  places: usize;
  /** Where the entries of each user start and end in `bucket`: two u32 a user, zero between. */
  spans: usize;
  /** Users with a span. */
  touchedUsers: usize;
  /** (place of a neighbour, value) of each user's entries among the neighbours. */
  bucket: usize;
  /** G_NN + λI: K rows of `stride` floats and four for what belongs to no neighbour. */
  matrix: usize;
  /** Five vectors as long as a row: residual, direction, product, inverse diagonal, solution. */
  vectors: usize;
}

function at(base: usize, index: u32): usize {
  return base + ((<usize>index) << 2);
}

/** Floats of a row without the last four. */
function strideOf(p: Problem): u32 {
  return (p.neighbours + 3) & ~3;
}

/** Makes the rows `from … to - 1` of G, and chooses the neighbours of these items. */
export function gramRows(problem: usize, scratch: usize, from: u32, to: u32): void {
  const p = changetype<Problem>(problem);
  const s = changetype<Scratch>(scratch);
  for (let target = from; target < to; target++) {
    const touched = addUpUsersOf(p, s, target);
    const candidates = countCosines(p, s, target, touched);
    const row = at(p.gramItems, target * p.kept);
    const kept = min(p.kept, candidates);
    choose(s, touched, kept, p.items, row);
    store<u32>(at(p.gramCounts, target), kept);
    const values = at(p.gramValues, target * p.kept);
    for (let i: u32 = 0; i < kept; i++) {
      store<f32>(at(values, i), load<f32>(at(s.sums, load<u32>(at(row, i)))));
    }
    const n = min(p.neighbours, candidates);
    choose(s, touched, n, p.items, at(p.outItems, target * p.neighbours));
    store<u32>(at(p.outCounts, target), n);
    for (let i: u32 = 0; i < touched; i++) {
      store<f32>(at(s.sums, load<u32>(at(s.touchedItems, i))), 0);
    }
  }
}

/** Solves the targets `from … to - 1`, once all rows of G are there. */
export function solveTargets(problem: usize, scratch: usize, from: u32, to: u32): void {
  const p = changetype<Problem>(problem);
  const s = changetype<Scratch>(scratch);
  const width = rowBytes(p);
  for (let target = from; target < to; target++) {
    const n = load<u32>(at(p.outCounts, target));
    const neighbours = at(p.outItems, target * p.neighbours);
    for (let i: u32 = 0; i < n; i++) {
      store<u16>(placeOf(s, load<u32>(at(neighbours, i))), <u16>i);
    }
    // The residual of no weights is the right side, G_N,t.
    memory.fill(s.vectors, 0, width);
    scatterRow(p, s, target, s.vectors);
    buildGram(p, s, neighbours, n);
    for (let i: u32 = 0; i < n; i++) {
      store<u16>(placeOf(s, load<u32>(at(neighbours, i))), <u16>strideOf(p));
    }
    solve(p, s, at(p.outValues, target * p.neighbours), n);
  }
}

function placeOf(s: Scratch, item: u32): usize {
  return s.places + ((<usize>item) << 1);
}

/** matrix = G_NN + λI. */
function buildGram(p: Problem, s: Scratch, neighbours: usize, n: u32): void {
  const width = rowBytes(p);
  memory.fill(s.matrix, 0, ((<usize>n + 3) & ~3) * width);
  let users: u64 = 0;
  let products: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const item = load<u32>(at(neighbours, i));
    users += load<u32>(at(p.itemStarts, item + 1)) - load<u32>(at(p.itemStarts, item));
    products += load<u32>(at(p.gramCounts, item));
  }
  if (users * p.productsOfUser <= products) {
    addUpUsers(p, s, neighbours, n);
  } else {
    let row = s.matrix;
    for (let i: u32 = 0; i < n; i++) {
      scatterRow(p, s, load<u32>(at(neighbours, i)), row);
      row += width;
    }
  }
  symmetrise(s.matrix, n, width);
  const lambda = load<f32>(p.limits);
  let diagonal = s.matrix;
  for (let i: u32 = 0; i < n; i++) {
    store<f32>(diagonal, load<f32>(at(p.diagonal, load<u32>(at(neighbours, i)))) + lambda);
    diagonal += width + 4;
  }
}

function rowBytes(p: Problem): usize {
  return (<usize>(strideOf(p) + 4)) << 2;
}

/** The lower half of G_NN over the users of the neighbours. */
function addUpUsers(p: Problem, s: Scratch, neighbours: usize, n: u32): void {
  const touched = makeSpans(p, s, neighbours, n);
  const bucket = s.bucket;
  for (let i: u32 = 0; i < n; i++) {
    const item = load<u32>(at(neighbours, i));
    const end = load<u32>(at(p.itemStarts, item + 1));
    for (let k = load<u32>(at(p.itemStarts, item)); k < end; k++) {
      const span = spanOf(s, load<u32>(at(p.itemUsers, k)));
      const last = load<u32>(span, 4);
      store<u32>(span, last + 1, 4);
      store<u32>(bucket + ((<usize>last) << 3), i);
      store<f32>(bucket + ((<usize>last) << 3), load<f32>(at(p.itemValues, k)), 4);
    }
  }
  for (let i: u32 = 0; i < touched; i++) {
    const span = spanOf(s, load<u32>(at(s.touchedUsers, i)));
    const first = bucket + ((<usize>load<u32>(span)) << 3);
    const last = bucket + ((<usize>load<u32>(span, 4)) << 3);
    addUpPairs(s.matrix, first, last, rowBytes(p));
    store<u64>(span, 0);
  }
}

/** Gives every user of a neighbour an empty span; how many users there are. */
function makeSpans(p: Problem, s: Scratch, neighbours: usize, n: u32): u32 {
  let touched: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const item = load<u32>(at(neighbours, i));
    const end = load<u32>(at(p.itemStarts, item + 1));
    for (let k = load<u32>(at(p.itemStarts, item)); k < end; k++) {
      const user = load<u32>(at(p.itemUsers, k));
      const count = load<u32>(spanOf(s, user));
      store<u32>(at(s.touchedUsers, touched), user);
      touched += u32(count == 0);
      store<u32>(spanOf(s, user), count + 1);
    }
  }
  let start: u32 = 0;
  for (let i: u32 = 0; i < touched; i++) {
    const span = spanOf(s, load<u32>(at(s.touchedUsers, i)));
    const count = load<u32>(span);
    store<u32>(span, start);
    store<u32>(span, start, 4);
    start += count;
  }
  return touched;
}

/** Adds the products of one user's entries, whose places ascend. */
function addUpPairs(matrix: usize, first: usize, last: usize, width: usize): void {
  for (let a = first + 8; a < last; a += 8) {
    const row = matrix + <usize>load<u32>(a) * width;
    const x = load<f32>(a, 4);
    for (let b = first; b < a; b += 8) {
      const sum = row + ((<usize>load<u32>(b)) << 2);
      store<f32>(sum, load<f32>(sum) + x * load<f32>(b, 4));
    }
  }
}

function spanOf(s: Scratch, user: u32): usize {
  return s.spans + ((<usize>user) << 3);
}

/** sums[j] = G_jt; how many items it touched. */
function addUpUsersOf(p: Problem, s: Scratch, target: u32): u32 {
  const sums = s.sums;
  let touched: u32 = 0;
  const end = load<u32>(at(p.itemStarts, target + 1));
  for (let k = load<u32>(at(p.itemStarts, target)); k < end; k++) {
    const user = load<u32>(at(p.itemUsers, k));
    const x = load<f32>(at(p.itemValues, k));
    const last = load<u32>(at(p.userStarts, user + 1));
    for (let m = load<u32>(at(p.userStarts, user)); m < last; m++) {
      const item = load<u32>(at(p.userItems, m));
      const sum = load<f32>(at(sums, item));
      // Values are positive, so a zero sum is an item that this target has not met yet. The store
      // is made in any case: a branch that cannot be foreseen costs more.
      store<u32>(at(s.touchedItems, touched), item);
      touched += u32(sum == 0);
      store<f32>(at(sums, item), sum + x * load<f32>(at(p.userValues, m)));
    }
  }
  return touched;
}

/** The cosines of the touched items but the target, and their classes; how many are above 0. */
function countCosines(p: Problem, s: Scratch, target: u32, touched: u32): u32 {
  const norm = load<f32>(at(p.inverseNorms, target));
  store<f32>(at(s.sums, target), 0);
  memory.fill(s.classes, 0, classes << 2);
  let candidates: u32 = 0;
  for (let i: u32 = 0; i < touched; i++) {
    const item = load<u32>(at(s.touchedItems, i));
    const cosine = load<f32>(at(s.sums, item)) * load<f32>(at(p.inverseNorms, item)) * norm;
    const counter = at(s.classes, classOf(cosine));
    store<f32>(at(s.cosines, i), cosine);
    store<u32>(counter, load<u32>(counter) + 1);
    candidates += u32(cosine > 0);
  }
  return candidates;
}

/** Counted classes of cosines; 16 to an octave. */
const classes: u32 = 2048;

function classOf(cosine: f32): u32 {
  // Of a cosine of 1 the class is 2032; rounding may go a little past it.
  return min(reinterpret<u32>(cosine) >> 19, classes - 1);
}

/**
 * Lists the `wanted` items with the highest cosines, ascending; the lower index is better among
 * equals. Only those of the last class that is taken are compared with each other: a heap of all
 * took five times as long.
 */
function choose(s: Scratch, touched: u32, wanted: u32, items: u32, out: usize): void {
  let last: u32 = classes;
  let taken: u32 = 0;
  while (taken < wanted) taken += load<u32>(at(s.classes, --last));
  const rest: u32 = wanted == 0 ? 0 : wanted - (taken - load<u32>(at(s.classes, last)));
  let size: u32 = 0;
  for (let i: u32 = 0; i < touched; i++) {
    const cosine = load<f32>(at(s.cosines, i));
    const its = classOf(cosine);
    if (its < last) continue;
    const item = load<u32>(at(s.touchedItems, i));
    if (its > last) {
      mark(s, item);
    } else if (size < rest) {
      siftUp(s, size++, item, cosine);
    } else if (isWorse(load<u32>(s.heapItems), load<f32>(s.heapScores), item, cosine)) {
      siftDown(s, size, item, cosine);
    }
  }
  for (let i: u32 = 0; i < size; i++) mark(s, load<u32>(at(s.heapItems, i)));
  collectMarked(s, items, out);
}

function mark(s: Scratch, item: u32): void {
  const word = at(s.marks, item >> 5);
  store<u32>(word, load<u32>(word) | (1 << (item & 31)));
}

/** Lists the marked items, ascending, and removes the marks; four words at a time. */
function collectMarked(s: Scratch, items: u32, out: usize): void {
  const end = at(s.marks, (items + 31) >> 5);
  for (let four = s.marks; four < end; four += 16) {
    if (!v128.any_true(v128.load(four))) continue;
    for (let word = four; word < four + 16; word += 4) {
      const first = <u32>((word - s.marks) << 3);
      for (let bits = load<u32>(word); bits != 0; bits &= bits - 1) {
        store<u32>(out, first + ctz(bits));
        out += 4;
      }
    }
    v128.store(four, v128.splat<i32>(0));
  }
}

/** Whether (item a, cosine x) is a worse neighbour than (b, y). */
function isWorse(a: u32, x: f32, b: u32, y: f32): bool {
  return x < y || (x == y && a > b);
}

function siftUp(s: Scratch, from: u32, item: u32, cosine: f32): void {
  let place = from;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const parentItem = load<u32>(at(s.heapItems, parent));
    const parentScore = load<f32>(at(s.heapScores, parent));
    if (!isWorse(item, cosine, parentItem, parentScore)) break;
    setHeap(s, place, parentItem, parentScore);
    place = parent;
  }
  setHeap(s, place, item, cosine);
}

/** Puts an item in the place of the worst one. */
function siftDown(s: Scratch, size: u32, item: u32, cosine: f32): void {
  let place: u32 = 0;
  while (true) {
    let child: u32 = 2 * place + 1;
    if (child >= size) break;
    let childItem = load<u32>(at(s.heapItems, child));
    let childScore = load<f32>(at(s.heapScores, child));
    if (child + 1 < size) {
      const otherItem = load<u32>(at(s.heapItems, child + 1));
      const otherScore = load<f32>(at(s.heapScores, child + 1));
      if (isWorse(otherItem, otherScore, childItem, childScore)) {
        child++;
        childItem = otherItem;
        childScore = otherScore;
      }
    }
    if (!isWorse(childItem, childScore, item, cosine)) break;
    setHeap(s, place, childItem, childScore);
    place = child;
  }
  setHeap(s, place, item, cosine);
}

function setHeap(s: Scratch, place: u32, item: u32, cosine: f32): void {
  store<u32>(at(s.heapItems, place), item);
  store<f32>(at(s.heapScores, place), cosine);
}

/**
 * row[place of j] = G_ij for the kept j of an item i. What is no neighbour goes to a place past
 * the end: a store more costs less than a branch.
 */
function scatterRow(p: Problem, s: Scratch, item: u32, row: usize): void {
  const items = at(p.gramItems, item * p.kept);
  const values = at(p.gramValues, item * p.kept);
  const places = s.places;
  const end = (<usize>load<u32>(at(p.gramCounts, item))) << 2;
  for (let k: usize = 0; k < end; k += 4) {
    const place = <usize>load<u16>(places + ((<usize>load<u32>(items + k)) << 1));
    store<f32>(row + (place << 2), load<f32>(values + k));
  }
}

/** matrix = max(matrix, matrixᵀ) of the first n columns: a pair stands in one row or in both. */
function symmetrise(matrix: usize, n: u32, width: usize): void {
  const end = (<usize>((n + 3) & ~3)) << 2;
  for (let i: usize = 0; i < end; i += 16) {
    for (let j: usize = 0; j <= i; j += 16) {
      symmetriseTile(matrix + (i >> 2) * width + j, matrix + (j >> 2) * width + i, width);
    }
  }
}

/** The tiles of 4 × 4 at a and b become max(a, bᵀ) and its transpose. */
function symmetriseTile(a: usize, b: usize, width: usize): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a + width);
  const a2 = v128.load(a + 2 * width);
  const a3 = v128.load(a + 3 * width);
  const b0 = v128.load(b);
  const b1 = v128.load(b + width);
  const b2 = v128.load(b + 2 * width);
  const b3 = v128.load(b + 3 * width);
  const low01 = v128.shuffle<f32>(a0, a1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(a0, a1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(a2, a3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(a2, a3, 2, 6, 3, 7);
  const t0 = f32x4.pmax(b0, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  const t1 = f32x4.pmax(b1, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  const t2 = f32x4.pmax(b2, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  const t3 = f32x4.pmax(b3, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
  v128.store(b, t0);
  v128.store(b + width, t1);
  v128.store(b + 2 * width, t2);
  v128.store(b + 3 * width, t3);
  const u01 = v128.shuffle<f32>(t0, t1, 0, 4, 1, 5);
  const v01 = v128.shuffle<f32>(t0, t1, 2, 6, 3, 7);
  const u23 = v128.shuffle<f32>(t2, t3, 0, 4, 1, 5);
  const v23 = v128.shuffle<f32>(t2, t3, 2, 6, 3, 7);
  v128.store(a, v128.shuffle<f32>(u01, u23, 0, 1, 4, 5));
  v128.store(a + width, v128.shuffle<f32>(u01, u23, 2, 3, 6, 7));
  v128.store(a + 2 * width, v128.shuffle<f32>(v01, v23, 0, 1, 4, 5));
  v128.store(a + 3 * width, v128.shuffle<f32>(v01, v23, 2, 3, 6, 7));
}

function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/**
 * weights = matrix⁻¹ residual by the conjugate gradient, preconditioned by the diagonal: λ bounds
 * the eigenvalues from below, so that a few steps do what an elimination takes n³ / 3 for.
 */
function solve(p: Problem, s: Scratch, weights: usize, n: u32): void {
  const width = rowBytes(p);
  const r = s.vectors;
  const d = r + width;
  const q = d + width;
  const m = q + width;
  const x = m + width;
  memory.fill(d, 0, 4 * width);
  // The place past the neighbours has what belongs to none of them.
  v128.store(r + width - 16, f32x4.splat(0));
  let diagonal = s.matrix;
  for (let i: u32 = 0; i < n; i++) {
    store<f32>(at(m, i), <f32>1 / load<f32>(diagonal));
    diagonal += width + 4;
  }
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < width; j += 16) {
    const residual = v128.load(r + j);
    const z = f32x4.mul(residual, v128.load(m + j));
    v128.store(d + j, z);
    sum = f32x4.add(sum, f32x4.mul(residual, z));
  }
  let rz = sumOf(sum);
  const tolerance = load<f32>(p.limits, 4);
  const enough = rz * tolerance * tolerance;
  for (let step: u32 = 0; step < p.steps && rz > enough; step++) {
    dotRows(s.matrix, d, q, n, <i32>(width >> 2));
    sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(d + j), v128.load(q + j)));
    }
    const curvature = sumOf(sum);
    // Rows cut short need not make a positive definite matrix.
    if (curvature <= 0) break;
    const alpha = f32x4.splat(rz / curvature);
    sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      const residual = f32x4.sub(v128.load(r + j), f32x4.mul(alpha, v128.load(q + j)));
      v128.store(x + j, f32x4.add(v128.load(x + j), f32x4.mul(alpha, v128.load(d + j))));
      v128.store(r + j, residual);
      const z = f32x4.mul(residual, v128.load(m + j));
      sum = f32x4.add(sum, f32x4.mul(residual, z));
    }
    const next = sumOf(sum);
    const beta = f32x4.splat(next / rz);
    rz = next;
    for (let j: usize = 0; j < width; j += 16) {
      const z = f32x4.mul(v128.load(r + j), v128.load(m + j));
      v128.store(d + j, f32x4.add(z, f32x4.mul(beta, v128.load(d + j))));
    }
  }
  memory.copy(weights, x, (<usize>n) << 2);
}
