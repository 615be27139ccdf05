import { InteractionsBuilder } from '../dataset/interactions-builder.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import { countByColumn, rowOf, type SparseMatrix, transpose } from '../dataset/sparse-matrix.ts';
import { type TestSet, testSetOf } from './test-set.ts';

/** A user with fewer items keeps them all. */
const fewestItems = 3;
/**
 * Makes another stream of the seed than a sample of users draws from, which takes one number a user
 * too: with the same stream, the users in the sample would be those whose blocks begin at the front.
 */
const ownStream = 0x626c_6f63;
/** Of an item with more users, the first so many are looked at for what goes with it. */
const mostUsers = 2000;

/**
 * Holds out of every user's items a block that belongs together: an item at random, and those of
 * the user's items that are most like it (cosine of the items' users). `share` of them, rounded,
 * and one at least.
 *
 * A random cut leaves the nearest neighbours of what it takes, of which there are fewer in what
 * users do next: there, they come to something new. Where there are no times to split by, this cut
 * stands for that.
 *
 * @param share of each user's items, between 0 and 1
 */
export function splitByBlocks(
  interactions: SparseMatrix,
  share: number,
  seed: number,
): { train: SparseMatrix; test: TestSet } {
  if (!(share > 0 && share < 1)) throw new RangeError(`share ${share} is not between 0 and 1`);
  const random = seededRandom(seed ^ ownStream);
  const likeness = new Likeness(interactions);
  const train = new InteractionsBuilder();
  const heldOut = new InteractionsBuilder();
  for (let user = 0; user < interactions.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    const block = blockOf(indices, share, likeness, random);
    indices.forEach((item, at) => {
      (block.has(item) ? heldOut : train).add(user, item, values[at]!);
    });
  }
  const { rows, columns } = interactions;
  return { train: train.build(rows, columns), test: testSetOf(heldOut.build(rows, columns)) };
}

function blockOf(
  items: Uint32Array,
  share: number,
  likeness: Likeness,
  random: () => number,
): Set<number> {
  if (items.length < fewestItems) return new Set();
  const size = Math.max(1, Math.round(items.length * share));
  const first = items[Math.floor(random() * items.length)]!;
  const like = likeness.to(first, items);
  // A sort keeps equal ones in their order.
  const others = [...items].filter((item) => item !== first);
  const ordered = others.sort((a, b) => like.get(b)! - like.get(a)!);
  return new Set([first, ...ordered.slice(0, size - 1)]);
}

/** How many users items have in common. */
class Likeness {
  readonly #byUser: SparseMatrix;
  readonly #byItem: SparseMatrix;
  readonly #popularity: Uint32Array;
  readonly #counts: Uint32Array;

  constructor(interactions: SparseMatrix) {
    this.#byUser = interactions;
    this.#byItem = transpose(interactions);
    this.#popularity = countByColumn(interactions);
    this.#counts = new Uint32Array(interactions.columns);
  }

  /** Of each of `others`, the cosine to `item` but for a factor that they share. */
  to(item: number, others: Uint32Array): Map<number, number> {
    const users = rowOf(this.#byItem, item).indices.subarray(0, mostUsers);
    for (const user of users) {
      for (const other of rowOf(this.#byUser, user).indices) this.#counts[other]!++;
    }
    const like = new Map<number, number>();
    for (const other of others) {
      like.set(other, this.#counts[other]! / Math.sqrt(this.#popularity[other]!));
    }
    for (const user of users) {
      for (const other of rowOf(this.#byUser, user).indices) this.#counts[other] = 0;
    }
    return like;
  }
}
