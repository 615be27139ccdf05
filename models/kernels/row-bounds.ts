import { boundsWasm } from './generated/bounds-wasm.ts';
import { KernelMemory } from './kernel-memory.ts';
import { compileKernel, instantiateKernel, type KernelFunction } from './kernel-module.ts';

const boundsModule = compileKernel(boundsWasm);

/** Rows that have one maximum among them. */
export const rowsOfBlock = 64;
/** The largest number that a row's values are rounded to. */
const mostOfRow = 127;
/** Half of a unit in the last place of a single-precision number, relative. */
const unit = 2 ** -24;
/** Products from here on could leave single precision; below the other, be rounded to nothing. */
const largest = 1e37;
const smallest = 1e-25;

/** Rows y ≈ scale · quantised, as the kernel takes them; padded to a multiple of 64 rows. */
export interface QuantisedRows {
  /** Rows × stride. */
  readonly values: Int8Array;
  readonly scales: Float32Array;
  readonly slacks: Float32Array;
  /** A multiple of 8. */
  readonly stride: number;
}

/** A query x ≈ scale · quantised. */
export interface QuantisedQuery {
  readonly values: Int16Array;
  readonly scale: number;
  /** At least |x|. */
  readonly norm: number;
}

/** Views that the next call overwrites. */
export interface Bounds {
  /** Each at least the product of its row and the vector, as the dot kernels compute it. */
  readonly rows: Float32Array;
  /** The highest of each 64 rows. */
  readonly blocks: Float32Array;
}

/**
 * Upper bounds of the products of one vector with many rows, from a copy of the rows in 8 bits: a
 * quarter of the memory to read, and twice the values an instruction. The few rows whose bound is
 * among the highest are then multiplied exactly.
 *
 * With y = s·q + e (q whole numbers to 127) and x = t·p + d (p to 32,767 or less), x·y = ts·(p·q) +
 * tp·e + d·y, and by Cauchy and Schwarz the last two are at most (|x| + |d|)·|e| + |d|·|y|.
 */
export class RowBounds {
  readonly count: number;
  readonly #memory = new KernelMemory();
  readonly #kernel: KernelFunction;
  readonly #stride: number;
  readonly #most: number;
  readonly #longest: number;
  readonly #blocks: number;
  readonly #rows: number;
  readonly #scales: number;
  readonly #slacks: number;
  readonly #query: number;
  readonly #out: number;
  readonly #maxima: number;

  /** @param factors count × dimensions, row-major, finite */
  constructor(factors: Float32Array, dimensions: number) {
    this.count = factors.length / dimensions;
    this.#stride = Math.ceil(dimensions / 8) * 8;
    this.#most = mostOfQuery(this.#stride);
    this.#blocks = Math.ceil(this.count / rowsOfBlock);
    const padded = this.#blocks * rowsOfBlock;
    const memory = this.#memory;
    this.#rows = memory.allocate(padded * this.#stride);
    this.#scales = memory.allocate(4 * padded);
    this.#slacks = memory.allocate(4 * padded);
    this.#query = memory.allocate(2 * this.#stride);
    this.#out = memory.allocate(4 * padded);
    this.#maxima = memory.allocate(4 * this.#blocks);
    this.#longest = quantiseRows(factors, dimensions, {
      values: new Int8Array(memory.memory.buffer, this.#rows, padded * this.#stride),
      scales: memory.f32(this.#scales, padded),
      slacks: memory.f32(this.#slacks, padded),
      stride: this.#stride,
    });
    this.#kernel = instantiateKernel(boundsModule, memory).boundRows as KernelFunction;
  }

  /**
   * @param vector length `dimensions`
   * @returns undefined for a vector so long or so short that the arithmetic would not hold
   */
  of(vector: Float32Array): Bounds | undefined {
    const query = quantiseQuery(vector, this.#stride, this.#most);
    const longest = query.norm * this.#longest;
    if (!(longest < largest && longest > smallest)) return undefined;
    const memory = this.#memory;
    new Int16Array(memory.memory.buffer, this.#query, this.#stride).set(query.values);
    this.#kernel(
      this.#rows,
      this.#scales,
      this.#slacks,
      this.#query,
      query.scale,
      query.norm,
      this.#out,
      this.#maxima,
      this.#blocks * rowsOfBlock,
      this.#stride,
    );
    return {
      rows: memory.f32(this.#out, this.count),
      blocks: memory.f32(this.#maxima, this.#blocks),
    };
  }
}

/** So that the sum of `stride` products stays a 32-bit number. */
export function mostOfQuery(stride: number): number {
  return Math.min(32_767, Math.floor((2 ** 31 - 1) / (mostOfRow * stride)));
}

/**
 * Writes rows in 8 bits, what they are to be multiplied by, and what each bound allows for: what
 * rounding lost of the row and may lose of a query, and the arithmetic itself.
 *
 * @returns the length of the longest row
 */
export function quantiseRows(
  factors: Float32Array,
  dimensions: number,
  { values, scales, slacks, stride }: QuantisedRows,
): number {
  const ofQuery = Math.sqrt(dimensions) / (2 * mostOfQuery(stride));
  const ofArithmetic = (stride / 4 + 32) * unit;
  const count = factors.length / dimensions;
  // Of the padding nothing is ever highest.
  slacks.fill(Number.NEGATIVE_INFINITY, count);
  let longest = 0;
  for (let row = 0; row < count; row++) {
    const from = row * dimensions;
    let most = 0;
    let squares = 0;
    for (let d = 0; d < dimensions; d++) {
      const value = factors[from + d]!;
      squares += value * value;
      const size = value < 0 ? -value : value;
      if (size > most) most = size;
    }
    // What is too short for the arithmetic is none, and all loss.
    const scale = most > smallest ? Math.fround(most / mostOfRow) : 0;
    const inverse = scale > 0 ? 1 / scale : 0;
    let lost = 0;
    for (let d = 0; d < dimensions && scale > 0; d++) {
      const value = factors[from + d]!;
      // No further than mostOfRow from 0, because the scale is exact to seven digits. Three times
      // as fast as Math.round.
      const ratio = value * inverse;
      const rounded = ratio < 0 ? (ratio - 0.5) | 0 : (ratio + 0.5) | 0;
      const error = value - scale * rounded;
      values[row * stride + d] = rounded;
      lost += error * error;
    }
    const length = Math.sqrt(squares);
    longest = Math.max(longest, length);
    const error = scale > 0 ? Math.sqrt(lost) : length;
    scales[row] = scale;
    slacks[row] = roundedUp(error * (1 + ofQuery) + length * (ofQuery + ofArithmetic));
  }
  return longest;
}

/** @param most the largest number that a value is rounded to */
export function quantiseQuery(vector: Float32Array, stride: number, most: number): QuantisedQuery {
  let highest = 0;
  let squares = 0;
  for (const value of vector) {
    squares += value * value;
    highest = Math.max(highest, Math.abs(value));
  }
  const scale = Math.fround(highest / most);
  const values = new Int16Array(stride);
  for (let d = 0; d < vector.length && scale > 0; d++) {
    values[d] = Math.max(-most, Math.min(most, Math.round(vector[d]! / scale)));
  }
  return { values, scale, norm: roundedUp(Math.sqrt(squares)) };
}

function roundedUp(value: number): number {
  return Math.fround(value * (1 + 4 * unit));
}
