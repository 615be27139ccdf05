import {
  type AlsBackend,
  type AlsProblem,
  type Eigenbasis,
  otherSide,
  type Side,
  type SolveOptions,
  type SolveResult,
} from './als-backend.ts';
import { EigenKernels } from './eigen-kernels.ts';
import { alsWasm } from './generated/als-wasm.ts';
import { eigenWasm } from './generated/eigen-wasm.ts';
import { KernelPool } from './kernel-pool.ts';
import { loadRows, storeRows, strideOf } from './padded-rows.ts';
import { type RowBlock, splitRows } from './row-blocks.ts';
import { StagedPairs } from './staged-pairs.ts';

/** Pairs of a block: a few milliseconds of work, so that threads end together. */
const pairsOfBlock = 16_384;
/** Rows of a task that goes over dense factors. */
const rowsOfTask = 2_048;
/** Partial Gram matrices; not a function of the threads, so that the sum is not one either. */
const gramParts = 16;

/** Bytes of scratch memory a thread needs: as `scratchBytes` of the kernel. */
export function scratchBytes(stride: number, directLimit: number): number {
  const padded = Math.ceil(directLimit / 4) * 4;
  return 4 * (8 * stride + padded * stride + padded * padded + 4 * padded);
}

/** `AlsBackend` as WebAssembly SIMD kernels over threads. Results do not depend on the threads. */
export class AlsKernels implements AlsBackend {
  readonly #problem: AlsProblem;
  readonly #pool: KernelPool;
  readonly #stride: number;
  readonly #blocks: Record<Side, RowBlock[]>;
  readonly #factors: Record<Side, number>;
  readonly #scratch: number[];
  readonly #slots: StagedPairs[];
  readonly #basis: number;
  readonly #diagonal: number;
  readonly #grams: number;
  readonly #eigen: EigenKernels;

  /** @throws KernelMemoryError when the factors of both sides do not fit 4 GiB */
  constructor(problem: AlsProblem, threads: number) {
    this.#problem = problem;
    this.#stride = strideOf(problem.dimensions);
    this.#blocks = {
      users: splitRows(problem.users.indptr, pairsOfBlock),
      items: splitRows(problem.items.indptr, pairsOfBlock),
    };
    this.#pool = new KernelPool({ threads, kernels: { als: alsWasm, eigen: eigenWasm } });
    const { memory } = this.#pool;
    const rowBytes = 4 * this.#stride;
    this.#factors = {
      users: memory.allocate(problem.users.rows * rowBytes),
      items: memory.allocate(problem.items.rows * rowBytes),
    };
    this.#basis = memory.allocate(this.#stride * rowBytes);
    this.#diagonal = memory.allocate(rowBytes);
    this.#grams = memory.allocate(gramParts * this.#stride * rowBytes);
    this.#eigen = new EigenKernels(this.#pool, problem.dimensions);
    const scratch = scratchBytes(this.#stride, problem.directLimit);
    this.#scratch = Array.from({ length: threads }, () => memory.allocate(scratch));
    this.#slots = Array.from({ length: this.#pool.slots }, () => this.#allocateSlot());
  }

  load(side: Side, factors: Float32Array): void {
    storeRows(this.#pool.memory, this.#factors[side], factors, this.#problem.dimensions);
  }

  factors(side: Side): Float32Array {
    const { rows } = this.#problem[side];
    return loadRows(this.#pool.memory, this.#factors[side], rows, this.#problem.dimensions);
  }

  async gram(side: Side, signal?: AbortSignal): Promise<Float64Array> {
    const { rows } = this.#problem[side];
    const tasks = Math.min(gramParts, Math.ceil(rows / 64));
    const bytes = 4 * this.#stride * this.#stride;
    await this.#pool.run({
      module: 'als',
      name: 'gramRows',
      tasks,
      args: (task) => [
        this.#factors[side],
        Math.floor((rows * task) / tasks),
        Math.floor((rows * (task + 1)) / tasks),
        this.#stride,
        this.#grams + task * bytes,
      ],
      signal,
    });
    return this.#sumGrams(tasks);
  }

  eigenbasis(gram: Float64Array, signal?: AbortSignal): Promise<Eigenbasis> {
    return this.#eigen.decompose(gram, signal);
  }

  async rotate(side: Side, basis: Float32Array, signal?: AbortSignal): Promise<void> {
    this.#storeBasis(basis);
    const { rows } = this.#problem[side];
    await this.#pool.run({
      module: 'als',
      name: 'rotateRows',
      tasks: Math.ceil(rows / rowsOfTask),
      args: (task, _slot, thread) => [
        this.#scratch[thread]!,
        this.#factors[side],
        task * rowsOfTask,
        Math.min((task + 1) * rowsOfTask, rows),
        this.#basis,
        this.#stride,
      ],
      signal,
    });
  }

  async solve(side: Side, options: SolveOptions): Promise<SolveResult> {
    this.#storeBasis(options.basis);
    this.#pool.memory.f32(this.#diagonal, this.#stride).fill(0).set(options.diagonal);
    const blocks = this.#blocks[side];
    const mark = this.#pool.memory.mark();
    const sums = this.#pool.memory.allocate(16 * blocks.length);
    await this.#pool.run({
      module: 'als',
      name: 'solveRows',
      tasks: blocks.length,
      args: (task, slot, thread) =>
        this.#solveArguments(
          side,
          options,
          blocks[task]!,
          this.#slots[slot]!,
          thread,
          sums + 16 * task,
        ),
      signal: options.signal,
    });
    const view = this.#pool.memory.f64(sums, 2 * blocks.length);
    let objective = 0;
    let penalty = 0;
    for (let block = 0; block < blocks.length; block++) {
      objective += view[2 * block]!;
      penalty += view[2 * block + 1]!;
    }
    this.#pool.memory.release(mark);
    return { objective, penalty };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #solveArguments(
    side: Side,
    options: SolveOptions,
    block: RowBlock,
    slot: StagedPairs,
    thread: number,
    out: number,
  ): number[] {
    slot.fill(this.#problem[side], options.regularisation, block.from, block.to);
    return [
      this.#scratch[thread]!,
      slot.indptr,
      slot.indices,
      slot.values,
      slot.regularisation,
      block.to - block.from,
      this.#factors[side] + 4 * block.from * this.#stride,
      this.#factors[otherSide(side)],
      this.#diagonal,
      options.perPair,
      this.#basis,
      this.#stride,
      options.steps,
      0,
      this.#problem.directLimit,
      out,
    ];
  }

  #allocateSlot(): StagedPairs {
    const blocks = [...this.#blocks.users, ...this.#blocks.items];
    const rows = blocks.reduce((most, { from, to }) => Math.max(most, to - from), 0);
    const pairs = blocks.reduce((most, block) => Math.max(most, block.pairs), 0);
    return new StagedPairs(this.#pool.memory, rows, pairs);
  }

  /** Panels of 8 columns, each with one row of 8 values a dimension; padding is zero. */
  #storeBasis(basis: Float32Array): void {
    const { dimensions } = this.#problem;
    const panels = this.#pool.memory.f32(this.#basis, this.#stride * this.#stride).fill(0);
    for (let row = 0; row < dimensions; row++) {
      for (let column = 0; column < dimensions; column++) {
        const panel = Math.floor(column / 8) * 8 * this.#stride;
        panels[panel + row * 8 + (column % 8)] = basis[row * dimensions + column]!;
      }
    }
  }

  /** Sums the partial matrices in their order and mirrors the upper half. */
  #sumGrams(parts: number): Float64Array {
    const { dimensions } = this.#problem;
    const size = this.#stride * this.#stride;
    const partial = this.#pool.memory.f32(this.#grams, parts * size);
    const gram = new Float64Array(dimensions * dimensions);
    for (let part = 0; part < parts; part++) {
      for (let i = 0; i < dimensions; i++) {
        for (let j = i; j < dimensions; j++) {
          gram[i * dimensions + j]! += partial[part * size + i * this.#stride + j]!;
        }
      }
    }
    for (let i = 0; i < dimensions; i++) {
      for (let j = 0; j < i; j++) gram[i * dimensions + j] = gram[j * dimensions + i]!;
    }
    return gram;
  }
}
