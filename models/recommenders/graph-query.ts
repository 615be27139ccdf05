import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { checkHistory, checkItem, checkItems, checkScores } from './check-indices.ts';
import type { History, Query } from './model.ts';
import { type Moments, momentsWithout } from './standard-scores.ts';

/** Room for one history's sums, all zero between two uses; a model's queries share it. */
export class GraphScratch {
  readonly sums: Float32Array;
  readonly touched: Uint32Array;
  readonly isTouched: Uint8Array;

  constructor(itemCount: number) {
    this.sums = new Float32Array(itemCount);
    this.touched = new Uint32Array(itemCount);
    this.isTouched = new Uint8Array(itemCount);
  }
}

/**
 * What an item graph says about a history: score(i) = Σⱼ hⱼ · Sⱼᵢ over the items j of the history.
 * Only the items that an edge leads to are kept; all others have a score of 0.
 */
export class GraphQuery implements Query {
  readonly #graph: SparseMatrix;
  readonly #scratch: GraphScratch;
  readonly #history: History;
  readonly #items: Uint32Array;
  readonly #scores: Float32Array;

  /**
   * @param graph items × items, ascending in each row; row j holds what having j says
   * @throws RangeError when the history is not of the graph's items
   */
  constructor(graph: SparseMatrix, scratch: GraphScratch, history: History) {
    checkHistory(history, graph.columns);
    this.#graph = graph;
    this.#scratch = scratch;
    this.#history = history;
    const { sums, touched, isTouched } = scratch;
    const { indptr, indices, values } = graph;
    let size = 0;
    for (let n = 0; n < history.items.length; n++) {
      const item = history.items[n]!;
      const weight = history.weights[n]!;
      const end = indptr[item + 1]!;
      for (let at = indptr[item]!; at < end; at++) {
        const target = indices[at]!;
        sums[target]! += weight * values[at]!;
        if (isTouched[target] === 0) {
          isTouched[target] = 1;
          touched[size++] = target;
        }
      }
    }
    this.#items = touched.slice(0, size);
    this.#scores = new Float32Array(size);
    for (let at = 0; at < size; at++) {
      this.#scores[at] = sums[this.#items[at]!]!;
      sums[this.#items[at]!] = 0;
      isTouched[this.#items[at]!] = 0;
    }
  }

  score(out: Float32Array): void {
    checkScores(out, this.#graph.columns);
    out.fill(0);
    this.addScores(1, out);
  }

  addScores(factor: number, out: Float32Array): void {
    checkScores(out, this.#graph.columns);
    for (let at = 0; at < this.#items.length; at++) {
      out[this.#items[at]!]! += factor * this.#scores[at]!;
    }
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    checkItems(items, out, this.#graph.columns);
    const { sums } = this.#scratch;
    this.addScores(1, sums);
    for (let n = 0; n < items.length; n++) out[n] = sums[items[n]!]!;
    for (const item of this.#items) sums[item] = 0;
  }

  moments(): Moments {
    let sum = 0;
    let squares = 0;
    for (const score of this.#scores) {
      sum += score;
      squares += score * score;
    }
    const { items } = this.#history;
    const known = new Float32Array(items.length);
    this.scoreItems(items, known);
    return momentsWithout(sum, squares, this.#graph.columns, known);
  }

  contributions(item: number): Float32Array {
    checkItem(item, this.#graph.columns);
    const { items, weights } = this.#history;
    return weights.map((weight, n) => weight * edgeOf(this.#graph, items[n]!, item));
  }
}

/** The weight from `from` to `to`, 0 where there is no edge; a binary search of the row. */
function edgeOf({ indptr, indices, values }: SparseMatrix, from: number, to: number): number {
  let low = indptr[from]!;
  let high = indptr[from + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (indices[middle]! < to) low = middle + 1;
    else high = middle;
  }
  return low < indptr[from + 1]! && indices[low] === to ? values[low]! : 0;
}
