import { Worker } from 'node:worker_threads';
import type { FactorRows } from '../../models/recommenders/factor-rows.ts';
import type { Nearest } from '../../models/retrieval/candidate-retriever.ts';
import { type IndexSettings, indexDimensions } from './index-settings.ts';
import { indexWorkerSource } from './index-worker.ts';
import type { VectorLibrary } from './vector-library.ts';

function configOf({ MetricKind, ScalarKind }: VectorLibrary, rows: FactorRows, of: IndexSettings) {
  return {
    dimensions: indexDimensions(rows.dimensions),
    metric: MetricKind.Cos,
    // Half the memory, and no recall is lost: candidates are scored from the factors.
    quantization: ScalarKind.F16,
    connectivity: of.connectivity,
    expansion_add: of.expansionAdd,
    // A search is as broad as it is asked for items.
    expansion_search: 16,
    multi: false,
  };
}

/**
 * Builds an index in a thread of its own and writes it to a file.
 *
 * @throws the signal's reason when it is aborted; what was written stays
 */
export async function buildIndex(
  library: VectorLibrary,
  rows: FactorRows,
  settings: IndexSettings,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const { count, stride, dimensions } = rows;
  const worker = new Worker(indexWorkerSource, {
    eval: true,
    execArgv: [],
    workerData: {
      library: library.path,
      rows: rows.shared,
      count,
      stride,
      dimensions,
      config: configOf(library, rows, settings),
      file,
    },
  });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', (code) => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (code === 0) resolve();
        else reject(new Error(`the thread that builds an index ended with ${code}`));
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Opens a file that `buildIndex` has written; nothing else may be given to the native code.
 *
 * @throws Error when it is of other items
 */
export function openIndex(
  library: VectorLibrary,
  rows: FactorRows,
  settings: IndexSettings,
  file: string,
): Nearest {
  const config = configOf(library, rows, settings);
  const index = new library.Index(config);
  index.load(file);
  if (index.size() !== rows.count || index.dimensions() !== config.dimensions) {
    throw new Error(`an index of ${index.size()} items × ${index.dimensions()} in ${file}`);
  }
  const query = new Float32Array(config.dimensions);
  return (vector, count) => {
    query.set(vector);
    const { keys } = index.search(query, Math.min(count, rows.count), 1);
    return Uint32Array.from(keys, Number);
  };
}
