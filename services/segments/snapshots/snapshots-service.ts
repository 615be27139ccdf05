import { TooSlowError } from '../../errors.ts';
import { idCursor } from '../../http/id-cursor.ts';
import type { BulkSlots } from '../bulk-slots.ts';
import { isTimeout } from '../is-timeout.ts';
import type { SegmentQueries } from '../segment-queries-store.ts';
import type { SegmentsStore } from '../segments-store.ts';
import type { Snapshot, SnapshotList, SnapshotMembers } from './snapshots-schema.ts';
import type { SnapshotPart, SnapshotsStore, StoredSnapshot } from './snapshots-store.ts';

export interface SnapshotTools {
  readonly store: SnapshotsStore;
  readonly segments: Pick<SegmentsStore, 'get'>;
  readonly queries: Pick<SegmentQueries, 'members'>;
  readonly slots: BulkSlots;
  readonly now: () => Date;
}

/** Segments frozen, and who joined and left from one snapshot to the next. */
export class SnapshotsService {
  readonly #store: SnapshotsStore;
  readonly #segments: Pick<SegmentsStore, 'get'>;
  readonly #queries: Pick<SegmentQueries, 'members'>;
  readonly #slots: BulkSlots;
  readonly #now: () => Date;

  constructor({ store, segments, queries, slots, now }: SnapshotTools) {
    this.#store = store;
    this.#segments = segments;
    this.#queries = queries;
    this.#slots = slots;
    this.#now = now;
  }

  /** @throws NotFoundError, BusyError, TooSlowError when the statement timeout is over */
  async take(segmentId: string): Promise<Snapshot> {
    await this.#segments.get(segmentId);
    const members: Parameters<SnapshotsStore['take']>[1] = (on) =>
      this.#queries.members(segmentId, this.#now(), on);
    const taken = await this.#slots.within(() =>
      this.#store.take(segmentId, members).catch((error) => {
        throw isTimeout(error) ? tooSlow(segmentId, error) : error;
      }),
    );
    return shown(taken);
  }

  /** @throws NotFoundError */
  async list(segmentId: string, limit: number, before: number | undefined): Promise<SnapshotList> {
    await this.#segments.get(segmentId);
    const rows = await this.#store.list(segmentId, limit + 1, before);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return {
      snapshots: page.map(shown),
      nextCursor: last === undefined ? null : String(last.snapshot),
    };
  }

  /** @throws NotFoundError */
  async get(segmentId: string, snapshot: number): Promise<Snapshot> {
    return shown(await this.#store.get(segmentId, snapshot));
  }

  /** @throws NotFoundError */
  async members(
    segmentId: string,
    snapshot: number,
    part: SnapshotPart,
    { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<SnapshotMembers> {
    const stored = await this.#store.get(segmentId, snapshot);
    const ids = await this.#store.page(stored, part, limit + 1, cursor);
    const page = ids.slice(0, limit);
    const last = ids.length > limit ? page.at(-1) : undefined;
    const nextCursor = last === undefined ? null : idCursor(last);
    return { segmentId, snapshot, userIds: page, nextCursor };
  }
}

function tooSlow(segmentId: string, cause: unknown): TooSlowError {
  const message = `the snapshot of ${segmentId} takes too long; narrow its rule, preview says what costs most`;
  return new TooSlowError(message, [], { cause });
}

function shown({ takenAt, ...snapshot }: StoredSnapshot): Snapshot {
  return { ...snapshot, takenAt: takenAt.toISOString() };
}
