import type { Logger } from 'pino';
import type { FactorRows } from '../../models/recommenders/factor-rows.ts';
import {
  CandidateRetriever,
  indexedRows,
  type Nearest,
} from '../../models/retrieval/candidate-retriever.ts';
import type { Retriever } from '../../models/retrieval/retriever.ts';
import type { Metrics } from '../http/metrics.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import { CalibratedRetriever } from './calibrated-retriever.ts';
import type { IndexFiles } from './index-files.ts';
import { type IndexSettings, indexSettings } from './index-settings.ts';
import { buildIndex, openIndex } from './vector-index.ts';
import type { VectorLibrary } from './vector-library.ts';

export interface RetrievalOptions {
  readonly files: IndexFiles;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'indexedItems'>;
  /** @throws where it is not installed */
  readonly library: () => VectorLibrary;
  /** Below so many items the exact scan answers. */
  readonly fewestItems?: number;
  readonly settings?: IndexSettings;
  /** Milliseconds from any time on. */
  readonly clock?: () => number;
}

/** From about here on an index that finds enough is faster than the exact scan: bench/README.md. */
const usualFewest = 500_000;

/** What is made for the model that answers. */
interface Prepared {
  readonly serving: ServingModel;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  retriever: Retriever | undefined;
}

/**
 * Gives each model what finds a query's best items in its whole catalogue: an exact scan, and for a
 * large catalogue an index as soon as there is one. It is built in a thread when the model is first
 * asked for, kept on disk for the next start, and compared with the exact scan on the first queries
 * (`CalibratedRetriever`). The exact scan answers meanwhile, and for good where the native library is
 * not installed, fails, or finds too little.
 */
export class RetrievalService {
  readonly #options: RetrievalOptions;
  #prepared: Prepared | undefined;
  #isMissingSaid = false;

  constructor(options: RetrievalOptions) {
    this.#options = options;
  }

  /** What answers for this model now. */
  of(serving: ServingModel): Retriever {
    const { fewestItems = usualFewest } = this.#options;
    if (serving.model.itemCount < fewestItems) return serving.retriever;
    if (this.#prepared?.serving !== serving) this.#prepared = this.#prepare(serving);
    return this.#prepared.retriever ?? serving.retriever;
  }

  /** Resolves when the index of the model last asked for is there, or will not be. */
  async settled(): Promise<void> {
    await this.#prepared?.done;
  }

  async close(): Promise<void> {
    this.#prepared?.abort.abort(new Error('the service is closing'));
    await this.#prepared?.done;
  }

  #prepare(serving: ServingModel): Prepared {
    this.#prepared?.abort.abort(new Error('another model answers'));
    this.#options.metrics.indexedItems.set(0);
    const abort = new AbortController();
    const rows = indexedRows(serving.model);
    const done = rows ? this.#index(serving, rows, abort.signal) : Promise.resolve(undefined);
    const prepared: Prepared = {
      serving,
      abort,
      retriever: undefined,
      done: done.then((retriever) => {
        if (retriever === undefined || abort.signal.aborted) return;
        prepared.retriever = retriever;
      }),
    };
    return prepared;
  }

  /** Never rejects: the exact scan goes on answering. */
  async #index(
    serving: ServingModel,
    rows: FactorRows,
    signal: AbortSignal,
  ): Promise<Retriever | undefined> {
    const { files, logger, settings = indexSettings } = this.#options;
    const { version } = serving;
    const library = this.#library();
    if (library === undefined) return undefined;
    const start = performance.now();
    try {
      const name = `${version}-${settings.connectivity}-${settings.expansionAdd}`;
      const kept = await files.find(name);
      const write = (draft: string) => buildIndex(library, rows, settings, draft, signal);
      const file = kept ?? (await files.add(name, write));
      signal.throwIfAborted();
      const nearest = openIndex(library, rows, settings, file);
      const seconds = Math.round((performance.now() - start) / 100) / 10;
      logger.info({ version, items: rows.count, seconds, built: !kept }, 'index ready');
      return this.#calibrated(serving, rows, nearest);
    } catch (error) {
      if (!signal.aborted)
        logger.error({ err: error, version }, 'no index; the exact scan answers');
      return undefined;
    }
  }

  #calibrated(serving: ServingModel, rows: FactorRows, nearest: Nearest): Retriever {
    const { logger, metrics, clock = () => performance.now() } = this.#options;
    const { retriever: exact, version } = serving;
    return new CalibratedRetriever({
      exact,
      at: (breadth) => new CandidateRetriever(rows, nearest, breadth, exact),
      clock,
      onDecided: (decision) => {
        if (this.#prepared?.serving !== serving) return;
        metrics.indexedItems.set(decision.breadth === undefined ? 0 : rows.count);
        const what =
          decision.breadth === undefined ? 'the exact scan answers' : 'the index answers';
        logger.info({ version, ...decision }, what);
      },
    });
  }

  #library(): VectorLibrary | undefined {
    try {
      return this.#options.library();
    } catch (error) {
      const { logger } = this.#options;
      if (!this.#isMissingSaid) {
        logger.warn({ err: error }, 'the vector index is not installed; the exact scan answers');
      }
      this.#isMissingSaid = true;
      return undefined;
    }
  }
}
