import { dotWasm } from '../kernels/generated/dot-wasm.ts';
import { KernelMemory } from '../kernels/kernel-memory.ts';
import { compileKernel, instantiateKernel, type KernelFunction } from '../kernels/kernel-module.ts';
import { strideOf } from '../kernels/padded-rows.ts';

const dotModule = compileKernel(dotWasm);

/** Rows that memory is taken for at a time: a multiple of 64 bytes, so that they lie side by side. */
const rowsOfChunk = 1024;
/** Rows that are multiplied at a time, and vectors at most that they are multiplied with; even. */
const rowsOfBlock = 1024;
const mostVectors = 64;

/** Products of rows `row … row + rows − 1`: of vector v from `v · width` on. */
export interface UserProducts {
  readonly row: number;
  readonly rows: number;
  /** A view that the next block overwrites. */
  readonly products: Float32Array;
  readonly width: number;
}

/**
 * A vector for each of many users, in kernel memory: 4 bytes a number, up to 4 GiB (16 million users
 * at 64 dimensions). Rows are added one by one; from the first product on there are no more.
 */
export class UserVectors {
  readonly dimensions: number;
  readonly #stride: number;
  readonly #memory = new KernelMemory();
  readonly #rows: number;
  #capacity = 0;
  #count = 0;
  #kernel: Record<string, KernelFunction> | undefined;
  #vectors = 0;
  #products = 0;

  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#stride = strideOf(dimensions);
    this.#rows = this.#memory.mark();
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return 4 * this.#stride * this.#capacity;
  }

  /**
   * @param vector length `dimensions`
   * @throws KernelMemoryError past 4 GiB, or what the machine gives
   */
  add(vector: Float32Array): void {
    if (this.#kernel) throw new Error('products have been made; no more rows');
    if (this.#count === this.#capacity) {
      this.#memory.allocate(4 * this.#stride * rowsOfChunk);
      this.#capacity += rowsOfChunk;
    }
    this.#memory.f32(this.#at(this.#count), this.dimensions).set(vector);
    this.#count += 1;
  }

  /** A view on a row. */
  row(index: number): Float32Array {
    return this.#memory.f32(this.#at(index), this.dimensions);
  }

  /** The dot products of every row with up to 64 vectors, a block of rows after the other. */
  forEachBlock(vectors: readonly Float32Array[], use: (block: UserProducts) => void): void {
    if (vectors.length > mostVectors) throw new RangeError(`more than ${mostVectors} vectors`);
    const kernel = this.#prepare();
    const room = this.#memory.f32(this.#vectors, mostVectors * this.#stride).fill(0);
    vectors.forEach((vector, at) => {
      room.set(vector, at * this.#stride);
    });
    const even = Math.ceil(vectors.length / 2) * 2;
    for (let row = 0; row < this.#count; row += rowsOfBlock) {
      const rows = Math.min(rowsOfBlock, this.#count - row);
      const width = 4 * rowsOfBlock;
      kernel.dotBlock!(
        this.#at(row),
        this.#vectors,
        this.#products,
        width,
        rows,
        even,
        this.#stride,
      );
      const products = this.#memory.f32(this.#products, rowsOfBlock * even);
      use({ row, rows, products, width: rowsOfBlock });
    }
  }

  #at(row: number): number {
    return this.#rows + 4 * this.#stride * row;
  }

  #prepare(): Record<string, KernelFunction> {
    if (this.#kernel) return this.#kernel;
    // Blocks are read in fours of rows; a chunk is a multiple of that.
    this.#vectors = this.#memory.allocate(4 * this.#stride * mostVectors);
    this.#products = this.#memory.allocate(4 * rowsOfBlock * mostVectors);
    this.#kernel = instantiateKernel(dotModule, this.#memory);
    return this.#kernel;
  }
}
