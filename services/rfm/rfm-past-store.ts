import type { Queryable, Transaction } from '../database/transaction.ts';
import { tiered } from './rfm-tiers-store.ts';

/** A user's tier on a day that is past, as of which only what was before it counts. */
export interface PastRow {
  readonly userId: string;
  readonly firstOrderAt: Date | null;
  readonly lastOrderAt: Date | null;
  readonly frequency: number;
  readonly monetary: number;
  readonly recencyScore: number | null;
  readonly frequencyScore: number | null;
  readonly monetaryScore: number | null;
  readonly tier: string;
  readonly group: string;
}

// Users who were there by then: their row, or the first of their events.
const wasThere = `
  join users u on u.user_id = t.user_id
  left join user_features f on f.user_id = t.user_id
  where least(u.created_at, f.first_event_at, t.first_order_at) <= $1::timestamptz`;

/**
 * The users of `rfm_sums` in the order of their ids, from a cursor.
 *
 * @param values of `tierParameters`
 */
export function pastRows(
  transaction: Transaction,
  values: readonly unknown[],
): AsyncIterable<PastRow> {
  return transaction.rows<PastRow>(
    `select t.user_id as "userId", t.first_order_at as "firstOrderAt",
       t.last_order_at as "lastOrderAt", t.frequency, t.monetary,
       t.recency_score as "recencyScore", t.frequency_score as "frequencyScore",
       t.monetary_score as "monetaryScore", t.tier, t.rfm_group as "group"
     from (${tiered('sums')}) t ${wasThere}
     order by t.user_id`,
    values,
  );
}

/** A place for the tiers of past days. */
export async function openPast(transaction: Queryable): Promise<void> {
  await transaction.query(
    `create temporary table rfm_past (
       user_id text, changed_at timestamptz, tier text, rfm_group text
     ) on commit drop`,
  );
}

/**
 * Notes the tiers of one day, and clears away what they were made from.
 *
 * @param values of `tierParameters`
 */
export async function notePast(transaction: Queryable, values: readonly unknown[]): Promise<void> {
  await transaction.query(
    `insert into rfm_past (user_id, changed_at, tier, rfm_group)
     select t.user_id, $1::timestamptz, t.tier, t.rfm_group
     from (${tiered('sums')}) t ${wasThere}`,
    values,
  );
  await transaction.query(
    'drop table rfm_recent, rfm_doubts, rfm_corrections, rfm_sums, rfm_cells',
  );
}

/**
 * Puts the days that were noted before the history of each user, which stays as it is, and leaves
 * changes only. What the users' rows say of when their tier began follows.
 *
 * @returns rows that were added
 */
export async function addPastToHistory(transaction: Queryable): Promise<number> {
  await transaction.query('analyze rfm_past');
  const [added] = await transaction.query<{ count: number }>(
    `with earlier as (
       select p.*,
         lag(p.tier) over days as tier_before, lag(p.rfm_group) over days as group_before
       from rfm_past p
       where not exists (
         select from user_rfm_history h
         where h.user_id = p.user_id and h.changed_at <= p.changed_at
       )
       window days as (partition by p.user_id order by p.changed_at)
     ), added as (
       insert into user_rfm_history (user_id, changed_at, tier, rfm_group)
       select user_id, changed_at, tier, rfm_group from earlier
       where (tier, rfm_group) is distinct from (tier_before, group_before)
       returning 1
     )
     select count(*) as count from added`,
  );
  // What was the first row of a user may be no change any more.
  await transaction.query(
    `delete from user_rfm_history h
     using (
       select user_id, changed_at,
         (tier, rfm_group) is not distinct from (
           lag(tier) over changes, lag(rfm_group) over changes
         ) as is_same
       from user_rfm_history
       window changes as (partition by user_id order by changed_at)
     ) s
     where s.is_same and h.user_id = s.user_id and h.changed_at = s.changed_at`,
  );
  await transaction.query(
    `update user_rfm r
     set tier_since = l.changed_at, previous_tier = l.tier_before
     from (
       select distinct on (user_id) user_id, changed_at, tier_before
       from (
         select user_id, changed_at, tier,
           lag(tier) over (partition by user_id order by changed_at) as tier_before
         from user_rfm_history
       ) h
       where tier is distinct from tier_before
       order by user_id, changed_at desc
     ) l
     where r.user_id = l.user_id
       and (r.tier_since, r.previous_tier) is distinct from (l.changed_at, l.tier_before)`,
  );
  return added?.count ?? 0;
}
