import type { Queryable } from '../database/transaction.ts';
import { isNewSince, type NewEvents } from './new-events.ts';
import { tagTables } from './tag-store.ts';

/** A user has asked for a deletion that has not been carried out. */
const isWaiting = `u.forget_before > coalesce(u.forgotten_through, '-infinity')`;

/** What is kept of single users, but for their events and what they said themselves. */
const derived = [
  ...['user_features', 'user_sku_outcomes', ...tagTables],
  ...['user_rfm', 'user_rfm_history', 'user_clv'],
];

/**
 * Deletes what users did up to when they asked for it, and all that was made of it. They stand in
 * `feature_exclusions` afterwards, so that the build that follows makes everything of what is left.
 * The log of answers may have been written some moments after they asked, so that those who asked
 * lately are looked for in it again.
 *
 * Needs `lockFeatures`. Not in a repeatable read transaction: the switch of such a user may be
 * turned meanwhile. Their rows in `users` are locked at the end only, in the order that others do.
 *
 * @returns how many users there were
 */
export async function forgetUsers(transaction: Queryable): Promise<number> {
  const count = await collect(transaction, isWaiting);
  if (count > 0) {
    await deleteEvents(transaction, 'true', []);
    for (const table of derived) await deleteOf(transaction, table, 'forgotten u', 'true');
    // A computation that was under way when they asked may have put them in again.
    await transaction.query(
      'select leave_computed_segments(array(select user_id::text from forgotten))',
    );
    await deleteSpans(transaction, 'forgotten u', 'true');
    await transaction.query(
      `insert into feature_exclusions (user_id) select user_id from forgotten
       on conflict (user_id) do nothing`,
    );
    await markForgotten(transaction);
  }
  await transaction.query(
    `update recommendation_log l set user_id = null, session_id = null
     from users u
     where u.forget_before > now() - interval '1 day'
       and l.user_id = u.user_id and l.shown_at <= u.forget_before`,
  );
  return count;
}

/** Deletes new events that are older than the deletion that their user asked for: they came late. */
export async function forgetLateEvents(transaction: Queryable, events: NewEvents): Promise<void> {
  if ((await collect(transaction, 'u.forget_before is not null')) === 0) return;
  const values = [events.fromXid, events.taken ?? null];
  await deleteEvents(transaction, isNewSince('$1', '$2'), values);
}

/** Takes what was made of users who have asked for a deletion since it was carried out last. */
export async function excludeWaiting(transaction: Queryable): Promise<void> {
  for (const table of derived) await deleteOf(transaction, table, 'users u', isWaiting);
  await deleteSpans(transaction, 'users u', isWaiting);
}

/**
 * Puts the users in a table for the transaction, which the planner knows the size of: otherwise it
 * may take thousands of them for one, and read the events as many times.
 */
async function collect(transaction: Queryable, where: string): Promise<number> {
  await transaction.query(
    `create temporary table forgotten on commit drop as
     select user_id, forget_before from users u where ${where}`,
  );
  await transaction.query('analyze forgotten');
  const [row] = await transaction.query<{ count: number }>(
    'select count(*) as count from forgotten',
  );
  return row?.count ?? 0;
}

/** The ids stay in `event_keys`: an event that is sent again does not come back. */
async function deleteEvents(
  transaction: Queryable,
  where: string,
  values: readonly unknown[],
): Promise<void> {
  // Rooms in memory count what goes on in them from the events of the last hour.
  await transaction.query(
    `with gone as (
       delete from events e using forgotten u
       where e.user_id = u.user_id and e.occurred_at <= u.forget_before and ${where}
       returning e.room_id
     )
     insert into change_feed (kind)
     select 'rooms' where exists (select from gone where room_id is not null)`,
    values,
  );
}

async function deleteOf(
  transaction: Queryable,
  table: string,
  users: string,
  where: string,
): Promise<void> {
  await transaction.query(
    `delete from ${table} f using ${users} where f.user_id = u.user_id and ${where}`,
  );
}

/**
 * Of the segments that asked for behaviour, the spans that began with a snapshot from before they
 * asked, or so shortly afterwards that it may not have seen that they did.
 */
async function deleteSpans(transaction: Queryable, users: string, where: string): Promise<void> {
  await transaction.query(
    `delete from segment_spans s using ${users}, segment_snapshots n
     where ${where} and s.user_id = u.user_id
       and s.segment_id in (select segment_id from segment_snapshots where uses_behaviour)
       and n.segment_id = s.segment_id and n.snapshot = s.entered
       and n.taken_at < u.forget_before + interval '1 minute'`,
  );
}

async function markForgotten(transaction: Queryable): Promise<void> {
  await transaction.query(
    `select from users where user_id in (select user_id from forgotten)
     order by user_id
     for no key update`,
  );
  await transaction.query(
    `update users u set forgotten_through = f.forget_before
     from forgotten f where u.user_id = f.user_id`,
  );
}
