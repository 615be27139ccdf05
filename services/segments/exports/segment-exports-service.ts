import type { Sql } from '../../database/sql.ts';
import { InvalidInputError, type Issue, TooSlowError } from '../../errors.ts';
import type { Metrics } from '../../http/metrics.ts';
import type { RouteDownload } from '../../http/route.ts';
import { didYouMean } from '../../nearest-names.ts';
import type { BulkSlots } from '../bulk-slots.ts';
import { isTimeout } from '../is-timeout.ts';
import type { SegmentQueries } from '../segment-queries-store.ts';
import type { SegmentsStore } from '../segments-store.ts';
import { type SnapshotsStore, snapshotMembers } from '../snapshots/snapshots-store.ts';
import { type ExportColumn, exportColumn, exportedNames } from './export-columns-store.ts';
import { headOf, withHead } from './export-head.ts';
import type { ExportRequest } from './segment-exports-schema.ts';
import type { ExportQuery, SegmentExportsStore } from './segment-exports-store.ts';

export interface ExportTools {
  readonly store: SegmentExportsStore;
  readonly segments: Pick<SegmentsStore, 'get'>;
  readonly snapshots: Pick<SnapshotsStore, 'get'>;
  readonly queries: Pick<SegmentQueries, 'members'>;
  readonly slots: BulkSlots;
  readonly metrics: Pick<Metrics, 'exports'>;
  readonly now: () => Date;
}

/** Whole lists of segments as files. */
export class SegmentExportsService {
  readonly #tools: ExportTools;

  constructor(tools: ExportTools) {
    this.#tools = tools;
  }

  /**
   * Makes an export ready: what is wrong with the request is said here, what the database says when
   * its bytes are asked for.
   *
   * @throws NotFoundError, InvalidInputError
   */
  async open(segmentId: string, request: ExportRequest): Promise<RouteDownload> {
    const now = this.#tools.now();
    checkTogether(request);
    const columns = columnsOf(request.columns, now);
    const { holdoutShare, holdoutSeed } = await this.#tools.segments.get(segmentId);
    const query: ExportQuery = {
      ...{ columns, format: request.format, limit: request.limit, after: request.cursor },
      members: await this.#members(segmentId, request, now),
      holdout: { share: holdoutShare, seed: holdoutSeed, show: request.holdout },
      isSafe: request.safe,
    };
    const head = headOf(request, columns);
    return {
      contentType: contentTypes[request.format],
      fileName: fileName(segmentId, request, now),
      gzip: request.gzip,
      bytes: (signal) => this.#bytes(query, head, signal),
    };
  }

  async #members(segmentId: string, { of, part }: ExportRequest, now: Date): Promise<Sql> {
    if (of !== undefined) {
      return snapshotMembers(await this.#tools.snapshots.get(segmentId, of), part);
    }
    const { sql } = await this.#tools.queries.members(segmentId, now);
    return sql;
  }

  /** Holds a slot for as long as it is read. */
  async *#bytes(query: ExportQuery, head: string, signal: AbortSignal): AsyncGenerator<Buffer> {
    const { slots, store, metrics } = this.#tools;
    const giveBack = slots.take();
    let outcome = 'broken';
    try {
      yield* withHead(head, store.rows(query, signal));
      outcome = 'complete';
    } catch (error) {
      throw isTimeout(error) && !signal.aborted ? tooSlow(error) : error;
    } finally {
      giveBack();
      metrics.exports.inc({ outcome });
    }
  }
}

const contentTypes = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;

function checkTogether({ format, header, bom, of, part }: ExportRequest): void {
  const issues: Issue[] = [];
  const refuse = (path: string, message: string) =>
    issues.push({ path: `query.${path}`, code: 'misplaced', message });
  if (format === 'ndjson' && header !== undefined) refuse('header', 'is of CSV only');
  if (format === 'ndjson' && bom) refuse('bom', 'is of CSV only');
  if (of === undefined && part !== 'members') refuse('part', 'is of a snapshot: expected of, too');
  const [first] = issues;
  if (first) throw new InvalidInputError(`${first.path}: ${first.message}`, issues);
}

const mostColumns = 100;

/** @throws InvalidInputError that names every column that is not known, with the nearest ones */
function columnsOf(text: string, now: Date): readonly ExportColumn[] {
  const names = [...new Set(['userId', ...text.split(',').map((name) => name.trim())])];
  if (names.length > mostColumns) {
    const message = `expected at most ${mostColumns} columns, got ${names.length}`;
    throw invalidColumns([{ path: 'query.columns', code: 'too_big', message }]);
  }
  const found = names.map((name) => ({ name, column: exportColumn(name, now) }));
  const issues = found.flatMap(({ name, column }) => {
    if (column !== undefined) return [];
    const message = `no column ${JSON.stringify(name)}${didYouMean(name, exportedNames)}`;
    return [{ path: 'query.columns', code: 'unknown_field', message }];
  });
  if (issues.length > 0) throw invalidColumns(issues);
  return found.flatMap(({ column }) => (column === undefined ? [] : [column]));
}

function invalidColumns(issues: readonly Issue[]): InvalidInputError {
  const messages = issues.map(({ message }) => message);
  return new InvalidInputError(`query.columns: ${messages.join('; ')}`, issues);
}

/** `vip-2026-06-30.csv`, `vip-snapshot-3-joined.ndjson`. */
function fileName(segmentId: string, { format, of, part }: ExportRequest, now: Date): string {
  const name = segmentId.replace(/[\\/:*?"<>|]/g, '_');
  const what = part === 'members' ? '' : `-${part}`;
  const when = of === undefined ? now.toISOString().slice(0, 10) : `snapshot-${of}${what}`;
  return `${name}-${when}.${format}`;
}

function tooSlow(cause: unknown): TooSlowError {
  return new TooSlowError(
    'the export takes too long; narrow its rule, or take a snapshot and export it in parts',
    [],
    { cause },
  );
}
