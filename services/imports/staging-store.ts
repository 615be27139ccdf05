import { Readable } from 'node:stream';
import type { Queryable, Session } from '../database/transaction.ts';
import type { ImportTable, Origin } from './staged-rows.ts';

/** A staged row that is bad beside the others or the catalogue. */
export interface StagedReject extends Origin {
  readonly id: string;
}

/** A row whose id stands on an earlier line already. */
export interface RepeatedRow extends StagedReject {
  readonly firstFile: number;
  readonly firstLine: number;
}

// Temporary tables: seen by this connection only, not written to the log, and gone with it,
// however it ends. The order of the columns is that of `encodeRow`. The ids are of the tables' own
// domain: checked while the next rows are being read, they need no check in the merge, which takes
// a quarter less for it (5.6 s of CPU for a million events, not 7.3).
const createTables = [
  `create temporary table staged_users (
     file smallint, line bigint, raw text,
     user_id external_id, birth_year smallint, gender text, city_tier smallint, channel text,
     height_cm real, weight_kg real, bust_cm real, waist_cm real, hip_cm real,
     body_type text, attributes jsonb, personalised boolean, marketing_consent boolean
   )`,
  `create temporary table staged_items (
     file smallint, line bigint, raw text,
     item_id external_id, category_path text[], brand text, title text, price numeric(12, 2),
     attributes jsonb, launched_at timestamptz, hidden boolean
   )`,
  `create temporary table staged_skus (
     file smallint, line bigint, raw text,
     sku_id external_id, item_id external_id, size_label text, size_order smallint, colour text,
     price numeric(12, 2), stock integer
   )`,
  `create temporary table staged_events (
     file smallint, line bigint,
     event_id external_id, user_id external_id, session_id external_id, item_id external_id, sku_id external_id, room_id external_id,
     type text, value double precision, quantity integer, unit_price numeric(12, 2),
     order_id external_id, reason text, properties jsonb, occurred_at timestamptz
   )`,
];

/** Makes the staging tables of a session. */
export async function createStaging(session: Session): Promise<void> {
  // Sorting millions of ids in 16 MB takes twice as long.
  await session.query(`set work_mem = '128MB'`);
  for (const sql of createTables) await session.query(sql);
}

const copyStatements: Readonly<Record<ImportTable, string>> = {
  users: 'copy staged_users from stdin',
  items: 'copy staged_items from stdin',
  skus: 'copy staged_skus from stdin',
  events: 'copy staged_events from stdin',
};

/** Appends rows, encoded by `encodeRow`, to a staging table. */
export async function copyRows(session: Session, table: ImportTable, rows: Buffer): Promise<void> {
  await session.copyIn(copyStatements[table], Readable.from([rows]));
}

/** The tables whose rows have an id of the caller's that may stand in a file once. */
export type EntityTable = Exclude<ImportTable, 'events'>;

const takeRepeatsStatements: Readonly<Record<EntityTable, string>> = {
  users: `
    with places as (
      select ctid as row, first_value(file) over w as first_file,
        first_value(line) over w as first_line, row_number() over w as place
      from staged_users window w as (partition by user_id order by file, line)
    ), taken as (
      delete from staged_users s using places p where s.ctid = p.row and p.place > 1
      returning s.file, s.line, s.raw, s.user_id as id, p.first_file, p.first_line
    )
    select file, line, raw, id, first_file as "firstFile", first_line as "firstLine"
    from taken order by file, line`,
  items: `
    with places as (
      select ctid as row, first_value(file) over w as first_file,
        first_value(line) over w as first_line, row_number() over w as place
      from staged_items window w as (partition by item_id order by file, line)
    ), taken as (
      delete from staged_items s using places p where s.ctid = p.row and p.place > 1
      returning s.file, s.line, s.raw, s.item_id as id, p.first_file, p.first_line
    )
    select file, line, raw, id, first_file as "firstFile", first_line as "firstLine"
    from taken order by file, line`,
  skus: `
    with places as (
      select ctid as row, first_value(file) over w as first_file,
        first_value(line) over w as first_line, row_number() over w as place
      from staged_skus window w as (partition by sku_id order by file, line)
    ), taken as (
      delete from staged_skus s using places p where s.ctid = p.row and p.place > 1
      returning s.file, s.line, s.raw, s.sku_id as id, p.first_file, p.first_line
    )
    select file, line, raw, id, first_file as "firstFile", first_line as "firstLine"
    from taken order by file, line`,
};

/**
 * Takes the rows out of staging whose id stands on an earlier line: which of them should hold is
 * not for us to guess.
 */
export function takeRepeats(session: Session, table: EntityTable): AsyncIterable<RepeatedRow> {
  return session.rows<RepeatedRow>(takeRepeatsStatements[table]);
}

const takeOrphans = `
  with taken as (
    delete from staged_skus s
    where not exists (select from items i where i.item_id = s.item_id)
    returning s.file, s.line, s.raw, s.item_id as id
  )
  select file, line, raw, id from taken order by file, line`;

/** Takes the SKUs out of staging whose items are not in the catalogue; `id` is the item's. */
export function takeOrphanedSkus(session: Session): AsyncIterable<StagedReject> {
  return session.rows<StagedReject>(takeOrphans);
}

// `mode` breaks ties towards the smallest value, so that the outcome depends on nothing else.
const settleStatements: Readonly<Record<EntityTable, string>> = {
  users: `
    with said as (delete from staged_users returning *)
    insert into staged_users
    select distinct on (user_id) * from said order by user_id, file desc, line desc`,
  items: `
    with said as (delete from staged_items returning *)
    insert into staged_items (
      file, line, item_id, category_path, brand, title, price, attributes, launched_at, hidden
    )
    select 0, 0, item_id,
      mode() within group (order by category_path), mode() within group (order by brand),
      coalesce(mode() within group (order by nullif(title, '')), ''),
      mode() within group (order by price), mode() within group (order by attributes),
      min(launched_at), bool_and(hidden)
    from said
    group by item_id`,
  skus: `
    with said as (delete from staged_skus returning *)
    insert into staged_skus
    select distinct on (sku_id) * from said order by sku_id, file desc, line desc`,
};

/**
 * Makes one row of the many that a data set has for an entity: of an item what most of them say,
 * field by field, of a user and a SKU what the last one says.
 */
export async function settleRows(session: Session, table: EntityTable): Promise<void> {
  await session.execute(settleStatements[table]);
}

// The n-th row with one content in one file gets the same id in every import of that file.
const numberRows = `
  update staged_events s
  set event_id = s.event_id || '.' || r.occurrence
  from (
    select ctid as row, row_number() over (partition by event_id, file order by line) as occurrence
    from staged_events
  ) r
  where s.ctid = r.row and r.occurrence > 1`;

/** Tells equal rows of a file apart: the second one's event id ends in `.2`, and so on. */
export async function numberRepeats(session: Session): Promise<number> {
  return session.execute(numberRows);
}

/**
 * Makes the partitions of months. On a connection of its own, committed at once: whoever else needs
 * a partition must not wait until the import is through.
 *
 * @param months like `2026-01`
 */
export async function ensurePartitions(
  database: Queryable,
  months: readonly string[],
): Promise<void> {
  await database.query(
    `select ensure_event_partitions(first, first)
     from unnest($1::text[]) as month, cast(month || '-01T00:00:00Z' as timestamptz) as first`,
    [months],
  );
}

/** The process id of a session on the server. */
export async function backendOf(session: Queryable): Promise<number> {
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  if (row === undefined) throw new Error('a function without a row');
  return row.pid;
}

/** Ends the statement that a session is running, so that it fails and rolls back. */
export async function cancelBackend(database: Queryable, pid: number): Promise<void> {
  await database.query('select pg_cancel_backend($1::integer)', [pid]);
}
