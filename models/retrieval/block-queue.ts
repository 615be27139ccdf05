/** Blocks by their bounds, the highest first: a heap, because only the first few are asked for. */
export class BlockQueue {
  readonly #bounds: Float32Array;
  readonly #heap: Uint32Array;
  #size: number;

  /** @param bounds one a block; kept, not copied */
  constructor(bounds: Float32Array) {
    this.#bounds = bounds;
    this.#size = bounds.length;
    this.#heap = Uint32Array.from({ length: this.#size }, (_, block) => block);
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#down(at);
  }

  /** The highest bound of the blocks that are left; −∞ when none is. */
  get highest(): number {
    return this.#size > 0 ? this.#bounds[this.#heap[0]!]! : Number.NEGATIVE_INFINITY;
  }

  /** Takes the block that has it out. */
  take(): number {
    const block = this.#heap[0]!;
    this.#size--;
    this.#heap[0] = this.#heap[this.#size]!;
    this.#down(0);
    return block;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const moved = heap[from]!;
    const bound = this.#bounds[moved]!;
    let at = from;
    while (true) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#bounds[heap[child + 1]!]! > this.#bounds[heap[child]!]!) {
        child++;
      }
      if (!(this.#bounds[heap[child]!]! > bound)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  }
}
