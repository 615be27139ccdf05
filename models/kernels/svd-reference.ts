import type { Eigenbasis, PairRows } from './als-backend.ts';
import { eigenbasis } from './eigenbasis-reference.ts';
import {
  blockWidth,
  type Combination,
  type DiagonalRows,
  type SvdBackend,
  type SvdProblem,
} from './svd-backend.ts';

/**
 * The steps of the singular value decomposition in plain TypeScript, written to be read: what the
 * WebAssembly kernels are held equal to. One thread, sums in double precision.
 */
export class SvdReference implements SvdBackend {
  readonly #problem: SvdProblem;
  readonly #blocks: Float32Array[];

  constructor(problem: SvdProblem) {
    this.#problem = problem;
    this.#blocks = Array.from({ length: problem.blocks }, () => {
      return new Float32Array(problem.rows.rows * blockWidth);
    });
  }

  load(block: number, values: Float32Array): void {
    this.#blocks[block]!.set(values);
  }

  read(block: number): Float32Array {
    return this.#blocks[block]!.slice();
  }

  copy(from: number, to: number): void {
    this.#blocks[to]!.set(this.#blocks[from]!);
  }

  async apply(from: number, to: number): Promise<void> {
    const between = multiply(this.#problem.columns, this.#blocks[from]!);
    this.#blocks[to] = multiply(this.#problem.rows, between);
  }

  async transposed(block: number): Promise<Float32Array> {
    return multiply(this.#problem.columns, this.#blocks[block]!);
  }

  async products(first: number, count: number, other: number): Promise<Float64Array> {
    const right = this.#blocks[other]!;
    const out = new Float64Array(count * blockWidth * blockWidth);
    for (let i = 0; i < count * blockWidth; i++) {
      for (let j = 0; j < blockWidth; j++) {
        for (let row = 0; row < this.#problem.rows.rows; row++) {
          out[i * blockWidth + j]! +=
            this.#at(first * blockWidth + i, row) * right[row * blockWidth + j]!;
        }
      }
    }
    return out;
  }

  async combine({ first, count, coefficients, columns, to, keep }: Combination): Promise<void> {
    for (let row = 0; row < this.#problem.rows.rows; row++) {
      const sums = new Float64Array(columns);
      for (let j = 0; j < columns; j++) {
        if (keep) sums[j] = this.#at(to * blockWidth + j, row);
        for (let i = 0; i < count * blockWidth; i++) {
          sums[j]! += this.#at(first * blockWidth + i, row) * coefficients[i * columns + j]!;
        }
      }
      for (let j = 0; j < columns; j++) {
        const block = this.#blocks[to + Math.floor(j / blockWidth)]!;
        block[row * blockWidth + (j % blockWidth)] = sums[j]!;
      }
    }
  }

  async eigenbasis(matrix: Float64Array, size: number): Promise<Eigenbasis> {
    return eigenbasis(matrix, size);
  }

  async diagonalise(factors: Float32Array, dimensions: number): Promise<DiagonalRows> {
    const gram = new Float64Array(dimensions * dimensions);
    for (let from = 0; from < factors.length; from += dimensions) {
      for (let i = 0; i < dimensions; i++) {
        for (let j = 0; j < dimensions; j++) {
          gram[i * dimensions + j]! += factors[from + i]! * factors[from + j]!;
        }
      }
    }
    const { values, vectors } = eigenbasis(gram, dimensions);
    const rotated = factors.map((_, at) => {
      const column = at % dimensions;
      let sum = 0;
      for (let i = 0; i < dimensions; i++) {
        sum += factors[at - column + i]! * vectors[i * dimensions + column]!;
      }
      return sum;
    });
    return { factors: rotated, eigenvalues: values };
  }

  async close(): Promise<void> {}

  /** Row `row` of the vector that is column `vector` of all blocks side by side. */
  #at(vector: number, row: number): number {
    const block = this.#blocks[Math.floor(vector / blockWidth)]!;
    return block[row * blockWidth + (vector % blockWidth)]!;
  }
}

/** A sparse matrix times a block: rows × 32. */
function multiply({ rows, indptr, indices, values }: PairRows, block: Float32Array): Float32Array {
  const out = new Float32Array(rows * blockWidth);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < blockWidth; j++) {
      let sum = 0;
      for (let at = indptr[row]!; at < indptr[row + 1]!; at++) {
        sum += values[at]! * block[indices[at]! * blockWidth + j]!;
      }
      out[row * blockWidth + j] = sum;
    }
  }
  return out;
}
