import { type SparseMatrix, valueAt } from '../dataset/sparse-matrix.ts';
import { checkWeight } from './als-check.ts';
import { checkHistory, checkItem } from './check-indices.ts';
import type { History, Query } from './model.ts';
import type { Moments } from './standard-scores.ts';
import { TopItems } from './top-items.ts';
import { GraphScratch, TouchedScores } from './touched-scores.ts';

/** What the queries of one model read. */
export interface UserGraph {
  /** users × items: what each user had. */
  readonly byUser: SparseMatrix;
  /** items × users: what an item says about being like a user. */
  readonly links: SparseMatrix;
  readonly userExponent: number;
  readonly power: number;
}

/** Room for one history's sums, all zero between two uses; a model's queries share it. */
export class UserScratch {
  readonly items: GraphScratch;
  /** One a user. */
  readonly sums: Float64Array;
  readonly touched: Uint32Array;
  readonly top: TopItems;
  readonly chosen: Uint32Array;

  constructor(items: number, users: number, neighbours: number) {
    this.items = new GraphScratch(items);
    this.sums = new Float64Array(users);
    this.touched = new Uint32Array(users);
    this.top = new TopItems(neighbours);
    this.chosen = new Uint32Array(neighbours);
  }
}

/** What the users who are most like a history had. */
export class UserNeighboursQuery implements Query {
  readonly #graph: UserGraph;
  readonly #scratch: UserScratch;
  readonly #history: History;
  /** The neighbours, nearest first. */
  readonly #users: Uint32Array;
  /** Σⱼ hⱼ · link(j, u) of each. */
  readonly #overlaps: Float64Array;
  readonly #similarities: Float64Array;
  readonly #scores: TouchedScores;

  /** @throws RangeError for an item out of range or a weight that is not positive */
  constructor(graph: UserGraph, scratch: UserScratch, history: History) {
    checkHistory(history, graph.links.rows);
    let sum = 0;
    for (let at = 0; at < history.weights.length; at++) {
      checkWeight(history.weights[at]!, at);
      sum += history.weights[at]!;
    }
    this.#graph = graph;
    this.#scratch = scratch;
    this.#history = history;
    const touched = this.#addOverlaps();
    for (const user of touched) scratch.top.offer(user, scratch.sums[user]!);
    this.#users = scratch.chosen.slice(0, scratch.top.drain(scratch.chosen));
    this.#overlaps = Float64Array.from(this.#users, (user) => scratch.sums[user]!);
    for (const user of touched) scratch.sums[user] = 0;
    const scale = sum ** -graph.userExponent;
    this.#similarities = this.#overlaps.map((overlap) => (scale * overlap) ** graph.power);
    this.#scores = new TouchedScores(graph.byUser, scratch.items, this.#users, this.#similarities);
  }

  /** The neighbours, nearest first, and how much what each of them had counts. */
  get neighbours(): { readonly users: Uint32Array; readonly similarities: Float64Array } {
    return { users: this.#users, similarities: this.#similarities };
  }

  /** The items that a neighbour had; all others score 0. */
  get touched(): TouchedScores {
    return this.#scores;
  }

  score(out: Float32Array): void {
    this.#scores.score(out);
  }

  addScores(factor: number, out: Float32Array): void {
    this.#scores.addScores(factor, out);
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    this.#scores.scoreItems(items, out);
  }

  /** By the items that the neighbours had; all others score 0. */
  moments(): Moments {
    return this.#scores.moments(this.#history);
  }

  /** Calls back with every item that a neighbour had and its score. */
  forEachScore(callback: (item: number, score: number) => void): void {
    const { items, scores } = this.#scores;
    for (let at = 0; at < items.length; at++) callback(items[at]!, scores[at]!);
  }

  /**
   * What a neighbour adds to the score is shared out over the items of the history as they make up
   * the overlap with the neighbour; it sums to the score.
   */
  contributions(item: number): Float32Array {
    checkItem(item, this.#graph.links.rows);
    const { sums } = this.#scratch;
    this.#users.forEach((user, n) => {
      const value = valueAt(this.#graph.byUser, user, item);
      sums[user] = (this.#similarities[n]! * value) / this.#overlaps[n]!;
    });
    const { indptr, indices, values } = this.#graph.links;
    const parts = this.#history.weights.map((weight, n) => {
      const known = this.#history.items[n]!;
      let part = 0;
      for (let at = indptr[known]!; at < indptr[known + 1]!; at++) {
        part += values[at]! * sums[indices[at]!]!;
      }
      return weight * part;
    });
    for (const user of this.#users) sums[user] = 0;
    return parts;
  }

  /** Leaves the overlap with each user in the scratch; a view of the users who have one. */
  #addOverlaps(): Uint32Array {
    const { indptr, indices, values } = this.#graph.links;
    const { sums, touched } = this.#scratch;
    const { items, weights } = this.#history;
    let size = 0;
    for (let n = 0; n < items.length; n++) {
      const weight = weights[n]!;
      const end = indptr[items[n]! + 1]!;
      for (let at = indptr[items[n]!]!; at < end; at++) {
        const added = weight * values[at]!;
        // So small that it is none: a sum of 0 is how a user is known to be new.
        if (added === 0) continue;
        const user = indices[at]!;
        if (sums[user] === 0) touched[size++] = user;
        sums[user]! += added;
      }
    }
    return touched.subarray(0, size);
  }
}
