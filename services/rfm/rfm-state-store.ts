import type { Queryable } from '../database/transaction.ts';
import type { Cuts } from './rfm-tiers-store.ts';

export interface RfmState {
  readonly asOf: Date;
  readonly windowDays: number;
  readonly rulesVersion: number;
  readonly computedAt: Date;
}

/** What the rows of `user_rfm` are; undefined: nothing has been built. */
export async function readRfmState(database: Queryable): Promise<RfmState | undefined> {
  const [row] = await database.query<RfmState>(
    `select as_of as "asOf", window_days as "windowDays", rules_version as "rulesVersion",
       computed_at as "computedAt"
     from rfm_state`,
  );
  return row;
}

export async function saveRfmState(
  transaction: Queryable,
  { asOf, windowDays, rulesVersion }: Omit<RfmState, 'computedAt'>,
  cuts: Cuts,
  time: string,
): Promise<void> {
  await transaction.query(
    `insert into rfm_state (as_of, window_days, rules_version, recency_cuts, frequency_cuts,
       monetary_cuts, computed_at)
     values ($1::timestamptz, $2::integer, $3::integer, $4::timestamptz[], $5::bigint[],
       $6::numeric[], $7::timestamptz)
     on conflict (is_only) do update set
       as_of = excluded.as_of, window_days = excluded.window_days,
       rules_version = excluded.rules_version, recency_cuts = excluded.recency_cuts,
       frequency_cuts = excluded.frequency_cuts, monetary_cuts = excluded.monetary_cuts,
       computed_at = excluded.computed_at`,
    [asOf, windowDays, rulesVersion, cuts.recency, cuts.frequency, cuts.monetary, time],
  );
}

/**
 * Memory for joins and sorts of whole tables, and what a page out of order costs where they are in
 * memory or on a solid state disk; until the transaction ends. With 16 MB a million users are joined
 * in parts from disk. A merge join would sort them first, by what is worked out a row.
 */
export async function planForScans(transaction: Queryable): Promise<void> {
  await transaction.query(
    `select set_config('work_mem', '128MB', true), set_config('random_page_cost', '1.1', true),
       set_config('enable_mergejoin', 'off', true)`,
  );
}

/** Forgets all tiers and their history. */
export async function clearRfm(transaction: Queryable): Promise<void> {
  await transaction.query('delete from user_rfm');
  await transaction.query('delete from user_rfm_history');
  await transaction.query('delete from rfm_state');
}

/** Gives back the room of rows that were replaced. Not in a transaction. */
export async function vacuumRfm(database: Queryable): Promise<void> {
  await database.query('vacuum (analyze) user_rfm, user_rfm_history');
}
