import { checkItem, checkItems, checkScores } from './check-indices.ts';
import type { FactorRows } from './factor-rows.ts';
import type { History, Query } from './model.ts';
import { type Moments, momentsWithout } from './standard-scores.ts';

/** Where the rows of a factor model lie: enough for mean and spread of any vector's products. */
export interface FactorSpread {
  /** Sum of the rows; length `dimensions`. */
  readonly sums: Float64Array;
  /** The diagonal of the rows' Gram matrix in a basis where that is diagonal. */
  readonly eigenvalues: Float32Array;
}

/** A history as one vector x; the score of an item is the dot product of its row with x. */
export class FactorQuery implements Query {
  /** Length `dimensions`. */
  readonly vector: Float32Array;
  readonly rows: FactorRows;
  readonly #spread: FactorSpread;
  readonly #history: History;
  readonly #explain: (item: number) => Float32Array;

  /** @param explain the contributions of the history to the score of an item in range */
  constructor(
    rows: FactorRows,
    spread: FactorSpread,
    { history, vector }: { readonly history: History; readonly vector: Float32Array },
    explain: (item: number) => Float32Array,
  ) {
    this.vector = vector;
    this.rows = rows;
    this.#spread = spread;
    this.#history = history;
    this.#explain = explain;
  }

  score(out: Float32Array): void {
    checkScores(out, this.rows.count);
    out.set(this.rows.products(this.vector));
  }

  addScores(factor: number, out: Float32Array): void {
    checkScores(out, this.rows.count);
    const scores = this.rows.products(this.vector);
    for (let item = 0; item < out.length; item++) out[item]! += factor * scores[item]!;
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    checkItems(items, out, this.rows.count);
    out.set(this.rows.productsOf(items, this.vector));
  }

  /** Without a look at the items: Σ s = x · Σ y and Σ s² = Σ_d eigenvalue_d · x_d². */
  moments(): Moments {
    const { sums, eigenvalues } = this.#spread;
    let sum = 0;
    let squares = 0;
    for (let d = 0; d < this.vector.length; d++) {
      const x = this.vector[d]!;
      sum += sums[d]! * x;
      squares += eigenvalues[d]! * x * x;
    }
    const known = this.rows.productsOf(this.#history.items, this.vector);
    return momentsWithout(sum, squares, this.rows.count, known);
  }

  contributions(item: number): Float32Array {
    checkItem(item, this.rows.count);
    return this.#explain(item);
  }
}

/** Sum of the rows of count × dimensions numbers. */
export function sumOfRows(factors: Float32Array, dimensions: number): Float64Array {
  const sums = new Float64Array(dimensions);
  for (let at = 0; at < factors.length; at += dimensions) {
    for (let d = 0; d < dimensions; d++) sums[d]! += factors[at + d]!;
  }
  return sums;
}
