import { Worker } from 'node:worker_threads';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { RankingOptions } from '../../models/evaluation/recommend-all.ts';
import type { Model, ModelKind, Tensor } from '../../models/recommenders/model.ts';

/** What a thread is started with; the arrays are shared, not copied. */
export interface UserJob {
  /**
   * Each user's best items by the first model, by it and each of its components, or each user's
   * candidates from all models.
   */
  readonly task: 'rank' | 'parts' | 'candidates';
  readonly models: readonly {
    readonly kind: ModelKind;
    readonly tensors: Readonly<Record<string, Tensor>>;
  }[];
  readonly train: SparseMatrix;
  readonly limit: number;
}

/** Users that a thread has at a time: two blocks of what is scored together. */
const usersOfBlock = 128;
/** Below this, starting threads takes longer than they save. */
const usersPerThread = 512;

/**
 * How many threads are worth starting; fewer than 2: work on the calling thread. Started from source
 * (under a test runner that knows TypeScript, and Node's workers do not) there are none.
 */
export function userThreads(users: Uint32Array, { threads = 1 }: RankingOptions): number {
  if (import.meta.url.endsWith('.ts')) return 1;
  return Math.min(threads, Math.floor(users.length / usersPerThread));
}

/**
 * Does a task for many users over threads that each have the models. `A` is what the task answers.
 *
 * @param use gets the answer for `users[from] …` of each block, in any order
 * @throws what a thread throws, or the signal's reason when it is aborted
 */
export async function forUsersInThreads<A>(
  { models, ...job }: Omit<UserJob, 'models' | 'limit'> & { readonly models: readonly Model[] },
  users: Uint32Array,
  options: RankingOptions,
  use: (answer: A, from: number) => void,
): Promise<void> {
  options.signal?.throwIfAborted();
  const worker = new URL('./user-worker.js', import.meta.url);
  const workerData: UserJob = {
    ...job,
    limit: options.limit,
    train: sharedMatrix(job.train),
    models: models.map((model) => ({ kind: model.kind, tensors: sharedTensors(model) })),
  };
  const threads = userThreads(users, options);
  const pool = Array.from({ length: threads }, () => new Worker(worker, { workerData }));
  try {
    await runBlocks(pool, users, options, use);
  } finally {
    await Promise.all(pool.map((thread) => thread.terminate()));
  }
}

function runBlocks<A>(
  pool: readonly Worker[],
  users: Uint32Array,
  { onProgress, signal }: RankingOptions,
  use: (answer: A, from: number) => void,
): Promise<void> {
  const { promise, resolve, reject } = deferred<void>();
  let next = 0;
  let done = 0;
  const sendBlock = (thread: Worker) => {
    const from = next;
    if (from >= users.length) return;
    next = Math.min(from + usersOfBlock, users.length);
    const block = users.slice(from, next);
    thread.once('message', (answer: A) => {
      use(answer, from);
      done += block.length;
      onProgress?.({ done, total: users.length });
      if (done === users.length) resolve();
      else sendBlock(thread);
    });
    thread.postMessage(block);
  };
  for (const thread of pool) {
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a thread for users ended with ${code}`)));
    sendBlock(thread);
  }
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal?.removeEventListener('abort', stop));
}

function sharedTensors(model: Model): Record<string, Tensor> {
  const entries = Object.entries(model.toTensors()).map(([name, { shape, data }]) => {
    return [name, { shape, data: shared(data) }] as const;
  });
  return Object.fromEntries(entries);
}

function sharedMatrix({ indptr, indices, values, ...size }: SparseMatrix): SparseMatrix {
  return {
    ...size,
    indptr: shared(indptr),
    indices: shared(indices),
    values: shared(values),
  };
}

/** The array in memory that threads share; a copy unless it is there already. */
function shared<A extends Float32Array | Uint32Array | Uint8Array>(array: A): A {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const type = array.constructor as new (buffer: SharedArrayBuffer) => A;
  const copy = new type(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
