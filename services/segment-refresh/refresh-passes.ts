import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { Metrics } from '../http/metrics.ts';
import type { SegmentQueries } from '../segments/segment-queries-store.ts';
import { RefreshPass } from './refresh-pass.ts';
import type { Computation, RefreshStore } from './refresh-store.ts';

export interface RefreshPassesOptions {
  /** Its connections are for computing alone. */
  readonly database: Database;
  readonly store: RefreshStore;
  readonly queries: Pick<SegmentQueries, 'members'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
  /** Milliseconds that a segment may take. */
  readonly limit: number;
}

export interface PassOptions {
  /** Milliseconds for which what one segment has asked for is taken for the next. */
  readonly lasting: number;
  readonly mostSets: number;
}

/** Computes a segment, and tells of it: a log line, a metric. */
export type ComputeSegment = (segmentId: string) => Promise<Computation>;

const askAgainAfter = 200;

/** Gives connections to those who compute segments, and takes them back when the process stops. */
export class RefreshPasses {
  readonly #options: RefreshPassesOptions;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: RefreshPassesOptions) {
    this.#options = options;
  }

  get isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  run<T>(options: PassOptions, work: (compute: ComputeSegment) => Promise<T>): Promise<T> {
    const { database } = this.#options;
    const done = database.session(async (session) => {
      const { signal } = this.#closing;
      const pass = new RefreshPass({ ...this.#options, ...options, session, signal });
      const backend = await this.#options.store.backend(session);
      const stop = this.#cancelWhenClosing(backend);
      try {
        return await work((segmentId) => this.#compute(pass, segmentId));
      } finally {
        stop();
      }
    });
    this.#underWay.add(done);
    const forget = () => this.#underWay.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** Gives up what is under way: its transaction is rolled back, and it is due again. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the process stops'));
    await Promise.allSettled(this.#underWay);
  }

  /** A statement that has just not begun would not be met: it is asked again. */
  #cancelWhenClosing(backend: number): () => void {
    const { signal } = this.#closing;
    let timer: NodeJS.Timeout | undefined;
    const cancel = () => {
      this.#options.store.cancel(backend).catch(() => undefined);
      timer = setTimeout(cancel, askAgainAfter);
    };
    signal.addEventListener('abort', cancel);
    return () => {
      signal.removeEventListener('abort', cancel);
      clearTimeout(timer);
    };
  }

  async #compute(pass: RefreshPass, segmentId: string): Promise<Computation> {
    const { logger, metrics } = this.#options;
    const started = performance.now();
    try {
      const done = await pass.compute(segmentId);
      const { computation, ms, members, entered, exited } = done;
      const slowest = { path: done.slowestPath, ms: done.slowestMs };
      logger.info(
        { segmentId, computation, ms, members, entered, exited, slowest },
        'a segment was computed',
      );
      metrics.segmentRefreshSeconds.observe({ outcome: 'done' }, ms / 1000);
      return done;
    } catch (error) {
      if (!this.isClosing) {
        const ms = performance.now() - started;
        logger.warn({ err: error, segmentId, ms }, 'a segment was not computed');
        metrics.segmentRefreshSeconds.observe({ outcome: 'failed' }, ms / 1000);
      }
      throw error;
    }
  }
}
