import type { Session } from '../database/transaction.ts';
import { AppError, TooSlowError } from '../errors.ts';
import { isTimeout } from '../segments/is-timeout.ts';
import type { MemberQuery } from '../segments/rule-compiler-store.ts';
import type { SegmentQueries } from '../segments/segment-queries-store.ts';
import type { Computation, Finding, RefreshStore } from './refresh-store.ts';
import { SetTables, type TimedPart } from './set-tables-store.ts';

export interface RefreshPassOptions {
  readonly session: Session;
  readonly store: RefreshStore;
  readonly queries: Pick<SegmentQueries, 'members'>;
  readonly now: () => Date;
  /** Milliseconds that a segment may take. */
  readonly limit: number;
  /** Milliseconds for which sets of users are as good as new. */
  readonly lasting: number;
  /** How many of them are kept for the segments that follow; 0: each segment makes its own. */
  readonly mostSets: number;
  /** Aborted: the computation under way is given up. */
  readonly signal: AbortSignal;
}

/**
 * Computes segments one after another on one connection. What several of them ask for is computed
 * once and is as of one moment.
 */
export class RefreshPass {
  readonly #options: RefreshPassOptions;
  readonly #sets: SetTables;
  #moment: Date;
  #since: string | undefined;
  #begun = 0;

  constructor(options: RefreshPassOptions) {
    this.#options = options;
    this.#sets = new SetTables(options.session, options.mostSets);
    this.#moment = options.now();
  }

  /**
   * Computes the members of a dynamic segment, and writes who entered and who left.
   *
   * @throws TooSlowError that names the condition at which the time ran out
   */
  async compute(segmentId: string): Promise<Computation> {
    const run = new Run(this.#options);
    try {
      const isNew = await this.#renew(run);
      return await this.#alone(segmentId, run, () => this.#compute(segmentId, run, isNew));
    } catch (error) {
      throw await this.#failed(segmentId, run, error);
    }
  }

  /** Nobody else computes this segment meanwhile. */
  async #alone<T>(segmentId: string, run: Run, work: () => Promise<T>): Promise<T> {
    const { session, store } = this.#options;
    await run.step(waiting, () => store.lock(session, segmentId));
    try {
      return await work();
    } finally {
      // Should this fail: the connection is closed in the end, and its locks with it.
      await store.unlock(session, segmentId).catch(() => undefined);
    }
  }

  async #compute(segmentId: string, run: Run, isNew: boolean): Promise<Computation> {
    const { session, queries, store } = this.#options;
    // Whoever was waited for may have counted to a later moment.
    if (!isNew && (await store.isComputedAfter(session, segmentId, this.#moment))) {
      this.#since = undefined;
      await this.#renew(run);
    }
    const { needed, standIn } = this.#sets.collect();
    const members = await queries.members(segmentId, this.#moment, session, standIn);
    for (const table of needed) {
      run.parts.push(await run.step(table.path, () => this.#sets.make(table)));
    }
    const finding = { segmentId, members, evaluatedAt: this.#moment, since: this.#since ?? '' };
    const written = await session.transaction(() => this.#write(finding, run));
    await this.#sets.limit();
    return written;
  }

  async #write(finding: Finding, run: Run): Promise<Computation> {
    const { session, store } = this.#options;
    const started = performance.now();
    await run.step('rule', () => store.find(session, finding));
    run.parts.push({ path: wholeOf(finding.members), ms: performance.now() - started });
    const written = await run.step(writing, () => store.write(session, finding));
    return store.keep(session, finding, written, run.elapsed(), run.slowest());
  }

  /** @returns whether a new moment was begun */
  async #renew(run: Run): Promise<boolean> {
    const { session, store, now, lasting } = this.#options;
    if (this.#since !== undefined && performance.now() - this.#begun < lasting) return false;
    await this.#sets.clear();
    this.#begun = performance.now();
    this.#moment = now();
    this.#since = await run.step(waiting, () => store.clock(session));
    return true;
  }

  async #failed(segmentId: string, run: Run, error: unknown): Promise<unknown> {
    if (this.#options.signal.aborted) return this.#options.signal.reason;
    const told = isTimeout(error) ? run.tooSlow(error) : error;
    const reason = told instanceof AppError ? told.message : 'failed; the log says why';
    await this.#options.store.keepFailure(
      ...[segmentId, this.#moment, run.elapsed(), reason, run.stuck(error) ?? run.slowest()],
    );
    return told;
  }
}

const waiting = 'waiting';
const writing = 'writing';

/** One computation: its time, and what of it went into which part. */
class Run {
  readonly parts: TimedPart[] = [];
  readonly #options: Pick<RefreshPassOptions, 'session' | 'limit' | 'signal'>;
  readonly #started = performance.now();
  #at: { readonly path: string; readonly since: number } | undefined;

  constructor(options: Pick<RefreshPassOptions, 'session' | 'limit' | 'signal'>) {
    this.#options = options;
  }

  elapsed(): number {
    return performance.now() - this.#started;
  }

  slowest(): TimedPart | undefined {
    return this.parts.reduce<TimedPart | undefined>(
      (slowest, part) => (slowest === undefined || part.ms > slowest.ms ? part : slowest),
      undefined,
    );
  }

  /** Its statements together may take what is left of the time of the whole. */
  async step<T>(path: string, work: () => Promise<T>): Promise<T> {
    const { session, limit, signal } = this.#options;
    signal.throwIfAborted();
    const left = Math.max(1, Math.round(limit - this.elapsed()));
    this.#at = { path, since: performance.now() };
    await session.query(`select set_config('statement_timeout', $1::text, false)`, [String(left)]);
    return work();
  }

  /** Where the time ran out. */
  stuck(error: unknown): TimedPart | undefined {
    if (!isTimeout(error) || this.#at === undefined) return undefined;
    return { path: this.#at.path, ms: performance.now() - this.#at.since };
  }

  tooSlow(cause: unknown): TooSlowError {
    const seconds = this.#options.limit / 1000;
    const path = this.#at?.path ?? 'rule';
    if (path === waiting) {
      return new TooSlowError(`another computation of it took longer than ${seconds} s`, [], {
        cause,
      });
    }
    const message =
      path === writing
        ? 'allow it more time (WARDROBE_REFRESH_SECONDS)'
        : 'narrow its window, its types or its filters';
    const issues = [{ path, code: 'slow_condition', message }];
    return new TooSlowError(
      `computing it took longer than ${seconds} s; the time ran out at ${path}: ${message}`,
      issues,
      { cause },
    );
  }
}

/** What is left of a rule when its sets are tables: its one condition, or all of it. */
function wholeOf({ leaves }: MemberQuery): string {
  const [first] = leaves;
  return first !== undefined && leaves.length === 1 ? first.path : 'rule';
}
