import type { PairRows } from './als-backend.ts';
import { slimWasm } from './generated/slim-wasm.ts';
import type { KernelMemory } from './kernel-memory.ts';
import { KernelPool } from './kernel-pool.ts';
import {
  diagonalOf,
  inverseNormsOf,
  type SlimOptions,
  type SlimProblem,
  type SlimSolver,
  type SlimWeights,
} from './slim-backend.ts';

/** Targets of a task. The most popular ones, which take longest, are started first. */
const targetsOfTask = 16;
/** Rows of the head's Gram matrix that a task makes. */
const headRowsOfTask = 8;
/** The head's Gram matrix is dense: 64 MB at this size. */
const largestHead = 4096;
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
  readonly #head: number;
  readonly #address: number;
  readonly #scratch: number[];
  readonly #out: { readonly items: number; readonly values: number; readonly counts: number };

  /** @throws KernelMemoryError when the problem does not fit 4 GiB */
  constructor(problem: SlimProblem, pool: KernelPool) {
    this.#problem = problem;
    this.#pool = pool;
    const { memory } = pool;
    const { items, users, neighbours } = problem;
    this.#head = headOf(problem);
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
      this.#head,
      steps,
      ...storePairs(memory, items),
      ...storePairs(memory, users),
      storeFloats(memory, diagonal),
      storeFloats(memory, inverseNormsOf(diagonal)),
      memory.allocate(4 * this.#head ** 2),
      this.#out.items,
      this.#out.values,
      this.#out.counts,
      storeFloats(memory, Float32Array.of(problem.regularisation, tolerance)),
    ]);
    this.#scratch = Array.from({ length: pool.threads }, () => this.#allocateScratch());
  }

  async solve({ onProgress, signal }: SlimOptions): Promise<SlimWeights> {
    const { rows } = this.#problem.items;
    await this.#pool.run({
      module: 'slim',
      name: 'headRows',
      tasks: Math.ceil(this.#head / headRowsOfTask),
      args: (task) => [this.#address, ...rangeOf(task, headRowsOfTask, this.#head)],
      signal,
    });
    await this.#pool.run({
      module: 'slim',
      name: 'solveTargets',
      tasks: Math.ceil(rows / targetsOfTask),
      args: (task, _slot, thread) => {
        const [from, to] = rangeOf(task, targetsOfTask, rows);
        onProgress?.(from);
        return [this.#address, this.#scratch[thread]!, from, to];
      },
      signal,
    });
    onProgress?.(rows);
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
    const { items, users, neighbours } = this.#problem;
    const stride = Math.ceil(neighbours / 4) * 4;
    return storeRecord(memory, [
      allocateCleared(memory, 4 * items.rows),
      // One more: the kernel writes before it knows whether it counts.
      memory.allocate(4 * (items.rows + 1)),
      allocateCleared(memory, 8 * users.rows),
      memory.allocate(4 * (users.rows + 1)),
      memory.allocate(8 * mostEntries(items, this.#head, neighbours)),
      allocateCleared(memory, 4 * this.#head),
      memory.allocate(4 * (items.rows + 1)),
      memory.allocate(4 * cosineClasses),
      memory.allocate(4 * neighbours),
      allocateCleared(memory, 16 * Math.ceil(items.rows / 128)),
      memory.allocate(4 * stride * stride),
      memory.allocate(5 * 4 * stride),
    ]);
  }
}

/** How many items, which are in order of their users, are the head. */
function headOf({ items, headDegree }: SlimProblem): number {
  let head = 0;
  while (head < Math.min(items.rows, largestHead) && degreeOf(items, head) >= headDegree) head++;
  return head;
}

/** The most entries that K items past the head have: those of the first K. */
function mostEntries(items: PairRows, head: number, neighbours: number): number {
  const end = Math.min(head + neighbours, items.rows);
  return items.indptr[end]! - items.indptr[head]!;
}

function degreeOf({ indptr }: PairRows, row: number): number {
  return indptr[row + 1]! - indptr[row]!;
}

function rangeOf(task: number, size: number, total: number): [from: number, to: number] {
  return [task * size, Math.min((task + 1) * size, total)];
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
