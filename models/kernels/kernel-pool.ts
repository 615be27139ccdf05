import { Worker } from 'node:worker_threads';
import { KernelMemory } from './kernel-memory.ts';
import { compileKernel } from './kernel-module.ts';
import { kernelWorkerSource } from './kernel-worker.ts';

/** Tasks that a thread has at a time, so that it need not wait for the next one to arrive. */
const depth = 2;

/** A kernel function that failed, or a thread that ended. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

export interface KernelRun {
  readonly module: string;
  readonly name: string;
  /** Tasks are numbered `0 … tasks - 1` and start in this order, on whichever thread is free. */
  readonly tasks: number;
  /**
   * The arguments of a task, asked for just before it is sent. `slot` in `0 … pool.slots - 1` is
   * the task's alone until it is done: what it stages in memory goes into a region of that slot.
   * `thread` in `0 … pool.threads - 1` has one task under way at a time: scratch memory is its.
   */
  args(task: number, slot: number, thread: number): number[];
  /** Checked before every task; an aborted run rejects with its reason when all threads rest. */
  readonly signal?: AbortSignal | undefined;
}

interface Reply {
  readonly task: number;
  readonly result?: number;
  readonly error?: string;
}

interface Thread {
  readonly worker: Worker;
  /** The slots of this thread that no task holds. */
  readonly freeSlots: number[];
  readonly slotOfTask: Map<number, number>;
}

interface CurrentRun {
  readonly run: KernelRun;
  readonly results: Float64Array;
  readonly settle: () => void;
  next: number;
  running: number;
  failure?: unknown;
}

/**
 * Threads that run the functions of WebAssembly kernels over one shared memory.
 *
 * One run at a time. What a run computes must not depend on which thread does which task; then it
 * does not depend on how many threads there are either.
 *
 * @example
 * const pool = new KernelPool({ threads: 2, kernels: { dot: dotWasm } });
 * try {
 *   await pool.run({ module: 'dot', name: 'dotRows', tasks: 8, args: (task) => [ … ] });
 * } finally {
 *   await pool.close();
 * }
 */
export class KernelPool {
  readonly memory = new KernelMemory();
  readonly #threads: Thread[] = [];
  #current: CurrentRun | undefined;
  #broken: KernelError | undefined;
  #closed = false;

  /** @param options.kernels base64 of each module, by the name that `run` calls it */
  constructor(options: { threads: number; kernels: Record<string, string> }) {
    if (!Number.isInteger(options.threads) || options.threads < 1) {
      throw new RangeError(`threads: expected a whole number from 1, got ${options.threads}`);
    }
    const modules: Record<string, WebAssembly.Module> = {};
    for (const [name, base64] of Object.entries(options.kernels)) {
      modules[name] = compileKernel(base64);
    }
    for (let thread = 0; thread < options.threads; thread++) {
      this.#threads.push(this.#start(thread, modules));
    }
  }

  get threads(): number {
    return this.#threads.length;
  }

  /** How many tasks can be under way or waiting on a thread at once. */
  get slots(): number {
    return this.threads * depth;
  }

  /**
   * Runs all tasks and waits for them.
   *
   * @returns what the function returned, by task (0 for nothing)
   * @throws KernelError when a task traps or a thread ends; the signal's reason when aborted
   */
  async run(run: KernelRun): Promise<Float64Array> {
    this.#assertIdle();
    run.signal?.throwIfAborted();
    const results = new Float64Array(run.tasks);
    if (run.tasks === 0) return results;
    for (const { worker } of this.#threads) worker.ref();
    const current = await new Promise<CurrentRun>((resolve) => {
      const started: CurrentRun = {
        run,
        results,
        next: 0,
        running: 0,
        settle: () => resolve(started),
      };
      this.#current = started;
      this.#dispatch();
    });
    for (const { worker } of this.#threads) worker.unref();
    if (current.failure !== undefined) throw current.failure;
    return results;
  }

  /** Ends the threads. A run under way rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #assertIdle(): void {
    if (this.#broken) throw this.#broken;
    if (this.#closed) throw new KernelError('the kernel pool is closed');
    if (this.#current) throw new KernelError('the kernel pool has a run under way');
  }

  #start(index: number, modules: Record<string, WebAssembly.Module>): Thread {
    const worker = new Worker(kernelWorkerSource, {
      eval: true,
      execArgv: [],
      workerData: { modules, memory: this.memory.memory },
    });
    worker.unref();
    const thread: Thread = {
      worker,
      freeSlots: Array.from({ length: depth }, (_, slot) => index * depth + slot),
      slotOfTask: new Map(),
    };
    worker.on('message', (reply: Reply) => this.#receive(index, reply));
    worker.on('error', (error) => this.#break(index, error.message, error));
    worker.on('exit', () => this.#break(index, this.#closed ? 'the pool was closed' : 'it ended'));
    return thread;
  }

  /** Gives every free slot its next task, one slot of each thread at a time; settles at the end. */
  #dispatch(): void {
    const current = this.#current;
    if (!current) return;
    for (let round = 0; round < depth; round++) {
      for (const [index, thread] of this.#threads.entries()) {
        if (thread.freeSlots.length >= depth - round) this.#send(current, index, thread);
      }
    }
    if (current.running === 0) {
      this.#current = undefined;
      current.settle();
    }
  }

  #send(current: CurrentRun, index: number, thread: Thread): void {
    const { run } = current;
    if (current.failure !== undefined || current.next >= run.tasks) return;
    if (run.signal?.aborted) {
      current.failure = run.signal.reason;
      return;
    }
    const slot = thread.freeSlots.pop();
    if (slot === undefined) return;
    const task = current.next++;
    try {
      const args = run.args(task, slot, index);
      thread.worker.postMessage({ task, module: run.module, name: run.name, args });
      thread.slotOfTask.set(task, slot);
      current.running++;
    } catch (error) {
      thread.freeSlots.push(slot);
      current.failure = error;
    }
  }

  #receive(index: number, reply: Reply): void {
    const current = this.#current;
    const thread = this.#threads[index];
    const slot = thread?.slotOfTask.get(reply.task);
    if (!current || !thread || slot === undefined) return;
    thread.slotOfTask.delete(reply.task);
    thread.freeSlots.push(slot);
    current.running--;
    if (reply.error !== undefined) {
      const { module, name } = current.run;
      current.failure ??= new KernelError(
        `kernel ${module}.${name}, task ${reply.task}, thread ${index}: ${reply.error}`,
      );
    } else {
      current.results[reply.task] = reply.result ?? 0;
    }
    this.#dispatch();
  }

  #break(index: number, reason: string, cause?: unknown): void {
    this.#broken ??= new KernelError(`kernel thread ${index} failed: ${reason}`, { cause });
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    current.failure ??= this.#broken;
    current.settle();
  }
}
