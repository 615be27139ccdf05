import { UnavailableError } from '../errors.ts';
import type { PassOptions, RefreshPasses } from './refresh-passes.ts';
import type { Refreshed, SegmentHistory } from './refresh-schema.ts';
import type { Computation, RefreshStore } from './refresh-store.ts';
import { Turns } from './turns.ts';

export interface RefreshServiceOptions {
  readonly store: RefreshStore;
  readonly passes: RefreshPasses;
  /** How many segments are computed at once because somebody asks. */
  readonly connections: number;
}

/** What became of one of several segments. */
export type RefreshOutcome =
  | { readonly segmentId: string; readonly refreshed: Refreshed }
  | { readonly segmentId: string; readonly error: unknown };

/** For one segment there is nobody to share with. */
const alone: PassOptions = { lasting: 0, mostSets: 0 };

/** Computes the members of dynamic segments when it is asked to, and tells how they have changed. */
export class RefreshService {
  readonly #store: RefreshStore;
  readonly #passes: RefreshPasses;
  readonly #turns: Turns;

  constructor({ store, passes, connections }: RefreshServiceOptions) {
    this.#store = store;
    this.#passes = passes;
    this.#turns = new Turns(connections);
  }

  /** @throws NotFoundError, ConflictError for a static one, TooSlowError that says what to narrow */
  async refresh(segmentId: string): Promise<Refreshed> {
    await this.#store.check(segmentId);
    return this.#turns.take(async () => {
      const done = await this.#passes.run(alone, (compute) => compute(segmentId));
      return shown(segmentId, done);
    });
  }

  /** @throws NotFoundError, ConflictError for a static one */
  check(segmentId: string): Promise<void> {
    return this.#store.check(segmentId);
  }

  /** All dynamic segments, in the order of their ids. */
  dynamicIds(): Promise<string[]> {
    return this.#store.dynamicIds();
  }

  /**
   * Computes several segments. What they have in common is computed once a connection; one that
   * fails does not keep the others from being computed.
   *
   * @param connections how many are computed at once
   * @param mostSets how many sets of users a connection keeps for the segments that follow
   * @param onDone called after each
   */
  async refreshAll(
    ids: readonly string[],
    { connections, mostSets = 100 }: { readonly connections: number; readonly mostSets?: number },
    onDone: (outcome: RefreshOutcome) => void = () => undefined,
  ): Promise<RefreshOutcome[]> {
    const outcomes: RefreshOutcome[] = [];
    const waiting = [...ids];
    const work = async (compute: (segmentId: string) => Promise<Computation>) => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        const segmentId = id;
        const outcome = await compute(segmentId).then(
          (done) => ({ segmentId, refreshed: shown(segmentId, done) }),
          (error: unknown) => ({ segmentId, error }),
        );
        outcomes.push(outcome);
        onDone(outcome);
        // Without its connection it would only fail for all that wait; others may have theirs.
        if ('error' in outcome && outcome.error instanceof UnavailableError) return;
      }
    };
    const options = { lasting: Number.POSITIVE_INFINITY, mostSets };
    const passes = Array.from({ length: connections }, () => this.#passes.run(options, work));
    await Promise.all(passes);
    return outcomes;
  }

  /** @throws NotFoundError */
  async history(
    segmentId: string,
    limit: number,
    before: number | undefined,
  ): Promise<SegmentHistory> {
    await this.#store.check(segmentId);
    const rows = await this.#store.history(segmentId, limit + 1, before);
    const computations = rows.slice(0, limit).map((row) => ({
      ...{ computation: row.computation, evaluatedAt: row.evaluatedAt.toISOString() },
      ...{ ms: toTenths(row.ms), members: row.members, entered: row.entered, exited: row.exited },
      ...{ slowest: slowestOf(row), error: row.error },
    }));
    const last = rows.length > limit ? computations.at(-1) : undefined;
    return { segmentId, computations, nextCursor: last ? String(last.computation) : null };
  }
}

function shown(segmentId: string, done: Computation): Refreshed {
  const { computation, evaluatedAt, ms, members, entered, exited } = done;
  return {
    ...{ segmentId, computation, evaluatedAt: evaluatedAt.toISOString(), ms: toTenths(ms) },
    ...{ members: members ?? 0, entered: entered ?? 0, exited: exited ?? 0 },
    slowest: slowestOf(done),
  };
}

function slowestOf({ slowestPath, slowestMs }: Computation) {
  return slowestPath === null || slowestMs === null
    ? null
    : { path: slowestPath, ms: toTenths(slowestMs) };
}

function toTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
