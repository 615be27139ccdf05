import { ByteBuffer } from './byte-buffer.ts';
import { UnstorableTextError } from './copy-text.ts';
import type { RejectFile } from './reject-file.ts';
import { RowError } from './row-error.ts';
import {
  encodeRow,
  type ImportTable,
  importTables,
  type Origin,
  type StagedRows,
} from './staged-rows.ts';

/** Where a format puts what it reads. */
export interface RowSink {
  users(row: StagedRows['users']): void;
  items(row: StagedRows['items']): void;
  skus(row: StagedRows['skus']): void;
  events(row: StagedRows['events']): void;
  /** Counts a line that is left out on purpose, by why. */
  leaveOut(why: string): void;
}

type Counts = Record<ImportTable, number>;

const noCounts = (): Counts => ({ users: 0, items: 0, skus: 0, events: 0 });

interface Batch {
  rows: number;
  readonly bytes: Readonly<Record<ImportTable, ByteBuffer>>;
}

const emptyBatch = (): Batch => ({
  rows: 0,
  bytes: {
    users: new ByteBuffer(),
    items: new ByteBuffer(),
    skus: new ByteBuffer(),
    events: new ByteBuffer(),
  },
});

export interface RowWriterOptions {
  /** Copies encoded rows into a staging table. */
  readonly copy: (table: ImportTable, rows: Buffer) => Promise<void>;
  readonly rejects: RejectFile;
  /** Rows in one `copy`. */
  readonly batchRows: number;
  /** Whether the lines themselves are staged too, because the database may yet reject rows. */
  readonly keepRaw: boolean;
}

// A batch is full at so many bytes too: rows may be long.
const batchBytes = 4 * 1024 * 1024;

/**
 * Encodes rows and hands them to `copy` in batches. While one batch is being copied the next one is
 * filled; there are two of them, used in turn.
 */
export class RowWriter implements RowSink {
  readonly #options: RowWriterOptions;
  readonly #leftOut = new Map<string, number>();
  readonly #staged = noCounts();
  readonly #months = new Set<string>();
  #month = 'none yet';
  #batch = emptyBatch();
  /** The one that is being copied, or was. */
  #other = emptyBatch();
  #copying: Promise<void> = Promise.resolve();
  #origin: Origin = { file: 0, line: 0 };
  #lines = 0;
  /** How things stood before the line that is being read. */
  readonly #marked = { rows: 0, bytes: noCounts(), staged: noCounts() };

  constructor(options: RowWriterOptions) {
    this.#options = options;
  }

  /** Lines read, good and bad. */
  get lines(): number {
    return this.#lines;
  }

  /** Rows staged, by table. */
  get staged(): Readonly<Counts> {
    return this.#staged;
  }

  /** Months that events were put here for, like `2026-01`. */
  get months(): string[] {
    return [...this.#months];
  }

  get leftOut(): ReadonlyMap<string, number> {
    return this.#leftOut;
  }

  users(row: StagedRows['users']): void {
    this.#add('users', encodeRow.users(row, this.#origin));
  }

  items(row: StagedRows['items']): void {
    this.#add('items', encodeRow.items(row, this.#origin));
  }

  skus(row: StagedRows['skus']): void {
    this.#add('skus', encodeRow.skus(row, this.#origin));
  }

  events(row: StagedRows['events']): void {
    if (!row.occurredAt.startsWith(this.#month)) {
      this.#month = row.occurredAt.slice(0, 7);
      this.#months.add(this.#month);
    }
    this.#add('events', encodeRow.events(row, this.#origin));
  }

  leaveOut(why: string): void {
    this.#leftOut.set(why, (this.#leftOut.get(why) ?? 0) + 1);
  }

  /**
   * Runs `work`, which puts the rows of one line here: all of them or, when it throws a RowError,
   * none and a reject.
   */
  line(from: Origin & { path: string; raw: string }, work: () => void): void {
    this.#lines += 1;
    this.#origin = this.#options.keepRaw ? from : { file: from.file, line: from.line };
    this.#mark();
    try {
      if (from.raw.includes('\uFFFD')) throw new RowError('is not UTF-8');
      work();
    } catch (error) {
      if (!(error instanceof RowError || error instanceof UnstorableTextError)) throw error;
      this.#rollBack();
      const { path, line, raw } = from;
      this.#options.rejects.add({ file: path, line, reason: error.message, raw });
    }
  }

  /** Starts copying when the batch is full, after waiting for the batch before it. */
  async drain(): Promise<void> {
    await this.#options.rejects.drain();
    const { rows, bytes } = this.#batch;
    const full =
      rows >= this.#options.batchRows ||
      importTables.some((table) => bytes[table].length >= batchBytes);
    if (full) await this.#hand();
  }

  /** Copies what is left. */
  async finish(): Promise<void> {
    await this.#hand();
    await this.#copying;
  }

  async #hand(): Promise<void> {
    await this.#copying;
    const full = this.#batch;
    this.#batch = this.#other;
    this.#other = full;
    this.#copying = this.#copy(full);
    // Its failure is met at the next wait; until then it must not count as unhandled.
    this.#copying.catch(() => undefined);
  }

  async #copy(batch: Batch): Promise<void> {
    for (const table of importTables) {
      const bytes = batch.bytes[table];
      if (bytes.length > 0) await this.#options.copy(table, bytes.view());
      bytes.truncate(0);
    }
    batch.rows = 0;
  }

  #add(table: ImportTable, encoded: string): void {
    this.#batch.bytes[table].append(encoded);
    this.#batch.rows += 1;
    this.#staged[table] += 1;
  }

  #mark(): void {
    this.#marked.rows = this.#batch.rows;
    for (const table of importTables) {
      this.#marked.bytes[table] = this.#batch.bytes[table].length;
      this.#marked.staged[table] = this.#staged[table];
    }
  }

  #rollBack(): void {
    this.#batch.rows = this.#marked.rows;
    for (const table of importTables) {
      this.#batch.bytes[table].truncate(this.#marked.bytes[table]);
      this.#staged[table] = this.#marked.staged[table];
    }
  }
}
