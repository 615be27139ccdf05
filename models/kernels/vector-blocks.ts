import type { KernelPool } from './kernel-pool.ts';
import { blockWidth, type Combination } from './svd-backend.ts';

const rowBytes = 4 * blockWidth;
/** Rows that a task of `combine` goes over; a multiple of 4. */
const rowsOfTask = 512;
/** Partial sums of inner products; not a function of the threads, so that the sum is not one either. */
const productParts = 16;
/** Columns of a panel of coefficients. */
const panelWidth = 8;

/** Blocks of 32 long vectors in the memory of a pool that has the module `svd`. */
export class VectorBlocks {
  readonly rows: number;
  /** From one block to the next. */
  readonly bytes: number;
  readonly #pool: KernelPool;
  readonly #blocks: number;
  readonly #products: number;
  readonly #panels: number;
  readonly #scratch: number[];

  /** @param options.columns the most that `combine` is asked for; a multiple of 32 */
  constructor(
    pool: KernelPool,
    options: { readonly rows: number; readonly blocks: number; readonly columns: number },
  ) {
    const { rows, blocks, columns } = options;
    this.rows = rows;
    // The kernel combines four rows at a time; those past the end are and stay zero.
    this.bytes = Math.ceil(rows / 4) * 4 * rowBytes;
    this.#pool = pool;
    const { memory } = pool;
    this.#blocks = memory.allocate(blocks * this.bytes);
    memory.f32(this.#blocks, (blocks * this.bytes) / 4).fill(0);
    this.#products = memory.allocate(productParts * blocks * blockWidth * rowBytes);
    this.#panels = memory.allocate(4 * blocks * blockWidth * columns);
    this.#scratch = Array.from({ length: pool.threads }, () => memory.allocate(16 * columns));
  }

  /** Where a block is. */
  address(block: number): number {
    return this.#blocks + block * this.bytes;
  }

  /** @param values rows × 32 */
  load(block: number, values: Float32Array): void {
    this.#view(block).set(values);
  }

  /** A copy: rows × 32. */
  read(block: number): Float32Array {
    return this.#view(block).slice();
  }

  copy(from: number, to: number): void {
    this.#view(to).set(this.#view(from));
  }

  /** Inner products of blocks `first … first + count - 1` with another: (32 · count) × 32. */
  async products(
    first: number,
    count: number,
    other: number,
    signal?: AbortSignal,
  ): Promise<Float64Array> {
    const size = count * blockWidth * blockWidth;
    await this.#pool.run({
      module: 'svd',
      name: 'blockProducts',
      tasks: productParts,
      args: (part) => [
        this.address(first),
        this.bytes,
        count,
        this.address(other),
        Math.floor((this.rows * part) / productParts),
        Math.floor((this.rows * (part + 1)) / productParts),
        this.#products + 4 * part * size,
      ],
      signal,
    });
    const parts = this.#pool.memory.f32(this.#products, productParts * size);
    const sums = new Float64Array(size);
    for (let part = 0; part < productParts; part++) {
      const from = part * size;
      for (let at = 0; at < size; at++) sums[at]! += parts[from + at]!;
    }
    return sums;
  }

  async combine(
    { first, count, coefficients, columns, to, keep }: Combination,
    signal?: AbortSignal,
  ): Promise<void> {
    this.#storePanels(coefficients, columns);
    await this.#pool.run({
      module: 'svd',
      name: 'combineBlocks',
      tasks: Math.ceil(this.rows / rowsOfTask),
      args: (task, _slot, thread) => [
        this.#scratch[thread]!,
        this.address(first),
        this.bytes,
        count,
        this.#panels,
        columns,
        this.address(to),
        keep ? 1 : 0,
        task * rowsOfTask,
        Math.min((task + 1) * rowsOfTask, this.rows),
      ],
      signal,
    });
  }

  /** One panel of 8 columns after the other, each row by row. */
  #storePanels(coefficients: Float32Array, columns: number): void {
    const panels = this.#pool.memory.f32(this.#panels, coefficients.length);
    const rows = coefficients.length / columns;
    for (let column = 0; column < columns; column += panelWidth) {
      for (let row = 0; row < rows; row++) {
        const from = row * columns + column;
        panels.set(
          coefficients.subarray(from, from + panelWidth),
          column * rows + row * panelWidth,
        );
      }
    }
  }

  #view(block: number): Float32Array {
    return this.#pool.memory.f32(this.address(block), this.rows * blockWidth);
  }
}
