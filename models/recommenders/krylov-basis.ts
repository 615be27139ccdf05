import { blockWidth, type SvdBackend } from '../kernels/svd-backend.ts';
import { normalFactors } from './als-start.ts';
import { orthonormalColumns } from './orthonormal-columns.ts';

/** Approximate eigenvectors of AAᵀ, as combinations of a Krylov basis. */
export interface RitzVectors {
  /** Approximate eigenvalues θ, largest first. */
  readonly values: Float32Array;
  /** As columns: size × size over the basis. */
  readonly vectors: Float32Array;
  /** |AAᵀu − θu| / θ₁ of each. */
  readonly residuals: Float32Array;
}

interface BasisOptions {
  /** Length of a vector. */
  readonly rows: number;
  /** Blocks that the basis grows to. */
  readonly most: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

const square = blockWidth * blockWidth;
/** What is left of a vector of the norm of AAᵀ is rounding under this, squared. */
const rounding = 1e-12;
/** A vector of norm 1 of which less than this is new, squared, was not new. */
const known = 1e-6;

/**
 * An orthonormal basis of blocks Q₀, Q₁, … in a backend, where each block is what AAᵀ makes of the
 * one before it and is new; after a restart the first blocks are Ritz vectors. It keeps H = QᵀAAᵀQ
 * and the part of AAᵀQ that leads out of the basis, of which there is only the last block's.
 */
export class KrylovBasis {
  readonly #backend: SvdBackend;
  readonly #options: BasisOptions;
  /** The upper half of H, of `most` blocks. */
  readonly #projection: Float64Array;
  /** Blocks whose products with AAᵀ are in H; the one after them is there already. */
  #size = 0;
  /** Blocks that AAᵀ couples to all before: Ritz vectors. */
  #kept = 0;
  /** 32 × 32: the next block times it is what the last one's product has outside the basis. */
  #outward: Float64Array = new Float64Array(square);
  #isComplete = false;
  #randomBlocks = 0;

  constructor(backend: SvdBackend, options: BasisOptions) {
    this.#backend = backend;
    this.#options = options;
    this.#projection = new Float64Array((options.most * blockWidth) ** 2);
  }

  /** Nothing leads out of the basis: its Ritz vectors are exact. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Q₀: a random block. */
  async start(): Promise<void> {
    this.#backend.load(0, this.#randomBlock());
    for (let pass = 0; pass < 2; pass++) await this.#orthonormalise(0, 0);
  }

  /** Adds blocks until there are `most`, or nothing is left to add. */
  async grow(step: () => void): Promise<void> {
    while (this.#size < this.#options.most && !this.#isComplete) {
      await this.#expand();
      step();
    }
  }

  async ritzVectors(): Promise<RitzVectors> {
    const { most, signal } = this.#options;
    const size = this.#size * blockWidth;
    const matrix = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      for (let column = row; column < size; column++) {
        const value = this.#projection[row * most * blockWidth + column]!;
        matrix[row * size + column] = value;
        matrix[column * size + row] = value;
      }
    }
    const { values, vectors } = await this.#backend.eigenbasis(matrix, size, signal);
    const residuals = values.map(
      (_, vector) => this.#outwardNorm(vectors, vector) / (values[0]! || 1),
    );
    return { values, vectors, residuals };
  }

  /** Puts the first Ritz vectors in the place of the basis; it can grow again from there. */
  async keep({ values, vectors }: RitzVectors, blocks: number): Promise<void> {
    const { most, signal } = this.#options;
    const kept = Math.min(blocks, this.#size);
    const size = this.#size * blockWidth;
    const columns = kept * blockWidth;
    const coefficients = new Float32Array(size * columns);
    for (let row = 0; row < size; row++) {
      coefficients.set(vectors.subarray(row * size, row * size + columns), row * columns);
    }
    const whole = { first: 0, count: this.#size, coefficients, columns };
    await this.#backend.combine({ ...whole, to: 0, keep: false }, signal);
    if (kept < this.#size) this.#backend.copy(this.#size, kept);
    this.#projection.fill(0);
    for (let at = 0; at < columns; at++) {
      this.#projection[at * most * blockWidth + at] = values[at]!;
    }
    this.#size = kept;
    this.#kept = kept;
  }

  /** AAᵀ times the last block, made orthonormal to all: H gets a column and the basis a block. */
  async #expand(): Promise<void> {
    const { signal } = this.#options;
    const last = this.#size;
    const next = last + 1;
    await this.#backend.apply(last, next, signal);
    // In exact arithmetic only the last two blocks (or the Ritz vectors) are met.
    const first = last === this.#kept ? 0 : last - 1;
    const near = await this.#project(first, next - first, next);
    const { factor, dropped } = await this.#orthonormalise(next, rounding * largestSquare(near));
    if (dropped.length > 0) this.#refill(next, dropped);
    const far = await this.#project(0, next, next);
    const again = await this.#orthonormalise(next, known);
    this.#addToProjection(first, near);
    this.#addToProjection(0, multiply(far, factor));
    this.#outward = multiply(again.factor, factor);
    this.#size = next;
    this.#isComplete = again.dropped.length === blockWidth;
  }

  /** Takes what block `of` has of some blocks out of it and returns it: (32 · count) × 32. */
  async #project(first: number, count: number, of: number): Promise<Float64Array> {
    const { signal } = this.#options;
    const products = await this.#backend.products(first, count, of, signal);
    const coefficients = Float32Array.from(products, (product) => -product);
    const sum = { first, count, coefficients, columns: blockWidth };
    await this.#backend.combine({ ...sum, to: of, keep: true }, signal);
    return products;
  }

  async #orthonormalise(block: number, floor: number) {
    const { signal } = this.#options;
    const gram = await this.#backend.products(block, 1, block, signal);
    const { transform, factor, dropped } = orthonormalColumns(gram, floor);
    await this.#backend.combine(
      {
        first: block,
        count: 1,
        coefficients: transform,
        columns: blockWidth,
        to: block,
        keep: false,
      },
      signal,
    );
    return { factor, dropped };
  }

  /** Random vectors for those that had nothing new: there may be eigenvectors still to be met. */
  #refill(block: number, columns: readonly number[]): void {
    const values = this.#backend.read(block);
    const random = this.#randomBlock();
    for (const column of columns) {
      for (let at = column; at < values.length; at += blockWidth) values[at] = random[at]!;
    }
    this.#backend.load(block, values);
  }

  /** Normal numbers; each vector has a norm of about 1. */
  #randomBlock(): Float32Array {
    const { rows, seed } = this.#options;
    return normalFactors(blockWidth, rows, 1, seed + this.#randomBlocks++);
  }

  /** Adds to column `last` of H, from block `first` on. */
  #addToProjection(first: number, coefficients: Float64Array): void {
    const width = this.#options.most * blockWidth;
    for (let at = 0; at < coefficients.length; at++) {
      const row = first * blockWidth + Math.floor(at / blockWidth);
      const column = this.#size * blockWidth + (at % blockWidth);
      this.#projection[row * width + column]! += coefficients[at]!;
    }
  }

  /** The norm of what AAᵀu has outside the basis. */
  #outwardNorm(vectors: Float32Array, vector: number): number {
    const size = this.#size * blockWidth;
    let sum = 0;
    for (let row = 0; row < blockWidth; row++) {
      let component = 0;
      for (let i = 0; i < blockWidth; i++) {
        const weight = vectors[(size - blockWidth + i) * size + vector]!;
        component += this.#outward[row * blockWidth + i]! * weight;
      }
      sum += component * component;
    }
    return Math.sqrt(sum);
  }
}

/** The largest square of a column. */
function largestSquare(matrix: Float64Array): number {
  const sums = new Float64Array(blockWidth);
  for (let at = 0; at < matrix.length; at++) sums[at % blockWidth]! += matrix[at]! ** 2;
  return Math.max(...sums);
}

/** … × 32 times 32 × 32. */
function multiply(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((_, at) => {
    const column = at % blockWidth;
    let sum = 0;
    for (let i = 0; i < blockWidth; i++) {
      sum += left[at - column + i]! * right[i * blockWidth + column]!;
    }
    return sum;
  });
}
