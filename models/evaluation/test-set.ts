import { createHash } from 'node:crypto';
import type { Dataset } from '../dataset/dataset.ts';
import type { IdMap } from '../dataset/id-map.ts';
import { rowOf, type SparseMatrix, selectRows } from '../dataset/sparse-matrix.ts';

/** Held-out interactions: the users to rank for and what they went on to take. */
export interface TestSet {
  /** Dense index of each test user, ascending. One past the training rows has no history. */
  readonly users: Uint32Array;
  /**
   * Row `t` belongs to `users[t]` and is not empty. A column past the training data's is an item
   * that training did not see: no model can find it, and it still counts in every denominator.
   */
  readonly relevant: SparseMatrix;
}

/** The test set of all users who have an entry in `heldOut` (all users × items). */
export function testSetOf(heldOut: SparseMatrix): TestSet {
  const users: number[] = [];
  for (let user = 0; user < heldOut.rows; user++) {
    if (heldOut.indptr[user + 1]! > heldOut.indptr[user]!) users.push(user);
  }
  const indptr = Uint32Array.from([0, ...users.map((user) => heldOut.indptr[user + 1]!)]);
  return { users: Uint32Array.from(users), relevant: { ...heldOut, rows: users.length, indptr } };
}

/** The part of a test that is about some of its users. */
export function selectUsers(test: TestSet, wanted: (user: number) => boolean): TestSet {
  const rows = Uint32Array.from(test.users.keys()).filter((row) => wanted(test.users[row]!));
  return {
    users: Uint32Array.from(rows, (row) => test.users[row]!),
    relevant: selectRows(test.relevant, rows),
  };
}

/**
 * SHA-256 (hex) of the test interactions as external ids, whatever their dense indices: lines
 * `user<TAB>item<NEWLINE>`, sorted by user and then item. Two metrics may be compared when their
 * fingerprints agree.
 *
 * @param unseenItems ids of the columns past `items`, in order
 */
export function fingerprintOf(
  test: TestSet,
  { users, items }: Pick<Dataset, 'users' | 'items'>,
  unseenItems: IdMap,
): string {
  const hash = createHash('sha256');
  const rows = [...test.users].map((user, row) => ({ id: users.idOf(user), row }));
  rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { id, row } of rows) {
    const ids = Array.from(rowOf(test.relevant, row).indices, (item) =>
      item < items.size ? items.idOf(item) : unseenItems.idOf(item - items.size),
    );
    hash.update(
      ids
        .sort()
        .map((item) => `${id}\t${item}\n`)
        .join(''),
    );
  }
  return hash.digest('hex');
}
