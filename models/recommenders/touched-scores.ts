import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { checkItems, checkScores } from './check-indices.ts';
import type { History } from './model.ts';
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

/** A weighted sum of sparse rows: the items that one of them leads to; all others score 0. */
export class TouchedScores {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  readonly #scratch: GraphScratch;

  /**
   * @param matrix … × items
   * @param rows of the matrix, none outside
   * @param weights one a row
   */
  constructor(
    matrix: SparseMatrix,
    scratch: GraphScratch,
    rows: Uint32Array,
    weights: ArrayLike<number>,
  ) {
    this.#scratch = scratch;
    const { sums, touched, isTouched } = scratch;
    const { indptr, indices, values } = matrix;
    let size = 0;
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n]!;
      const weight = weights[n]!;
      const end = indptr[row + 1]!;
      for (let at = indptr[row]!; at < end; at++) {
        const target = indices[at]!;
        sums[target]! += weight * values[at]!;
        if (isTouched[target] === 0) {
          isTouched[target] = 1;
          touched[size++] = target;
        }
      }
    }
    this.items = touched.slice(0, size);
    this.scores = new Float32Array(size);
    for (let at = 0; at < size; at++) {
      this.scores[at] = sums[this.items[at]!]!;
      sums[this.items[at]!] = 0;
      isTouched[this.items[at]!] = 0;
    }
  }

  score(out: Float32Array): void {
    checkScores(out, this.#itemCount);
    out.fill(0);
    this.addScores(1, out);
  }

  addScores(factor: number, out: Float32Array): void {
    checkScores(out, this.#itemCount);
    for (let at = 0; at < this.items.length; at++) {
      out[this.items[at]!]! += factor * this.scores[at]!;
    }
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    checkItems(items, out, this.#itemCount);
    const { sums } = this.#scratch;
    this.addScores(1, sums);
    for (let n = 0; n < items.length; n++) out[n] = sums[items[n]!]!;
    for (const item of this.items) sums[item] = 0;
  }

  /** Over the items that are not in `history`. */
  moments({ items }: History): Moments {
    let sum = 0;
    let squares = 0;
    for (const score of this.scores) {
      sum += score;
      squares += score * score;
    }
    const known = new Float32Array(items.length);
    this.scoreItems(items, known);
    return momentsWithout(sum, squares, this.#itemCount, known);
  }

  get #itemCount(): number {
    return this.#scratch.sums.length;
  }
}
