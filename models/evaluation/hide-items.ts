import { InteractionsBuilder } from '../dataset/interactions-builder.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { Recommendations } from './ranking-metrics.ts';
import { type TestSet, testSetOf } from './test-set.ts';

/** Items drawn at random, in ascending order: groups without an item in common. */
export function drawItems(items: number, sizes: readonly number[], seed: number): Uint32Array[] {
  const random = seededRandom(seed);
  const order = Uint32Array.from({ length: items }, (_, item) => item);
  for (let last = items - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const held = order[last]!;
    order[last] = order[other]!;
    order[other] = held;
  }
  let from = 0;
  return sizes.map((size) => {
    const group = order.slice(from, from + size).sort();
    from += size;
    return group;
  });
}

/** The matrix without the entries of some columns; the columns stay, empty. */
export function withoutItems(matrix: SparseMatrix, items: Uint32Array): SparseMatrix {
  const hidden = new Set(items);
  const kept = new InteractionsBuilder();
  for (let row = 0; row < matrix.rows; row++) {
    const { indices, values } = rowOf(matrix, row);
    indices.forEach((item, at) => {
      if (!hidden.has(item)) kept.add(row, item, values[at]!);
    });
  }
  return kept.build(matrix.rows, matrix.columns);
}

/** Who wanted which of `items`; column n of the test is items[n]. */
export function testAmong(wanted: SparseMatrix, items: Uint32Array): TestSet {
  const places = new Map(Array.from(items, (item, place) => [item, place]));
  const test = new InteractionsBuilder();
  for (let user = 0; user < wanted.rows; user++) {
    for (const item of rowOf(wanted, user).indices) {
      const place = places.get(item);
      if (place !== undefined) test.add(user, place);
    }
  }
  return testSetOf(test.build(wanted.rows, items.length));
}

/**
 * Ranks the items of a test among themselves for each of its users. Items of equal score are put in
 * an order drawn anew for each user: whoever cannot tell items apart gets what chance gives, and
 * not what the order of the ids happens to give.
 *
 * @param scoresOf writes a user's scores, one for each column of the test
 */
export function rankAmong(
  test: TestSet,
  limit: number,
  seed: number,
  scoresOf: (user: number, out: Float32Array) => void,
): Recommendations {
  const { columns } = test.relevant;
  const ranked = Math.min(limit, columns);
  const items = new Uint32Array(test.users.length * ranked);
  const scores = new Float32Array(columns);
  const lots = new Float64Array(columns);
  const random = seededRandom(seed);
  const order = Array.from({ length: columns }, (_, item) => item);
  test.users.forEach((user, row) => {
    scoresOf(user, scores);
    for (let item = 0; item < columns; item++) lots[item] = random();
    order.sort((a, b) => scores[b]! - scores[a]! || lots[a]! - lots[b]!);
    for (let rank = 0; rank < ranked; rank++) items[row * ranked + rank] = order[rank]!;
  });
  return { limit: ranked, items };
}
