import { InteractionsBuilder } from '../dataset/interactions-builder.ts';
import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { type TestSet, testSetOf } from './test-set.ts';

export interface TimeSplitOptions {
  /** Milliseconds since 1970: training is before it, the test from it on. */
  readonly cutoff: number;
  /** Milliseconds since 1970: where the validation part of the training data starts. */
  readonly validationFrom?: number;
}

export interface SplitSize {
  readonly users: number;
  readonly items: number;
}

/** The parts of one split; every matrix has the same rows (users) and, but for tests, columns. */
export interface TimeSplitResult {
  readonly train: SparseMatrix;
  readonly test: TestSet;
  /** Training before `validationFrom`, and the rest of training as its test. */
  readonly validation?: { readonly train: SparseMatrix; readonly test: TestSet };
}

/**
 * Splits a stream of timestamped interactions at points in time, the same for all users, as a shop
 * that trains tonight and serves tomorrow does.
 *
 * What keeps the future out of training, and what this class cannot see:
 * - An interaction at the cutoff or later is never in `train`, whoever made it. (Leaving the last
 *   interaction of each user out instead would let the model learn from other users' later days.)
 * - A pair that is in training already is dropped from the test: evaluation ranks only items that
 *   the user has not had, so it could not be found.
 * - Users and items first seen after the cutoff stay in the test, because they exist in a shop too.
 * - Item attributes, user features and weights must also be as they were at the cutoff. A rating
 *   given later, a popularity counted over all days or a return that came after it is a leak; the
 *   caller sees to that.
 */
export class TimeSplit {
  readonly #cutoff: number;
  readonly #validationFrom: number | undefined;
  readonly #train = new InteractionsBuilder();
  readonly #test = new InteractionsBuilder();
  readonly #fit = new InteractionsBuilder();
  readonly #valid = new InteractionsBuilder();

  /** @throws RangeError when validation does not start before the cutoff */
  constructor({ cutoff, validationFrom }: TimeSplitOptions) {
    if (validationFrom !== undefined && !(validationFrom < cutoff)) {
      throw new RangeError(
        `validation from ${validationFrom} does not start before cutoff ${cutoff}`,
      );
    }
    this.#cutoff = cutoff;
    this.#validationFrom = validationFrom;
  }

  /**
   * @param time milliseconds since 1970
   * @throws RangeError for a bad index, weight or time
   */
  add(user: number, item: number, weight: number, time: number): void {
    if (!Number.isFinite(time)) {
      throw new RangeError(`time ${time} of user ${user}, item ${item} is not a number`);
    }
    const isTest = time >= this.#cutoff;
    (isTest ? this.#test : this.#train).add(user, item, weight);
    if (isTest || this.#validationFrom === undefined) return;
    (time >= this.#validationFrom ? this.#valid : this.#fit).add(user, item, weight);
  }

  /**
   * @param size how many users there are, and how many items training may know: items first seen
   *   in the test must have the indices from `items` on
   */
  build({ users, items }: SplitSize): TimeSplitResult {
    const train = this.#train.build(users, items);
    const test = testSetOf(withoutPairsOf(train, this.#test.build(users)));
    if (this.#validationFrom === undefined) return { train, test };
    const fit = this.#fit.build(users, items);
    const valid = testSetOf(withoutPairsOf(fit, this.#valid.build(users)));
    return { train, test, validation: { train: fit, test: valid } };
  }
}

/** `matrix` without the entries that `known` has too; both have the same rows. */
export function withoutPairsOf(known: SparseMatrix, matrix: SparseMatrix): SparseMatrix {
  const kept = new InteractionsBuilder();
  for (let row = 0; row < matrix.rows; row++) {
    const skip = new Set(rowOf(known, row).indices);
    const { indices, values } = rowOf(matrix, row);
    indices.forEach((item, at) => {
      if (!skip.has(item)) kept.add(row, item, values[at]!);
    });
  }
  return kept.build(matrix.rows, matrix.columns);
}
