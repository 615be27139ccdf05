import { prefixSums } from '../dataset/sparse-matrix.ts';
import type { FeatureSet } from './feature-set.ts';

/**
 * The hashed features of many items or users. Row `r` has the buckets
 * `buckets[indptr[r]] … buckets[indptr[r + 1] − 1]`, ascending, with their `weights`.
 */
export interface FeatureBags {
  readonly rows: number;
  /** Length `rows + 1`. */
  readonly indptr: Uint32Array;
  readonly buckets: Uint32Array;
  readonly weights: Float32Array;
}

const firstCapacity = 1024;

/** Collects feature sets of rows, in any order, into compact arrays. */
export class FeatureBagsBuilder {
  #rows = new Uint32Array(firstCapacity);
  #buckets = new Uint32Array(firstCapacity);
  #weights = new Float32Array(firstCapacity);
  #size = 0;

  /** A row that is given again has the features of both. */
  add(row: number, features: FeatureSet): void {
    for (const [bucket, weight] of features.entries()) {
      if (this.#size === this.#rows.length) this.#grow();
      this.#rows[this.#size] = row;
      this.#buckets[this.#size] = bucket;
      this.#weights[this.#size] = weight;
      this.#size++;
    }
  }

  /**
   * @param rows more than the highest row; one that was not added has no features
   * @throws RangeError for a row past them
   */
  build(rows: number): FeatureBags {
    const counts = new Uint32Array(rows);
    for (let at = 0; at < this.#size; at++) {
      const row = this.#rows[at]!;
      if (row >= rows) throw new RangeError(`row ${row} is outside 0 … ${rows - 1}`);
      counts[row]!++;
    }
    const indptr = prefixSums(counts);
    const next = indptr.slice();
    const buckets = new Uint32Array(this.#size);
    const weights = new Float32Array(this.#size);
    for (let at = 0; at < this.#size; at++) {
      const to = next[this.#rows[at]!]!++;
      buckets[to] = this.#buckets[at]!;
      weights[to] = this.#weights[at]!;
    }
    return { rows, indptr, buckets, weights };
  }

  #grow(): void {
    const capacity = Math.ceil(this.#rows.length * 1.5);
    const enlarged = <A extends Uint32Array | Float32Array>(from: A, to: A): A => {
      to.set(from);
      return to;
    };
    this.#rows = enlarged(this.#rows, new Uint32Array(capacity));
    this.#buckets = enlarged(this.#buckets, new Uint32Array(capacity));
    this.#weights = enlarged(this.#weights, new Float32Array(capacity));
  }
}

/** out += factor · Σ weight · row of `table`, whose rows are as long as `out`. */
export function addBag(
  out: Float32Array,
  table: Float32Array,
  { indptr, buckets, weights }: FeatureBags,
  row: number,
  factor = 1,
): void {
  const width = out.length;
  for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
    const from = buckets[at]! * width;
    const scale = factor * weights[at]!;
    for (let n = 0; n < width; n++) out[n]! += scale * table[from + n]!;
  }
}
