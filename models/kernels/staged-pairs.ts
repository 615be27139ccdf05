import type { PairRows } from './als-backend.ts';
import type { KernelMemory } from './kernel-memory.ts';

/**
 * A region that holds the pairs of one block of rows at a time: sparse matrices stay outside of the
 * kernel memory, whose 4 GiB are for the factors.
 */
export class StagedPairs {
  /** Offsets from 0 into the block, rows + 1 of them. */
  readonly indptr: number;
  readonly indices: number;
  readonly values: number;
  /** λ of each row. */
  readonly regularisation: number;
  readonly #memory: KernelMemory;

  constructor(memory: KernelMemory, rows: number, pairs: number) {
    this.#memory = memory;
    this.indptr = memory.allocate(4 * (rows + 1));
    this.indices = memory.allocate(4 * pairs);
    this.values = memory.allocate(4 * pairs);
    this.regularisation = memory.allocate(4 * rows);
  }

  /** Copies rows `from … to - 1` in. */
  fill(
    { indptr, indices, values }: PairRows,
    regularisation: Float32Array,
    from: number,
    to: number,
  ): void {
    const memory = this.#memory;
    const start = indptr[from]!;
    const end = indptr[to]!;
    const offsets = memory.u32(this.indptr, to - from + 1);
    for (let row = from; row <= to; row++) offsets[row - from] = indptr[row]! - start;
    memory.u32(this.indices, end - start).set(indices.subarray(start, end));
    memory.f32(this.values, end - start).set(values.subarray(start, end));
    memory.f32(this.regularisation, to - from).set(regularisation.subarray(from, to));
  }
}
