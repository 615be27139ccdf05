import type { SparseMatrix } from '../dataset/sparse-matrix.ts';
import { scratchBytes } from '../kernels/als-kernels.ts';
import { recommendWasm } from '../kernels/generated/recommend-wasm.ts';
import { KernelPool } from '../kernels/kernel-pool.ts';
import { storeRows, strideOf } from '../kernels/padded-rows.ts';
import { StagedPairs } from '../kernels/staged-pairs.ts';
import { checkInteractions } from './als-check.ts';
import {
  type AlsModel,
  foldInDirectLimit,
  foldInSteps,
  foldInTolerance,
  historyRegularisation,
  perPairOf,
} from './als-model.ts';

/** Histories of a task. Even: the kernel scores two at a time. */
const historiesOfTask = 64;
/** Histories whose lists are in kernel memory at a time. */
const historiesOfRun = 64 * 1024;
/** Bytes of item factors that stay in the first-level cache. */
const tileBytes = 32 * 1024;

export interface RecommendOptions {
  readonly limit: number;
  /** Leaves the items of a history out of its list. */
  readonly excludeHistory: boolean;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/** Lists of `limit` items a history, row-major, best first. */
export interface Recommendations {
  /** `noItem` where a list has fewer. */
  readonly items: Uint32Array;
  /** −∞ where a list has fewer. */
  readonly scores: Float32Array;
}

/** Where the kernel finds a block of histories and leaves their lists. */
interface Slot {
  readonly pairs: StagedPairs;
  readonly vectors: number;
  readonly tile: number;
  readonly sums: number;
}

/**
 * The best items of many histories, over threads: the same lists and scores as `model.score` and
 * `TopItems` give one by one, whatever the number of threads.
 *
 * @param histories rows are users, columns the model's items
 * @throws RangeError for a limit below 1, or histories that are malformed or of other items
 */
export async function recommendMany(
  model: AlsModel,
  histories: SparseMatrix,
  options: RecommendOptions,
): Promise<Recommendations> {
  const { limit, threads, signal } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limit ${limit} is not ≥ 1`);
  checkInteractions(histories);
  if (histories.columns !== model.itemCount) {
    throw new RangeError(
      `histories of ${histories.columns} items; the model has ${model.itemCount}`,
    );
  }
  const items = new Uint32Array(histories.rows * limit);
  const scores = new Float32Array(histories.rows * limit);
  const pool = new KernelPool({ threads, kernels: { recommend: recommendWasm } });
  try {
    const batch = new Batch(pool, model, histories, options);
    for (let from = 0; from < histories.rows; from += historiesOfRun) {
      const lists = await batch.run(from, Math.min(from + historiesOfRun, histories.rows), signal);
      items.set(lists.items, from * limit);
      scores.set(lists.scores, from * limit);
    }
  } finally {
    await pool.close();
  }
  return { items, scores };
}

class Batch {
  readonly #pool: KernelPool;
  readonly #model: AlsModel;
  readonly #histories: SparseMatrix;
  readonly #options: RecommendOptions;
  readonly #stride: number;
  readonly #tileItems: number;
  readonly #factors: number;
  readonly #diagonal: number;
  readonly #outItems: number;
  readonly #outScores: number;
  readonly #scratch: number[];
  readonly #slots: Slot[];
  /** λ of every history. */
  readonly #regularisation: Float32Array;

  constructor(
    pool: KernelPool,
    model: AlsModel,
    histories: SparseMatrix,
    options: RecommendOptions,
  ) {
    this.#pool = pool;
    this.#model = model;
    this.#histories = histories;
    this.#options = options;
    this.#stride = strideOf(model.dimensions);
    this.#tileItems = Math.max(4, Math.floor(tileBytes / (16 * this.#stride)) * 4);
    const { memory } = pool;
    const rowBytes = 4 * this.#stride;
    this.#factors = memory.allocate((model.itemCount + 3) * rowBytes);
    this.#diagonal = memory.allocate(rowBytes);
    const listBytes = 4 * options.limit * Math.min(histories.rows, historiesOfRun);
    this.#outItems = memory.allocate(listBytes);
    this.#outScores = memory.allocate(listBytes);
    const scratch = scratchBytes(this.#stride, foldInDirectLimit);
    this.#scratch = Array.from({ length: pool.threads }, () => memory.allocate(scratch));
    this.#regularisation = Float32Array.from({ length: histories.rows }, (_, row) => {
      const pairs = histories.indptr[row + 1]! - histories.indptr[row]!;
      return historyRegularisation(model.parameters, pairs);
    });
    const most = mostPairs(histories);
    this.#slots = Array.from({ length: pool.slots }, () => this.#allocateSlot(most));
    const { itemFactors, eigenvalues, unobservedWeight } = model.parameters;
    storeRows(memory, this.#factors, itemFactors, model.dimensions);
    const diagonal = memory.f32(this.#diagonal, model.dimensions);
    diagonal.set(eigenvalues.map((value) => value * unobservedWeight));
  }

  /** The lists of histories `from … to - 1`, as views that the next run overwrites. */
  async run(from: number, to: number, signal?: AbortSignal): Promise<Recommendations> {
    await this.#pool.run({
      module: 'recommend',
      name: 'recommendRows',
      tasks: Math.ceil((to - from) / historiesOfTask),
      args: (task, slot, thread) => {
        const first = from + task * historiesOfTask;
        const last = Math.min(first + historiesOfTask, to);
        return this.#arguments(first, last, first - from, this.#slots[slot]!, thread);
      },
      signal,
    });
    const length = (to - from) * this.#options.limit;
    const { memory } = this.#pool;
    return {
      items: memory.u32(this.#outItems, length),
      scores: memory.f32(this.#outScores, length),
    };
  }

  #arguments(from: number, to: number, row: number, slot: Slot, thread: number): number[] {
    const { pairs } = slot;
    pairs.fill(this.#histories, this.#regularisation, from, to);
    const { limit, excludeHistory } = this.#options;
    return [
      this.#scratch[thread]!,
      pairs.indptr,
      pairs.indices,
      pairs.values,
      pairs.regularisation,
      to - from,
      slot.vectors,
      this.#factors,
      this.#diagonal,
      perPairOf(this.#model.parameters),
      this.#stride,
      foldInSteps,
      foldInTolerance,
      foldInDirectLimit,
      slot.sums,
      this.#model.itemCount,
      excludeHistory ? 1 : 0,
      limit,
      slot.tile,
      this.#tileItems,
      this.#outItems + 4 * row * limit,
      this.#outScores + 4 * row * limit,
    ];
  }

  #allocateSlot(pairs: number): Slot {
    const { memory } = this.#pool;
    return {
      pairs: new StagedPairs(memory, historiesOfTask, pairs),
      vectors: memory.allocate(4 * historiesOfTask * this.#stride),
      tile: memory.allocate(4 * historiesOfTask * this.#tileItems),
      sums: memory.allocate(16),
    };
  }
}

/** Pairs of the largest task. */
function mostPairs({ rows, indptr }: SparseMatrix): number {
  let most = 0;
  for (let from = 0; from < rows; from += historiesOfTask) {
    const to = Math.min(from + historiesOfTask, rows);
    most = Math.max(most, indptr[to]! - indptr[from]!);
  }
  return most;
}
