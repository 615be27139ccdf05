import { capRows } from '../dataset/cap-rows.ts';
import { seededRandom } from '../dataset/seeded-random.ts';
import {
  prefixSums,
  type SparseMatrix,
  sumByColumn,
  sumByRow,
  transpose,
} from '../dataset/sparse-matrix.ts';
import { TopItems } from './top-items.ts';

/** K and the exponents a, b and c of `createItemNeighboursTrainer`. */
export interface NeighbourOptions {
  readonly neighbours: number;
  readonly historyExponent: number;
  readonly userExponent: number;
  readonly targetExponent: number;
  readonly longestHistory: number;
}

/** Makes the rows of the pruned item graph one after the other, in memory of one row. */
export class NeighbourRows {
  readonly #byUser: SparseMatrix;
  readonly #byItem: SparseMatrix;
  readonly #historyFactors: Float64Array;
  readonly #userFactors: Float64Array;
  readonly #targetFactors: Float64Array;
  /** The row being made: a sum an item, zero but for the first `#touchedSize` of `#touched`. */
  readonly #sums: Float64Array;
  readonly #touched: Uint32Array;
  #touchedSize = 0;
  readonly #top: TopItems;
  readonly #chosen: Uint32Array;
  readonly #counts: Uint32Array;
  #indices = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #size = 0;

  /** @param seed of the samples of long histories */
  constructor(interactions: SparseMatrix, options: NeighbourOptions, seed: number) {
    const itemDegrees = sumByColumn(interactions);
    this.#byUser = capRows(interactions, options.longestHistory, seededRandom(seed));
    this.#byItem = transpose(this.#byUser);
    this.#historyFactors = inversePowers(itemDegrees, options.historyExponent);
    this.#userFactors = inversePowers(sumByRow(interactions), options.userExponent);
    this.#targetFactors = inversePowers(itemDegrees, options.targetExponent);
    this.#sums = new Float64Array(interactions.columns);
    this.#touched = new Uint32Array(interactions.columns);
    this.#top = new TopItems(options.neighbours);
    this.#chosen = new Uint32Array(options.neighbours);
    this.#counts = new Uint32Array(interactions.columns);
  }

  /** Adds the row of `item`; rows must come in order. */
  append(item: number): void {
    this.#addUpUsersOf(item);
    const factor = this.#historyFactors[item]!;
    for (const target of this.#touched.subarray(0, this.#touchedSize)) {
      this.#sums[target]! *= factor * this.#targetFactors[target]!;
      if (target !== item) this.#top.offer(target, this.#sums[target]!);
    }
    const found = this.#top.drain(this.#chosen);
    this.#reserve(found);
    for (const target of this.#chosen.subarray(0, found).sort()) {
      this.#indices[this.#size] = target;
      this.#values[this.#size++] = this.#sums[target]!;
    }
    this.#counts[item] = found;
    for (const target of this.#touched.subarray(0, this.#touchedSize)) this.#sums[target] = 0;
    this.#touchedSize = 0;
  }

  build(): SparseMatrix {
    return {
      rows: this.#counts.length,
      columns: this.#counts.length,
      indptr: prefixSums(this.#counts),
      indices: this.#indices.slice(0, this.#size),
      values: this.#values.slice(0, this.#size),
    };
  }

  /** sums[i] = Σᵤ R[u, item] · dᵤ^−b · R[u, i] over the users of `item`. */
  #addUpUsersOf(item: number): void {
    const { indptr, indices, values } = this.#byItem;
    for (let at = indptr[item]!; at < indptr[item + 1]!; at++) {
      const user = indices[at]!;
      const weight = values[at]! * this.#userFactors[user]!;
      const end = this.#byUser.indptr[user + 1]!;
      for (let to = this.#byUser.indptr[user]!; to < end; to++) {
        const target = this.#byUser.indices[to]!;
        // Weights are positive, so a zero sum is a target that this row has not met yet.
        if (this.#sums[target] === 0) this.#touched[this.#touchedSize++] = target;
        this.#sums[target]! += weight * this.#byUser.values[to]!;
      }
    }
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#indices.length) return;
    const capacity = Math.ceil((this.#size + more) * 1.5);
    const indices = new Uint32Array(capacity);
    const values = new Float32Array(capacity);
    indices.set(this.#indices);
    values.set(this.#values);
    this.#indices = indices;
    this.#values = values;
  }
}

function inversePowers(degrees: Float64Array, exponent: number): Float64Array {
  return degrees.map((degree) => (degree > 0 ? degree ** -exponent : 0));
}
