/**
 * Folds histories in and takes their best items, a block of histories at a time. Pointers are byte
 * offsets, values f32, `stride` a multiple of 8.
 */
import { solveRows } from './als';
import { dotTile } from './shared/dot-tile';

/**
 * Best `limit` items of each of `rows` histories. `vectors` (rows × stride, rows padded to even)
 * is filled by `solveRows`, whose arguments come first. The scores of `tileItems` items (a multiple
 * of 4, so few that their factors stay in the first-level cache) for all histories are made before
 * any is looked at: `tile`, rows (padded to even) × tileItems. `factors` has room for (and zeros
 * in) rows up to a multiple of 4.
 *
 * Out: `outItems` (u32) and `outScores`, rows × limit, best first, the lower index first among
 * equals; 0xffffffff and -∞ where there are fewer.
 */
export function recommendRows(
  scratch: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  regularisation: usize,
  rows: i32,
  vectors: usize,
  factors: usize,
  diagonal: usize,
  perPair: f32,
  stride: i32,
  steps: i32,
  tolerance: f32,
  directLimit: i32,
  sums: usize,
  items: i32,
  exclude: i32,
  limit: i32,
  tile: usize,
  tileItems: usize,
  outItems: usize,
  outScores: usize,
): void {
  solveRows(
    scratch,
    indptr,
    indices,
    values,
    regularisation,
    rows,
    vectors,
    factors,
    diagonal,
    perPair,
    0,
    stride,
    steps,
    tolerance,
    directLimit,
    sums,
  );
  const width = (<usize>stride) << 2;
  const bytes = (<usize>limit) << 2;
  for (let at: usize = 0; at < <usize>rows * bytes; at += 4) {
    store<u32>(outItems + at, 0xffffffff);
    store<f32>(outScores + at, -Infinity);
  }
  for (let start: usize = 0; start < <usize>items; start += tileItems) {
    const count = min(tileItems, <usize>items - start);
    const padded = (count + 3) & ~3;
    const matrix = factors + start * width;
    for (let r: usize = 0; r < <usize>rows; r += 2) {
      scoreTile(
        vectors + r * width,
        matrix,
        tile + r * (tileItems << 2),
        padded,
        width,
        tileItems << 2,
      );
    }
    for (let r: usize = 0; r < <usize>rows; r++) {
      const scores = tile + r * (tileItems << 2);
      for (let i = count; i < padded; i++) store<f32>(scores + (i << 2), -Infinity);
      if (exclude) leaveOut(scores, indptr + (r << 2), indices, start, count);
      take(scores, start, padded, outItems + r * bytes, outScores + r * bytes, limit);
    }
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    sort(outItems + r * bytes, outScores + r * bytes, limit);
  }
}

/** Scores of two vectors with `count` items (a multiple of 4). */
function scoreTile(
  vectors: usize,
  matrix: usize,
  out: usize,
  count: usize,
  width: usize,
  outWidth: usize,
): void {
  for (let i: usize = 0; i < count; i += 4) {
    dotTile(vectors, matrix + i * width, width, out + (i << 2), outWidth);
  }
}

/** -∞ for the items of the history that lie in the tile; they are found by bisection. */
function leaveOut(scores: usize, indptr: usize, indices: usize, start: usize, count: usize): void {
  let low = load<u32>(indptr);
  const end = load<u32>(indptr, 4);
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(indices + ((<usize>middle) << 2)) < <u32>start) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < end; at++) {
    const item = <usize>load<u32>(indices + ((<usize>at) << 2));
    if (item >= start + count) return;
    store<f32>(scores + ((item - start) << 2), -Infinity);
  }
}

/** Takes what is better than the worst of the best so far: a heap with the worst at 0. */
function take(
  scores: usize,
  start: usize,
  count: usize,
  items: usize,
  best: usize,
  limit: i32,
): void {
  let worst = v128.load32_splat(best);
  for (let i: usize = 0; i < count; i += 4) {
    const better = i32x4.bitmask(f32x4.gt(v128.load(scores + (i << 2)), worst));
    if (better == 0) continue;
    for (let lane: usize = 0; lane < 4; lane++) {
      // Items come in ascending order: an equal score never displaces an earlier item.
      const score = load<f32>(scores + ((i + lane) << 2));
      if (!(score > load<f32>(best))) continue;
      store<f32>(best, score);
      store<u32>(items, <u32>(start + i + lane));
      sink(items, best, limit);
    }
    worst = v128.load32_splat(best);
  }
}

/** Moves the root of the heap down to its place. */
function sink(items: usize, best: usize, size: i32): void {
  const score = load<f32>(best);
  const item = load<u32>(items);
  let at = 0;
  while (true) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && isWorse(items, best, child + 1, child)) child++;
    const other = load<f32>(best + ((<usize>child) << 2));
    const otherItem = load<u32>(items + ((<usize>child) << 2));
    if (!(other < score || (other == score && otherItem > item))) break;
    store<f32>(best + ((<usize>at) << 2), other);
    store<u32>(items + ((<usize>at) << 2), otherItem);
    at = child;
  }
  store<f32>(best + ((<usize>at) << 2), score);
  store<u32>(items + ((<usize>at) << 2), item);
}

function isWorse(items: usize, best: usize, a: i32, b: i32): bool {
  const scoreA = load<f32>(best + ((<usize>a) << 2));
  const scoreB = load<f32>(best + ((<usize>b) << 2));
  if (scoreA != scoreB) return scoreA < scoreB;
  return load<u32>(items + ((<usize>a) << 2)) > load<u32>(items + ((<usize>b) << 2));
}

/** Turns the heap into a list, best first. */
function sort(items: usize, best: usize, limit: i32): void {
  for (let size = limit - 1; size > 0; size--) {
    const last = (<usize>size) << 2;
    const score = load<f32>(best);
    const item = load<u32>(items);
    store<f32>(best, load<f32>(best + last));
    store<u32>(items, load<u32>(items + last));
    sink(items, best, size);
    store<f32>(best + last, score);
    store<u32>(items + last, item);
  }
}
