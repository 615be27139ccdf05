import { Worker } from 'node:worker_threads';
import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import type { Recommendations } from '../../models/evaluation/ranking-metrics.ts';
import { type RankingOptions, recommendAll } from '../../models/evaluation/recommend-all.ts';
import type { Model, ModelKind, Tensor } from '../../models/recommenders/model.ts';

/** What a ranking thread is started with; the arrays are shared, not copied. */
export interface RankingJob {
  readonly kind: ModelKind;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly train: SparseMatrix;
  readonly limit: number;
}

/** Users that a thread ranks for between two messages. */
const usersOfBlock = 128;
/** Below this, starting threads takes longer than they save. */
const usersPerThread = 512;

/**
 * @see recommendAll: the same lists, over `options.threads` threads that each have the model.
 * ALS has threads of its own. Started from source (under a test runner that knows TypeScript, and
 * Node's workers do not) it ranks on the calling thread.
 */
export async function rankInThreads(
  model: Model,
  train: SparseMatrix,
  users: Uint32Array,
  options: RankingOptions,
): Promise<Recommendations> {
  const worker = new URL('./ranking-worker.js', import.meta.url);
  const threads = Math.min(options.threads ?? 1, Math.floor(users.length / usersPerThread));
  if (threads < 2 || model.kind === 'als' || import.meta.url.endsWith('.ts')) {
    return recommendAll(model, train, users, options);
  }
  options.signal?.throwIfAborted();
  const { limit } = options;
  const workerData = sharedJob({ kind: model.kind, tensors: model.toTensors(), train, limit });
  const pool = Array.from({ length: threads }, () => new Worker(worker, { workerData }));
  try {
    return await rankBlocks(pool, users, options);
  } finally {
    await Promise.all(pool.map((thread) => thread.terminate()));
  }
}

function rankBlocks(
  pool: readonly Worker[],
  users: Uint32Array,
  { limit, onProgress, signal }: RankingOptions,
): Promise<Recommendations> {
  const items = new Uint32Array(users.length * limit);
  const { promise, resolve, reject } = deferred<Recommendations>();
  let next = 0;
  let done = 0;
  const sendBlock = (thread: Worker) => {
    const from = next;
    if (from >= users.length) return;
    next = Math.min(from + usersOfBlock, users.length);
    thread.once('message', (lists: Uint32Array) => {
      items.set(lists, from * limit);
      done += lists.length / limit;
      onProgress?.({ done, total: users.length });
      if (done === users.length) resolve({ limit, items });
      else sendBlock(thread);
    });
    thread.postMessage(users.slice(from, next));
  };
  for (const thread of pool) {
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a ranking thread ended with ${code}`)));
    sendBlock(thread);
  }
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  return promise.finally(() => signal?.removeEventListener('abort', stop));
}

function sharedJob({ tensors, train, ...rest }: RankingJob): RankingJob {
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    return [name, { shape, data: shared(data) }] as const;
  });
  return {
    ...rest,
    tensors: Object.fromEntries(entries),
    train: {
      ...train,
      indptr: shared(train.indptr),
      indices: shared(train.indices),
      values: shared(train.values),
    },
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
