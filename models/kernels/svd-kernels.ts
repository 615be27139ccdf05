import type { Eigenbasis, PairRows } from './als-backend.ts';
import { columnsOf, setColumns } from './column-blocks.ts';
import { EigenKernels } from './eigen-kernels.ts';
import { eigenWasm } from './generated/eigen-wasm.ts';
import { svdWasm } from './generated/svd-wasm.ts';
import { KernelPool } from './kernel-pool.ts';
import { type RowBlock, splitRows } from './row-blocks.ts';
import {
  blockWidth,
  type Combination,
  type DiagonalRows,
  type SvdBackend,
  type SvdProblem,
} from './svd-backend.ts';
import { VectorBlocks } from './vector-blocks.ts';

/** Pairs of a task: a few milliseconds of work, so that threads end together. */
const pairsOfTask = 32_768;

/** One side of the matrix in kernel memory. */
interface StoredRows {
  readonly indptr: number;
  readonly indices: number;
  readonly values: number;
  readonly tasks: RowBlock[];
}

/** `SvdBackend` as WebAssembly SIMD kernels over threads. Results do not depend on the threads. */
export class SvdKernels implements SvdBackend {
  readonly #problem: SvdProblem;
  readonly #pool: KernelPool;
  readonly #mark: number;
  readonly #rows: StoredRows;
  readonly #columns: StoredRows;
  readonly #blocks: VectorBlocks;
  /** Columns of A × 32: the product on the way from one block to the next. */
  readonly #between: number;

  /** @throws KernelMemoryError when the matrix and the blocks do not fit 4 GiB */
  constructor(problem: SvdProblem, threads: number) {
    this.#problem = problem;
    this.#pool = new KernelPool({ threads, kernels: { svd: svdWasm, eigen: eigenWasm } });
    const { memory } = this.#pool;
    this.#mark = memory.mark();
    this.#rows = this.#store(problem.rows);
    this.#columns = this.#store(problem.columns);
    this.#between = memory.allocate(4 * problem.columns.rows * blockWidth);
    const { blocks } = problem;
    this.#blocks = new VectorBlocks(this.#pool, {
      rows: problem.rows.rows,
      blocks,
      columns: blocks * blockWidth,
    });
  }

  load(block: number, values: Float32Array): void {
    this.#blocks.load(block, values);
  }

  read(block: number): Float32Array {
    return this.#blocks.read(block);
  }

  copy(from: number, to: number): void {
    this.#blocks.copy(from, to);
  }

  async apply(from: number, to: number, signal?: AbortSignal): Promise<void> {
    await this.#multiply(this.#columns, this.#blocks.address(from), this.#between, signal);
    await this.#multiply(this.#rows, this.#between, this.#blocks.address(to), signal);
  }

  async transposed(block: number, signal?: AbortSignal): Promise<Float32Array> {
    await this.#multiply(this.#columns, this.#blocks.address(block), this.#between, signal);
    const { rows } = this.#problem.columns;
    return this.#pool.memory.f32(this.#between, rows * blockWidth).slice();
  }

  products(
    first: number,
    count: number,
    other: number,
    signal?: AbortSignal,
  ): Promise<Float64Array> {
    return this.#blocks.products(first, count, other, signal);
  }

  combine(combination: Combination, signal?: AbortSignal): Promise<void> {
    return this.#blocks.combine(combination, signal);
  }

  async eigenbasis(matrix: Float64Array, size: number, signal?: AbortSignal): Promise<Eigenbasis> {
    const { memory } = this.#pool;
    const mark = memory.mark();
    try {
      return await new EigenKernels(this.#pool, size).decompose(matrix, signal);
    } finally {
      memory.release(mark);
    }
  }

  async diagonalise(
    factors: Float32Array,
    dimensions: number,
    signal?: AbortSignal,
  ): Promise<DiagonalRows> {
    this.#pool.memory.release(this.#mark);
    const rows = factors.length / dimensions;
    const count = Math.ceil(dimensions / blockWidth);
    const columns = count * blockWidth;
    const blocks = new VectorBlocks(this.#pool, { rows, blocks: count, columns });
    for (let block = 0; block < count; block++) {
      blocks.load(block, columnsOf(factors, dimensions, block * blockWidth));
    }
    const gram = await gramOf(blocks, dimensions, signal);
    const { values, vectors } = await this.eigenbasis(gram, dimensions, signal);
    const coefficients = new Float32Array(columns * columns);
    for (let row = 0; row < dimensions; row++) {
      const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
      coefficients.set(vector, row * columns);
    }
    await blocks.combine({ first: 0, count, coefficients, columns, to: 0, keep: false }, signal);
    const rotated = new Float32Array(factors.length);
    for (let block = 0; block < count; block++) {
      setColumns(rotated, dimensions, block * blockWidth, blocks.read(block));
    }
    return { factors: rotated, eigenvalues: values };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #multiply(
    { indptr, indices, values, tasks }: StoredRows,
    from: number,
    to: number,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#pool.run({
      module: 'svd',
      name: 'multiplyRows',
      tasks: tasks.length,
      args: (task) => {
        const { from: first, to: end } = tasks[task]!;
        return [
          indptr + 4 * first,
          indices,
          values,
          end - first,
          from,
          to + 4 * blockWidth * first,
        ];
      },
      signal,
    });
  }

  #store({ indptr, indices, values }: PairRows): StoredRows {
    const { memory } = this.#pool;
    const stored = {
      indptr: memory.allocate(indptr.byteLength),
      indices: memory.allocate(indices.byteLength),
      values: memory.allocate(values.byteLength),
      tasks: splitRows(indptr, pairsOfTask),
    };
    memory.u32(stored.indptr, indptr.length).set(indptr);
    memory.u32(stored.indices, indices.length).set(indices);
    memory.f32(stored.values, values.length).set(values);
    return stored;
  }
}

/** The Gram matrix of vectors in blocks: dimensions × dimensions. */
async function gramOf(
  blocks: VectorBlocks,
  dimensions: number,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const gram = new Float64Array(dimensions * dimensions);
  for (let block = 0; block * blockWidth < dimensions; block++) {
    const products = await blocks.products(0, block + 1, block, signal);
    for (let at = 0; at < products.length; at++) {
      const row = Math.floor(at / blockWidth);
      const column = block * blockWidth + (at % blockWidth);
      if (row >= dimensions || column >= dimensions) continue;
      gram[row * dimensions + column] = products[at]!;
      gram[column * dimensions + row] = products[at]!;
    }
  }
  return gram;
}
