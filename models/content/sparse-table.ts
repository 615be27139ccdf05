/** Features of one example with their weights, some of them perhaps dropped. */
export interface FeatureDraw {
  readonly buckets: Uint32Array;
  readonly weights: Float32Array;
}

const firstSlots = 256;

/**
 * A lookup table of hashed features outside of the differentiated graph, because the WebAssembly
 * backend has no gradient for gather: rows are summed up on the way forward, and on the way back the
 * gradient of a sum is spread over the rows it was made of (Adagrad, Duchi et al. 2011). Only rows
 * that a batch has touched are written.
 *
 * All rows start at zero, so that a feature which training has not met adds nothing later.
 */
export class SparseTable {
  readonly width: number;
  /** buckets × width */
  readonly values: Float32Array;
  /** Sums of squared gradients; from 1, so that the first steps are no longer than `rate`. */
  readonly #squares: Float32Array;
  /** Gradients of the rows touched since the last step, one after another. */
  #gradients: Float32Array;
  readonly #slots = new Map<number, number>();

  constructor(buckets: number, width: number) {
    this.width = width;
    this.values = new Float32Array(buckets * width);
    this.#squares = new Float32Array(buckets * width).fill(1);
    this.#gradients = new Float32Array(firstSlots * width);
  }

  /** out[at …] += Σ weight · row */
  addSum(out: Float32Array, at: number, { buckets, weights }: FeatureDraw): void {
    const { width, values } = this;
    for (let n = 0; n < buckets.length; n++) {
      const from = buckets[n]! * width;
      const weight = weights[n]!;
      for (let k = 0; k < width; k++) out[at + k]! += weight * values[from + k]!;
    }
  }

  /** The way back of `addSum`: gradient[at …] is that of the sum, here multiplied by `factor`. */
  addGradient(
    gradient: Float32Array,
    at: number,
    { buckets, weights }: FeatureDraw,
    factor: number,
  ): void {
    const { width } = this;
    for (let n = 0; n < buckets.length; n++) {
      const to = this.#slotOf(buckets[n]!) * width;
      const scale = factor * weights[n]!;
      for (let k = 0; k < width; k++) this.#gradients[to + k]! += scale * gradient[at + k]!;
    }
  }

  /** Writes what has been gathered; `decay` draws the rows that were touched towards zero. */
  step(rate: number, decay: number): void {
    const { width, values } = this;
    for (const [bucket, slot] of this.#slots) {
      for (let k = 0; k < width; k++) {
        const at = bucket * width + k;
        const gradient = this.#gradients[slot * width + k]! + decay * values[at]!;
        this.#squares[at]! += gradient * gradient;
        values[at]! -= (rate * gradient) / Math.sqrt(this.#squares[at]!);
      }
    }
    this.#gradients.fill(0, 0, this.#slots.size * width);
    this.#slots.clear();
  }

  #slotOf(bucket: number): number {
    const known = this.#slots.get(bucket);
    if (known !== undefined) return known;
    const slot = this.#slots.size;
    this.#slots.set(bucket, slot);
    if ((slot + 1) * this.width > this.#gradients.length) {
      const larger = new Float32Array(2 * this.#gradients.length);
      larger.set(this.#gradients);
      this.#gradients = larger;
    }
    return slot;
  }
}
