/**
 * Local SLIM: for each target item t, with X users × items, G = XᵀX and N the K nearest items of t
 * by cosine G_jt / √(G_jj G_tt), the ridge regression of X's column t on its columns N
 *
 *   B_N = (G_NN + λI)⁻¹ G_N,t
 *
 * which is what EASE (Steck 2019) solves over all items at once. Items are numbered by popularity,
 * the most popular one 0. All values are f32, all indices u32, pointers byte offsets.
 */
import { dotRows } from './dot';

/** What all tasks share. Both sides hold X; rows are ascending. */
@unmanaged
class Problem {
  items: u32;
  /** K */
  neighbours: u32;
  /** The items below it are the head, whose products are in `headGram`. */
  head: u32;
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
  /** G among the items below `head`: head × head. */
  headGram: usize;
  /** items × K: the neighbours of each target, ascending. */
  outItems: usize;
  /** items × K: their weights. */
  outValues: usize;
  /** How many of the K each target has. */
  outCounts: usize;
  /** λ, and the fall of the residual that ends the steps. */
  limits: usize;
}

/** Memory of one thread. `sums` and `spans` are zero between targets. */
@unmanaged
class Scratch {
  /** G_jt of the target, by item. */
  sums: usize;
  /** Items with a sum. */
  touchedItems: usize;
  /** Where the entries of each user start and end in `bucket`: two u32 a user. */
  spans: usize;
  /** Users with a span. */
  touchedUsers: usize;
  /** (neighbour, value) of each user's entries among the neighbours. */
  bucket: usize;
  /** 1 + the place among the neighbours of each item of the head, 0 for none. */
  places: usize;
  /** Of each touched item. */
  cosines: usize;
  /** How many cosines have the same leading bits. */
  classes: usize;
  /** A heap of cosines, the worst first. */
  heapScores: usize;
  /** One bit an item, zero between targets. */
  marks: usize;
  /** G_NN + λI, rows of n rounded up to 4. */
  matrix: usize;
  /** Five vectors: residual, direction, product, inverse diagonal, solution. */
  vectors: usize;
}

function at(base: usize, index: u32): usize {
  return base + ((<usize>index) << 2);
}

/** Rows `from … to - 1` of the head's Gram matrix. */
export function headRows(problem: usize, from: u32, to: u32): void {
  const p = changetype<Problem>(problem);
  const head = p.head;
  for (let item = from; item < to; item++) {
    const row = at(p.headGram, item * head);
    memory.fill(row, 0, (<usize>head) << 2);
    const end = load<u32>(at(p.itemStarts, item + 1));
    for (let k = load<u32>(at(p.itemStarts, item)); k < end; k++) {
      const user = load<u32>(at(p.itemUsers, k));
      const x = load<f32>(at(p.itemValues, k));
      const last = load<u32>(at(p.userStarts, user + 1));
      for (let m = load<u32>(at(p.userStarts, user)); m < last; m++) {
        const other = load<u32>(at(p.userItems, m));
        if (other >= head) break;
        const sum = at(row, other);
        store<f32>(sum, load<f32>(sum) + x * load<f32>(at(p.userValues, m)));
      }
    }
  }
}

/** Solves the targets `from … to - 1`. */
export function solveTargets(problem: usize, scratch: usize, from: u32, to: u32): void {
  const p = changetype<Problem>(problem);
  const s = changetype<Scratch>(scratch);
  for (let target = from; target < to; target++) {
    const neighbours = at(p.outItems, target * p.neighbours);
    const weights = at(p.outValues, target * p.neighbours);
    const touched = addUpUsersOf(p, s, target);
    const n = chooseNeighbours(p, s, target, touched, neighbours);
    store<u32>(at(p.outCounts, target), n);
    const stride = (n + 3) & ~3;
    // The residual of no weights is the right side, G_N,t.
    for (let i: u32 = 0; i < n; i++) {
      store<f32>(at(s.vectors, i), load<f32>(at(s.sums, load<u32>(at(neighbours, i)))));
    }
    for (let i = n; i < stride; i++) store<f32>(at(s.vectors, i), 0);
    for (let i: u32 = 0; i < touched; i++) {
      store<f32>(at(s.sums, load<u32>(at(s.touchedItems, i))), 0);
    }
    buildGram(p, s, neighbours, n, stride);
    solve(p, s, weights, n, stride);
  }
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

/**
 * The K items with the highest cosines, ascending; how many there are. The cosines are counted by
 * their leading bits first, so that only those of the last class that is taken are compared: a heap
 * of all took a fifth of the whole time.
 */
function chooseNeighbours(p: Problem, s: Scratch, target: u32, touched: u32, out: usize): u32 {
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
  const wanted = min(p.neighbours, candidates);
  let last: u32 = classes;
  let taken: u32 = 0;
  while (taken < wanted) taken += load<u32>(at(s.classes, --last));
  const rest = wanted - (taken - load<u32>(at(s.classes, last)));
  markChosen(s, touched, last, rest, out);
  collectMarked(s, p.items, out);
  return wanted;
}

/** Counted classes of cosines; 16 to an octave. */
const classes: u32 = 2048;

function classOf(cosine: f32): u32 {
  // Of a cosine of 1 the class is 2032; rounding may go a little past it.
  return min(reinterpret<u32>(cosine) >> 19, classes - 1);
}

/** Marks the items of the classes above `last`, and of that one the best `rest`. */
function markChosen(s: Scratch, touched: u32, last: u32, rest: u32, heap: usize): void {
  const scores = s.heapScores;
  let size: u32 = 0;
  for (let i: u32 = 0; i < touched; i++) {
    const cosine = load<f32>(at(s.cosines, i));
    const its = classOf(cosine);
    if (its < last) continue;
    const item = load<u32>(at(s.touchedItems, i));
    if (its > last) {
      mark(s, item);
    } else if (size < rest) {
      store<u32>(at(heap, size), item);
      store<f32>(at(scores, size), cosine);
      siftUp(heap, scores, size++);
    } else if (size > 0 && isWorse(load<u32>(heap), load<f32>(scores), item, cosine)) {
      siftDown(heap, scores, size, item, cosine);
    }
  }
  for (let i: u32 = 0; i < size; i++) mark(s, load<u32>(at(heap, i)));
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

/** Whether (item a, score x) is a worse neighbour than (b, y): the higher index among equals. */
function isWorse(a: u32, x: f32, b: u32, y: f32): bool {
  return x < y || (x == y && a > b);
}

function siftUp(items: usize, scores: usize, from: u32): void {
  const item = load<u32>(at(items, from));
  const score = load<f32>(at(scores, from));
  let place = from;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const parentItem = load<u32>(at(items, parent));
    const parentScore = load<f32>(at(scores, parent));
    if (!isWorse(item, score, parentItem, parentScore)) break;
    store<u32>(at(items, place), parentItem);
    store<f32>(at(scores, place), parentScore);
    place = parent;
  }
  store<u32>(at(items, place), item);
  store<f32>(at(scores, place), score);
}

/** Puts an item in the place of the worst one. */
function siftDown(items: usize, scores: usize, size: u32, item: u32, score: f32): void {
  let place: u32 = 0;
  while (true) {
    let child: u32 = 2 * place + 1;
    if (child >= size) break;
    let childItem = load<u32>(at(items, child));
    let childScore = load<f32>(at(scores, child));
    if (child + 1 < size) {
      const otherItem = load<u32>(at(items, child + 1));
      const otherScore = load<f32>(at(scores, child + 1));
      if (isWorse(otherItem, otherScore, childItem, childScore)) {
        child++;
        childItem = otherItem;
        childScore = otherScore;
      }
    }
    if (!isWorse(childItem, childScore, item, score)) break;
    store<u32>(at(items, place), childItem);
    store<f32>(at(scores, place), childScore);
    place = child;
  }
  store<u32>(at(items, place), item);
  store<f32>(at(scores, place), score);
}

/** matrix = G_NN + λI; rows and columns from n to the stride are zero. */
function buildGram(p: Problem, s: Scratch, neighbours: usize, n: u32, stride: u32): void {
  for (let i: u32 = 0; i < stride; i++) {
    memory.fill(at(s.matrix, i * stride), 0, (<usize>((i + 4) & ~3)) << 2);
  }
  let heads: u32 = 0;
  while (heads < n && load<u32>(at(neighbours, heads)) < p.head) heads++;
  copyHead(p, s.matrix, neighbours, heads, stride);
  const touched = makeSpans(p, s, neighbours, heads, n);
  fillSpans(p, s, neighbours, heads, n);
  addUpTail(s, stride, touched);
  if (heads > 0) addUpHeadWithTail(p, s, neighbours, heads, stride, touched);
  for (let i: u32 = 0; i < touched; i++) {
    store<u64>(spanOf(s, load<u32>(at(s.touchedUsers, i))), 0);
  }
  mirror(s.matrix, stride);
  const lambda = load<f32>(p.limits);
  for (let i: u32 = 0; i < n; i++) {
    const value = load<f32>(at(p.diagonal, load<u32>(at(neighbours, i)))) + lambda;
    store<f32>(at(s.matrix, i * stride + i), value);
  }
}

function spanOf(s: Scratch, user: u32): usize {
  return s.spans + ((<usize>user) << 3);
}

function entryOf(bucket: usize, index: u32): usize {
  return bucket + ((<usize>index) << 3);
}

/** The lower half among the neighbours that are of the head. */
function copyHead(p: Problem, matrix: usize, neighbours: usize, heads: u32, stride: u32): void {
  for (let i: u32 = 1; i < heads; i++) {
    const row = at(matrix, i * stride);
    const from = at(p.headGram, load<u32>(at(neighbours, i)) * p.head);
    for (let j: u32 = 0; j < i; j++) {
      store<f32>(at(row, j), load<f32>(at(from, load<u32>(at(neighbours, j)))));
    }
  }
}

/** Gives every user of a neighbour past the head an empty span; how many users there are. */
function makeSpans(p: Problem, s: Scratch, neighbours: usize, heads: u32, n: u32): u32 {
  let touched: u32 = 0;
  for (let i = heads; i < n; i++) {
    const item = load<u32>(at(neighbours, i));
    const end = load<u32>(at(p.itemStarts, item + 1));
    for (let k = load<u32>(at(p.itemStarts, item)); k < end; k++) {
      const user = load<u32>(at(p.itemUsers, k));
      const span = spanOf(s, user);
      const count = load<u32>(span);
      store<u32>(at(s.touchedUsers, touched), user);
      touched += u32(count == 0);
      store<u32>(span, count + 1);
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

/** Puts what each user has of the neighbours past the head into the user's span, ascending. */
function fillSpans(p: Problem, s: Scratch, neighbours: usize, heads: u32, n: u32): void {
  const bucket = s.bucket;
  for (let i = heads; i < n; i++) {
    const item = load<u32>(at(neighbours, i));
    const end = load<u32>(at(p.itemStarts, item + 1));
    for (let k = load<u32>(at(p.itemStarts, item)); k < end; k++) {
      const span = spanOf(s, load<u32>(at(p.itemUsers, k)));
      const last = load<u32>(span, 4);
      store<u32>(span, last + 1, 4);
      store<u32>(entryOf(bucket, last), i);
      store<f32>(entryOf(bucket, last), load<f32>(at(p.itemValues, k)), 4);
    }
  }
}

/** Adds each user's products of neighbours past the head to the lower half. */
function addUpTail(s: Scratch, stride: u32, touched: u32): void {
  for (let i: u32 = 0; i < touched; i++) {
    const span = spanOf(s, load<u32>(at(s.touchedUsers, i)));
    const first = entryOf(s.bucket, load<u32>(span));
    const last = entryOf(s.bucket, load<u32>(span, 4));
    for (let a = first + 8; a < last; a += 8) {
      const row = at(s.matrix, load<u32>(a) * stride);
      const x = load<f32>(a, 4);
      for (let b = first; b < a; b += 8) {
        const sum = at(row, load<u32>(b));
        store<f32>(sum, load<f32>(sum) + x * load<f32>(b, 4));
      }
    }
  }
}

/** Adds each user's products of the head's neighbours with the others. */
function addUpHeadWithTail(
  p: Problem,
  s: Scratch,
  neighbours: usize,
  heads: u32,
  stride: u32,
  touched: u32,
): void {
  for (let i: u32 = 0; i < heads; i++) {
    store<u32>(at(s.places, load<u32>(at(neighbours, i))), i + 1);
  }
  for (let i: u32 = 0; i < touched; i++) {
    const user = load<u32>(at(s.touchedUsers, i));
    const span = spanOf(s, user);
    const first = entryOf(s.bucket, load<u32>(span));
    const last = entryOf(s.bucket, load<u32>(span, 4));
    const end = load<u32>(at(p.userStarts, user + 1));
    for (let k = load<u32>(at(p.userStarts, user)); k < end; k++) {
      const item = load<u32>(at(p.userItems, k));
      if (item >= p.head) break;
      const place = load<u32>(at(s.places, item));
      if (place == 0) continue;
      const x = load<f32>(at(p.userValues, k));
      const column = at(s.matrix, place - 1);
      for (let b = first; b < last; b += 8) {
        const sum = at(column, load<u32>(b) * stride);
        store<f32>(sum, load<f32>(sum) + x * load<f32>(b, 4));
      }
    }
  }
  for (let i: u32 = 0; i < heads; i++) {
    store<u32>(at(s.places, load<u32>(at(neighbours, i))), 0);
  }
}

/** Copies the lower half to the upper one, in tiles of 4 × 4; rows to the stride are there. */
function mirror(matrix: usize, stride: u32): void {
  const width = (<usize>stride) << 2;
  for (let i: usize = 0; i < width; i += 16) {
    for (let j: usize = 0; j < i; j += 16) {
      transposeTile(matrix + (i >> 2) * width + j, matrix + (j >> 2) * width + i, width);
    }
    const tile = matrix + (i >> 2) * width + i;
    for (let r: usize = 1; r < 4; r++) {
      for (let c: usize = 0; c < r; c++) {
        store<f32>(tile + c * width + (r << 2), load<f32>(tile + r * width + (c << 2)));
      }
    }
  }
}

function transposeTile(from: usize, to: usize, width: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + width);
  const c = v128.load(from + 2 * width);
  const d = v128.load(from + 3 * width);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  v128.store(to + width, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  v128.store(to + 2 * width, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5));
  v128.store(to + 3 * width, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7));
}

function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/**
 * weights = matrix⁻¹ residual by the conjugate gradient, preconditioned by the diagonal: λ bounds
 * the eigenvalues from below, so that a few steps do what an elimination takes n³ / 3 for.
 */
function solve(p: Problem, s: Scratch, weights: usize, n: u32, stride: u32): void {
  const width = (<usize>stride) << 2;
  const r = s.vectors;
  const d = r + width;
  const q = d + width;
  const m = q + width;
  for (let i: u32 = 0; i < stride; i++) {
    const value = i < n ? <f32>1 / load<f32>(at(s.matrix, i * stride + i)) : 0;
    store<f32>(at(m, i), value);
    store<f32>(at(q, i), 0);
  }
  const x = m + width;
  let sum = f32x4.splat(0);
  for (let j: usize = 0; j < width; j += 16) {
    const residual = v128.load(r + j);
    const z = f32x4.mul(residual, v128.load(m + j));
    v128.store(d + j, z);
    v128.store(x + j, f32x4.splat(0));
    sum = f32x4.add(sum, f32x4.mul(residual, z));
  }
  let rz = sumOf(sum);
  const tolerance = load<f32>(p.limits, 4);
  const enough = rz * tolerance * tolerance;
  for (let step: u32 = 0; step < p.steps && rz > enough && rz > 0; step++) {
    dotRows(s.matrix, d, q, n, stride);
    sum = f32x4.splat(0);
    for (let j: usize = 0; j < width; j += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(d + j), v128.load(q + j)));
    }
    const alpha = f32x4.splat(rz / sumOf(sum));
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
