import type { Database } from '../database/database.ts';
import type { Session } from '../database/transaction.ts';
import type { Format, FormatOptions } from './format.ts';
import type { ImportProgress } from './import-progress.ts';
import { findInputs } from './input.ts';
import { type ImportCounts, mergeStaged, prepareStaged } from './merge-staged.ts';
import { readFiles } from './read-files.ts';
import { RejectFile } from './reject-file.ts';
import { RowWriter } from './row-writer.ts';
import { backendOf, cancelBackend, copyRows, createStaging } from './staging-store.ts';

export interface ImportOptions {
  readonly database: Database;
  readonly format: Format;
  readonly formatOptions: FormatOptions;
  readonly files: readonly string[];
  readonly maxRejects: number;
  readonly rejectFile: string;
  /** Rows in one `copy`. */
  readonly batchRows: number;
  readonly progress: ImportProgress;
  /** Rolls back when it is aborted, unless the commit was sent before. */
  readonly signal: AbortSignal;
}

export interface ImportReport {
  readonly lines: number;
  readonly tables: ImportCounts;
  /** Lines left out on purpose, by why. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly rejected: number;
  /** Undefined when nothing was rejected. */
  readonly rejectFile: string | undefined;
}

/**
 * Imports files, all or nothing: rows are copied into temporary tables, which one transaction
 * merges into users, items, skus and events.
 *
 * @throws UsageError for a file that is missing or not of the format
 * @throws TooManyRejectsError when more than `maxRejects` lines are bad; the reject file is written
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const inputs = await findInputs(options.files);
  const rejects = new RejectFile(options.rejectFile, options.maxRejects);
  try {
    return await options.database.session(async (session) => {
      const stop = await cancelOnAbort(session, options);
      try {
        return await importInto(session, inputs, rejects, options);
      } finally {
        stop();
      }
    });
  } catch (error) {
    // Written for a refused import above all; the rejects of an interrupted one are not all there.
    if (options.signal.aborted) await rejects.discard();
    else await rejects.close();
    throw error;
  } finally {
    options.progress.stop();
  }
}

async function importInto(
  session: Session,
  inputs: Awaited<ReturnType<typeof findInputs>>,
  rejects: RejectFile,
  options: ImportOptions,
): Promise<ImportReport> {
  const { database, format, formatOptions, progress, signal } = options;
  await createStaging(session);
  const writer = new RowWriter({
    copy: (table, rows) => copyRows(session, table, rows),
    rejects,
    batchRows: options.batchRows,
    keepRaw: format.kind === 'records',
  });
  await readFiles(inputs, { format, formatOptions, writer, progress, signal });
  progress.step(`read ${writer.lines.toLocaleString('en')} rows`);
  const { staged, months } = writer;
  const merging = { format, inputs, staged, months, rejects, progress, signal };
  await prepareStaged(session, merging);
  rejects.check();
  // In its place before the commit: afterwards it is too late to fail.
  const rejectFile = await rejects.close();
  const tables = await mergeStaged(session, database, merging);
  const { lines, leftOut } = writer;
  return { lines, tables, leftOut, rejected: rejects.count, rejectFile };
}

/** Lets an abort end the statement that is running. Returns a function that stops waiting for it. */
async function cancelOnAbort(
  session: Session,
  { database, signal }: ImportOptions,
): Promise<() => void> {
  signal.throwIfAborted();
  const backend = await backendOf(session);
  // Where it cannot be cancelled any more, it has ended by itself.
  const cancel = () => void cancelBackend(database, backend).catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}
