import {
  prefixSums,
  rowOf,
  type SparseMatrix,
  sumByColumn,
  sumByRow,
  transpose,
} from '../dataset/sparse-matrix.ts';
import { checkWeight } from './als-check.ts';
import { checkItem } from './check-indices.ts';
import { graphToTensors, sparseFromTensors } from './graph-tensors.ts';
import type { History, Model, ScoredItem, Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';
import { TopItems } from './top-items.ts';
import { type UserGraph, UserNeighboursQuery, UserScratch } from './user-neighbours-query.ts';

/** K, a, b, p and the limit of `createUserNeighboursTrainer`. */
export interface UserNeighboursParameters {
  readonly neighbours: number;
  readonly userExponent: number;
  readonly itemExponent: number;
  readonly power: number;
  readonly usersPerItem: number;
}

/**
 * The training users themselves, and what they had.
 *
 * A history is compared with all of them, also with the row of its own user where that user was in
 * training: nothing here says whose row is whose. That row adds only to what it has: items that the
 * user met before training ended. It is the same offline and online, and it takes one of the K
 * places of a user who was in training.
 *
 * The artifact holds the interaction matrix: no user ids, but what each single user had, in the order
 * in which training read the users. That is behaviour of persons under a pseudonym, and to be
 * guarded as the events are. A user who is erased stays in it as a nameless row until a version that
 * was trained afterwards replaces it; where that is too long, leave this component out.
 */
export class UserNeighboursModel implements Model {
  readonly kind = 'user-neighbours';
  readonly itemCount: number;
  /** items × users: what the artifact holds. */
  readonly #byItem: SparseMatrix;
  readonly #parameters: UserNeighboursParameters;
  readonly #graph: UserGraph;
  readonly #scratch: UserScratch;

  /**
   * @param byItem items × users, weights positive
   * @throws RangeError for a weight that is not positive or a parameter out of range
   */
  constructor(byItem: SparseMatrix, parameters: UserNeighboursParameters) {
    checkParameters(parameters);
    for (let at = 0; at < byItem.values.length; at++) checkWeight(byItem.values[at]!, at);
    this.itemCount = byItem.rows;
    this.#byItem = byItem;
    // As they come back from an artifact.
    const { userExponent, itemExponent, power, ...counts } = parameters;
    this.#parameters = {
      userExponent: Math.fround(userExponent),
      itemExponent: Math.fround(itemExponent),
      power: Math.fround(power),
      ...counts,
    };
    this.#graph = {
      byUser: transpose(byItem),
      links: linksOf(byItem, this.#parameters),
      userExponent: this.#parameters.userExponent,
      power: this.#parameters.power,
    };
    this.#scratch = new UserScratch(byItem.rows, byItem.columns, parameters.neighbours);
  }

  /** @throws TypeError when a tensor is missing or the three do not make a matrix */
  static fromTensors(tensors: Readonly<Record<string, Tensor>>): UserNeighboursModel {
    const reader = new TensorReader(tensors);
    const [userExponent, itemExponent, power] = reader.float32('similarity', [3]);
    const [neighbours, usersPerItem] = reader.uint32('limits', [2]);
    const byItem = sparseFromTensors(tensors, (_, users) => highest(users) + 1);
    return new UserNeighboursModel(byItem, {
      neighbours: neighbours!,
      userExponent: userExponent!,
      itemExponent: itemExponent!,
      power: power!,
      usersPerItem: usersPerItem!,
    });
  }

  /** How many users of the training data it compares with. */
  get userCount(): number {
    return this.#byItem.columns;
  }

  query(history: History): UserNeighboursQuery {
    return new UserNeighboursQuery(this.#graph, this.#scratch, history);
  }

  /** What the users who are most like one that has this item alone have besides. */
  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    const top = new TopItems(limit);
    const history = { items: Uint32Array.of(item), weights: Float32Array.of(1) };
    this.query(history).forEachScore((other, score) => {
      if (other !== item) top.offer(other, score);
    });
    return top.drainList();
  }

  toTensors(): Record<string, Tensor> {
    const { userExponent, itemExponent, power, neighbours, usersPerItem } = this.#parameters;
    return {
      ...graphToTensors(this.#byItem),
      similarity: { shape: [3], data: Float32Array.of(userExponent, itemExponent, power) },
      limits: { shape: [2], data: Uint32Array.of(neighbours, usersPerItem) },
    };
  }
}

/**
 * items × users: what having item j says about being like user u, dⱼ^−b · R[u, j] · |u|^−a, of at
 * most `usersPerItem` users an item: those with the highest, the lower index first among equals.
 */
function linksOf(
  byItem: SparseMatrix,
  { userExponent, itemExponent, usersPerItem }: UserNeighboursParameters,
): SparseMatrix {
  const userFactors = sumByColumn(byItem).map((sum) => sum ** -userExponent);
  const itemFactors = sumByRow(byItem).map((sum) => sum ** -itemExponent);
  const values = byItem.values.map((value, at) => value * userFactors[byItem.indices[at]!]!);
  const links = highestOfRows({ ...byItem, values }, usersPerItem);
  for (let item = 0; item < links.rows; item++) {
    for (let at = links.indptr[item]!; at < links.indptr[item + 1]!; at++) {
      links.values[at]! *= itemFactors[item]!;
    }
  }
  return links;
}

/** Each row cut to its `limit` highest values. */
function highestOfRows(matrix: SparseMatrix, limit: number): SparseMatrix {
  const { rows, indptr: from } = matrix;
  const lengths = Uint32Array.from({ length: rows }, (_, row) =>
    Math.min(limit, from[row + 1]! - from[row]!),
  );
  const indptr = prefixSums(lengths);
  const indices = new Uint32Array(indptr[rows]!);
  const values = new Float32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    const { indices: users, values: weights } = rowOf(matrix, row);
    const kept = users.length > limit ? highestOf(weights, limit) : weights.keys();
    let to = indptr[row]!;
    for (const at of kept) {
      indices[to] = users[at]!;
      values[to++] = weights[at]!;
    }
  }
  return { ...matrix, indptr, indices, values };
}

/** Where the `limit` highest values stand, ascending. */
function highestOf(values: Float32Array, limit: number): Uint32Array {
  const positions = new Uint32Array(limit);
  new TopItems(limit).select(values, positions);
  return positions.sort();
}

function highest(indices: Uint32Array): number {
  let most = -1;
  for (const index of indices) if (index > most) most = index;
  return most;
}

function checkParameters(parameters: UserNeighboursParameters): void {
  const { neighbours, usersPerItem, userExponent, itemExponent, power } = parameters;
  for (const [name, value] of Object.entries({ neighbours, usersPerItem })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name} is ${value}; expected a whole number from 1`);
    }
  }
  for (const [name, value] of Object.entries({ userExponent, itemExponent, power })) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} is ${value}; expected 0 or more`);
    }
  }
}
