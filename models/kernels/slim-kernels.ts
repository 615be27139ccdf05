import type { PairRows } from './als-backend.ts';
import { slimWasm } from './generated/slim-wasm.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { KernelPool } from './kernel-pool.ts';
import {
  diagonalOf,
  inverseNormsOf,
  productsOfUser,
  type SlimOptions,
  type SlimProblem,
  type SlimSolver,
  type SlimWeights,
} from './slim-backend.ts';

/** Items of a task. The most popular ones, which take longest, are started first. */
const itemsOfTask = 16;
/** Most conjugate gradient steps; on gowalla it takes 6 to 8. */
const steps = 100;
/** As in the kernel. */
const cosineClasses = 2048;
/** Fall of the residual: single precision gives little more. */
const tolerance = 1e-6;

/** `SlimSolver` as a WebAssembly SIMD kernel over threads, which do not change the result. */
export function slimKernels(threads: number): SlimSolver {
  return async (problem, options) => {
    const pool = new KernelPool({ threads, kernels: { slim: slimWasm } });
    try {
      return await new SlimRun(problem, pool).solve(options);
    } finally {
      await pool.close();
    }
  };
}

/** A problem in the memory of a pool, laid out as `Problem` and `Scratch` of the kernel. */
class SlimRun {
  readonly #problem: SlimProblem;
  readonly #pool: KernelPool;
  readonly #address: number;
  readonly #scratch: number[];
  readonly #out: { readonly items: number; readonly values: number; readonly counts: number };

  /** @throws KernelMemoryError when the problem does not fit 4 GiB */
  constructor(problem: SlimProblem, pool: KernelPool) {
    this.#problem = problem;
    this.#pool = pool;
    const { memory } = pool;
    const { items, users, neighbours, kept } = problem;
    const size = items.rows * neighbours;
    this.#out = {
      items: memory.allocate(4 * size),
      values: memory.allocate(4 * size),
      counts: memory.allocate(4 * items.rows),
    };
    const diagonal = diagonalOf(items);
    this.#address = storeRecord(memory, [
      items.rows,
      neighbours,
      kept,
      steps,
      ...storePairs(memory, items),
      ...storePairs(memory, users),
      storeFloats(memory, diagonal),
      storeFloats(memory, inverseNormsOf(diagonal)),
      memory.allocate(4 * items.rows * kept),
      memory.allocate(4 * items.rows * kept),
      memory.allocate(4 * items.rows),
      this.#out.items,
      this.#out.values,
      this.#out.counts,
      storeFloats(memory, Float32Array.of(problem.regularisation, tolerance)),
      productsOfUser,
    ]);
    this.#scratch = Array.from({ length: pool.threads }, () => this.#allocateScratch());
  }

  async solve({ onProgress, signal }: SlimOptions): Promise<SlimWeights> {
    const { rows } = this.#problem.items;
    for (const [at, name] of ['gramRows', 'solveTargets'].entries()) {
      await this.#pool.run({
        module: 'slim',
        name,
        tasks: Math.ceil(rows / itemsOfTask),
        args: (task, _slot, thread) => {
          const from = task * itemsOfTask;
          onProgress?.({ done: at * rows + from, total: 2 * rows });
          const to = Math.min(from + itemsOfTask, rows);
          return [this.#address, this.#scratch[thread]!, from, to];
        },
        signal,
      });
    }
    onProgress?.({ done: 2 * rows, total: 2 * rows });
    return this.#result();
  }

  #result(): SlimWeights {
    const { memory } = this.#pool;
    const { neighbours, items } = this.#problem;
    const size = items.rows * neighbours;
    return {
      neighbours,
      counts: memory.u32(this.#out.counts, items.rows).slice(),
      items: memory.u32(this.#out.items, size).slice(),
      values: memory.f32(this.#out.values, size).slice(),
    };
  }

  #allocateScratch(): number {
    const { memory } = this.#pool;
    const { items, users, neighbours, kept } = this.#problem;
    const entries = Math.ceil((neighbours * kept) / productsOfUser);
    const stride = Math.ceil(neighbours / 4) * 4;
    const places = memory.allocate(2 * items.rows);
    memory.u16(places, items.rows).fill(stride);
    return storeRecord(memory, [
      allocateCleared(memory, 4 * items.rows),
      // One more: the kernel writes before it knows whether it counts.
      memory.allocate(4 * (items.rows + 1)),
      memory.allocate(4 * items.rows),
      memory.allocate(4 * cosineClasses),
      memory.allocate(4 * kept),
      memory.allocate(4 * kept),
      allocateCleared(memory, 16 * Math.ceil(items.rows / 128)),
      places,
      allocateCleared(memory, 8 * users.rows),
      memory.allocate(4 * (Math.min(users.rows, entries) + 1)),
      memory.allocate(8 * entries),
      // Whole tiles of 4 × 4 are made.
      memory.allocate(4 * stride * (stride + 4)),
      memory.allocate(5 * 4 * (stride + 4)),
    ]);
  }
}

function storeRecord(memory: KernelMemory, fields: readonly number[]): number {
  return storeWords(memory, Uint32Array.from(fields));
}

function storePairs(memory: KernelMemory, { indptr, indices, values }: PairRows): number[] {
  return [storeWords(memory, indptr), storeWords(memory, indices), storeFloats(memory, values)];
}

function storeWords(memory: KernelMemory, words: Uint32Array): number {
  const address = memory.allocate(words.byteLength);
  memory.u32(address, words.length).set(words);
  return address;
}

function storeFloats(memory: KernelMemory, floats: Float32Array): number {
  const address = memory.allocate(floats.byteLength);
  memory.f32(address, floats.length).set(floats);
  return address;
}

function allocateCleared(memory: KernelMemory, bytes: number): number {
  const address = memory.allocate(bytes);
  memory.u32(address, bytes / 4).fill(0);
  return address;
}
