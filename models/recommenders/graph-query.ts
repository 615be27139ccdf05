import { type SparseMatrix, valueAt } from '../dataset/sparse-matrix.ts';
import { checkHistory, checkItem } from './check-indices.ts';
import type { History, Query } from './model.ts';
import type { Moments } from './standard-scores.ts';
import { type GraphScratch, TouchedScores } from './touched-scores.ts';

/**
 * What an item graph says about a history: score(i) = Σⱼ hⱼ · Sⱼᵢ over the items j of the history.
 * Only the items that an edge leads to are kept; all others have a score of 0.
 */
export class GraphQuery implements Query {
  readonly #graph: SparseMatrix;
  readonly #history: History;
  readonly #scores: TouchedScores;

  /**
   * @param graph items × items, ascending in each row; row j holds what having j says
   * @throws RangeError when the history is not of the graph's items
   */
  constructor(graph: SparseMatrix, scratch: GraphScratch, history: History) {
    checkHistory(history, graph.columns);
    this.#graph = graph;
    this.#history = history;
    this.#scores = new TouchedScores(graph, scratch, history.items, history.weights);
  }

  /** The items that an edge leads to; all others score 0. */
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

  moments(): Moments {
    return this.#scores.moments(this.#history);
  }

  contributions(item: number): Float32Array {
    checkItem(item, this.#graph.columns);
    const { items, weights } = this.#history;
    return weights.map((weight, n) => weight * valueAt(this.#graph, items[n]!, item));
  }
}
