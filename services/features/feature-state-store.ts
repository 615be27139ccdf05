import type { Queryable } from '../database/transaction.ts';
import type { CurrentState, KeptState } from './new-events.ts';

/**
 * Keeps other builds away until the transaction ends; readers are not disturbed. It has to be the
 * first statement of a repeatable read transaction: `lock table` takes no snapshot, so that the one
 * of the build is taken after the build before has committed. (An advisory lock is got by a
 * `select`, whose snapshot would be from before the wait.)
 */
export async function lockFeatures(transaction: Queryable): Promise<void> {
  await transaction.query('lock table feature_state in share row exclusive mode');
}

export async function readFeatureState(
  transaction: Queryable,
  feature: string,
): Promise<{ current: CurrentState; kept: KeptState | undefined }> {
  const cluster = await clusterId(transaction);
  const [row] = await transaction.query<{
    snapshot: string;
    time: string;
    kept: KeptState | null;
  }>(
    `select pg_current_snapshot()::text as snapshot,
       clock_timestamp()::text as time,
       case when s.feature is not null then json_build_object(
         'taken', s.built_through::text,
         'fromXid', pg_snapshot_xmin(s.built_through)::text,
         'cluster', s.cluster,
         'definition', s.definition,
         'isAhead', pg_snapshot_xmax(s.built_through) > pg_snapshot_xmax(pg_current_snapshot())
       ) end as kept
     from (select 1) as one
     left join feature_state s on s.feature = $1::text`,
    [feature],
  );
  if (row === undefined) throw new Error('the state of the features has no row');
  const { snapshot, time, kept } = row;
  return { current: { snapshot, cluster, time }, kept: kept ?? undefined };
}

export async function saveFeatureState(
  transaction: Queryable,
  feature: string,
  { snapshot, cluster, time }: CurrentState,
  definition: string,
): Promise<void> {
  await transaction.query(
    `insert into feature_state (feature, built_through, cluster, definition, computed_at)
     values ($1::text, $2::pg_snapshot, $3::text, $4::text, $5::timestamptz)
     on conflict (feature) do update
     set built_through = excluded.built_through, cluster = excluded.cluster,
       definition = excluded.definition, computed_at = excluded.computed_at`,
    [feature, snapshot, cluster, definition, time],
  );
}

/**
 * Events that were restored from another cluster carry its transaction ids. Those that look as if
 * they were still to come would be taken as new again and again, so that they become 0: before all.
 *
 * @returns how many there were
 */
export async function adoptForeignEvents(transaction: Queryable): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `with adopted as (
       update events set ingest_xid = 0
       where ingest_xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         and not pg_visible_in_snapshot(ingest_xid::text::xid8, pg_current_snapshot())
       returning 1
     )
     select count(*) as count from adopted`,
  );
  return row?.count ?? 0;
}

/**
 * Brings the block ranges of the events' transaction ids up to date, so that the next build reads
 * only the pages that it has to. Autovacuum does the same, but when it comes to it.
 */
export async function summariseEventRanges(database: Queryable): Promise<void> {
  await database.query(
    `select sum(brin_summarize_new_values(x.indexrelid))
     from pg_inherits p
     join pg_index x on x.indrelid = p.inhrelid
     join pg_class c on c.oid = x.indexrelid
     join pg_am a on a.oid = c.relam
     where p.inhparent = 'events'::regclass and a.amname = 'brin'`,
  );
}

/** What tells one cluster from another; a copy of its files has the same, a dump of it has not. */
async function clusterId(database: Queryable): Promise<string> {
  const [privilege] = await database.query<{ granted: boolean }>(
    `select has_function_privilege('pg_control_system()', 'execute') as granted`,
  );
  if (!privilege?.granted) return 'unknown';
  const [row] = await database.query<{ id: string }>(
    'select system_identifier::text as id from pg_control_system()',
  );
  return row?.id ?? 'unknown';
}

/** Processes that have items in memory read them again, with their new features. */
export async function tellOfItems(transaction: Queryable): Promise<void> {
  await transaction.query(`insert into change_feed (kind) values ('items')`);
}
