import type { Database } from '../database/database.ts';
import type { Session } from '../database/transaction.ts';
import { dataSetStock, type Format } from './format.ts';
import type { ImportProgress } from './import-progress.ts';
import type { Input } from './input.ts';
import {
  addFromEvents,
  mergeEvents,
  mergeItems,
  mergeSkus,
  mergeUsers,
  type Written,
} from './merge-store.ts';
import type { RejectFile } from './reject-file.ts';
import { type ImportTable, importTables } from './staged-rows.ts';
import {
  type EntityTable,
  ensurePartitions,
  numberRepeats,
  settleRows,
  takeOrphanedSkus,
  takeRepeats,
} from './staging-store.ts';

export interface Merging {
  readonly format: Format;
  readonly inputs: readonly Input[];
  /** Rows staged, by table. */
  readonly staged: Readonly<Record<ImportTable, number>>;
  /** Of the staged events, like `2026-01`. */
  readonly months: readonly string[];
  readonly rejects: RejectFile;
  readonly progress: ImportProgress;
  readonly signal: AbortSignal;
}

export type ImportCounts = Readonly<Record<ImportTable, Written>>;

const entityTables = importTables.filter((table) => table !== 'events');
const idNames = { users: 'userId', items: 'itemId', skus: 'skuId' } as const;

/** Brings what has been staged into the form in which it can be merged; bad rows are rejected. */
export async function prepareStaged(session: Session, merging: Merging): Promise<void> {
  const { format, staged, progress } = merging;
  progress.step('checking what was read');
  const filled = entityTables.filter((table) => staged[table] > 0);
  for (const table of filled) {
    if (format.kind === 'data-set') await settleRows(session, table);
    else await rejectRepeats(session, table, merging);
  }
  if (format.kind === 'data-set' && staged.events > 0) await numberRepeats(session);
  if (format.kind === 'records' && staged.skus > 0) await rejectOrphans(session, merging);
}

async function rejectRepeats(
  session: Session,
  table: EntityTable,
  { inputs, rejects }: Merging,
): Promise<void> {
  for await (const row of takeRepeats(session, table)) {
    const first = `${inputs[row.firstFile]?.path}:${row.firstLine}`;
    const reason = `the same ${idNames[table]} ${JSON.stringify(row.id)} as ${first}`;
    rejects.add({ file: pathOf(inputs, row), line: row.line, reason, raw: row.raw ?? '' });
    await rejects.drain();
  }
}

async function rejectOrphans(session: Session, { inputs, rejects }: Merging): Promise<void> {
  for await (const row of takeOrphanedSkus(session)) {
    const reason = `there is no item ${JSON.stringify(row.id)}; import items before their SKUs`;
    rejects.add({ file: pathOf(inputs, row), line: row.line, reason, raw: row.raw ?? '' });
    await rejects.drain();
  }
}

function pathOf(inputs: readonly Input[], row: { readonly file: number }): string {
  return inputs[row.file]?.path ?? '';
}

/** Writes everything that is staged in one transaction. */
export async function mergeStaged(
  session: Session,
  database: Database,
  merging: Merging,
): Promise<ImportCounts> {
  const { format, staged, progress, signal } = merging;
  const keepState = format.kind === 'data-set';
  if (staged.events > 0) await ensurePartitions(database, merging.months);
  const step = async <T>(table: ImportTable, write: () => Promise<T>, otherwise: T): Promise<T> => {
    signal.throwIfAborted();
    if (staged[table] === 0) return otherwise;
    progress.step(
      table === 'events' ? `merging ${count(staged.events)} events` : `merging ${table}`,
    );
    return write();
  };
  return session.transaction(async () => {
    const users = await step('users', () => mergeUsers(session), nothing);
    const items = await step('items', () => mergeItems(session, keepState), nothing);
    const skus = await step('skus', () => mergeSkus(session, keepState), nothing);
    const added =
      format.entitiesFromEvents && staged.events > 0
        ? await addFromEvents(session, dataSetStock)
        : { users: 0, items: 0, skus: 0 };
    const events = await step('events', () => mergeEvents(session, staged.events), 0);
    signal.throwIfAborted();
    return {
      users: { ...users, inserted: users.inserted + added.users },
      items: { ...items, inserted: items.inserted + added.items },
      skus: { ...skus, inserted: skus.inserted + added.skus },
      events: { inserted: events, updated: 0, unchanged: staged.events - events },
    };
  });
}

function count(value: number): string {
  return value.toLocaleString('en');
}

const nothing: Written = { inserted: 0, updated: 0, unchanged: 0 };
