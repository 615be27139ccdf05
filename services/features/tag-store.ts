import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { Queryable } from '../database/transaction.ts';
import { isNew, isOfCountedUser, isOfReturnedUser } from './feature-store.ts';
import { addHabits, habitSource } from './habit-tag-store.ts';
import { addInterests, interestSource } from './interest-tag-store.ts';
import type { NewEvents } from './new-events.ts';

/** A tag stands from this weight on: two clicks within a fortnight, say, or one like. */
const leastWeight = 1.5;

/** What tags are made from, a row a user or several. */
export const tagTables: readonly string[] = [
  'user_tag_sums',
  'user_size_returns',
  'user_live_habits',
  'user_said_channels',
];

/** Where what tags are made of is kept beside the sums. */
const others: Readonly<Record<string, string>> = {
  size_returns: 'user_size_returns',
  live_watching: 'user_live_habits',
  channel: 'user_said_channels',
};

/**
 * All that the sums depend on, and how they are read: kept with them as JSON. Sums of another
 * definition are built anew.
 */
export function tagDefinition(
  { trend, types, view, interest, ...rest }: EventWeights,
  timeZone: string,
): string {
  const { landmark } = trend;
  const definition = { types, view, return: rest.return, interest, landmark, leastWeight };
  return JSON.stringify({ ...definition, timeZone, kinds: [interestSource, habitSource] });
}

/** Empties what the tags are made from; nobody else sees it before the transaction has ended. */
export async function clearTags(transaction: Queryable): Promise<void> {
  for (const table of tagTables) await transaction.query(`delete from ${table}`);
}

/** Takes the sums of users who have the switch off, and of tags that were removed. */
export async function excludeTags(transaction: Queryable): Promise<void> {
  for (const table of tagTables) {
    await transaction.query(
      `delete from ${table} s using users u
       where u.user_id = s.user_id and not u.personalised`,
    );
  }
  await transaction.query(
    `delete from user_tag_sums s using removed_user_tags r
     where r.user_id = s.user_id and r.tag = s.tag and r.value in ('', s.value)`,
  );
  // Where one value was removed, the others are made from the same row.
  for (const [tag, table] of Object.entries(others)) {
    await transaction.query(
      `delete from ${table} s using removed_user_tags r
       where r.user_id = s.user_id and r.tag = $1::text and r.value = ''`,
      [tag],
    );
  }
}

/**
 * Adds the new events of the users who are not excluded, by what the catalogue says of their items
 * now. Returns how many tags of users had any.
 *
 * @param definition by `tagDefinition`
 */
export function addTags(
  transaction: Queryable,
  events: NewEvents,
  time: string,
  definition: string,
): Promise<number> {
  const values = [time, events.fromXid, events.taken ?? null] as const;
  return add(transaction, `${isNew} and ${isOfCountedUser}`, values, definition);
}

/** Adds all events of the users who have the switch on again, while they are still excluded. */
export function addReturnedTags(
  transaction: Queryable,
  time: string,
  definition: string,
): Promise<number> {
  return add(transaction, isOfReturnedUser, [time], definition);
}

async function add(
  transaction: Queryable,
  where: string,
  values: readonly [time: string, ...others: unknown[]],
  definition: string,
): Promise<number> {
  const interests = await addInterests(transaction, where, values, definition);
  return interests + (await addHabits(transaction, where, values, definition));
}

/** Says how the sums that have been built are read, and what the shop's share of returns is. */
export async function saveTagSettings(transaction: Queryable, definition: string): Promise<void> {
  await transaction.query(
    `insert into tag_settings (
       lasting, half_life_days, landmark, least_weight, pieces, sent_back
     )
     select (d.definition #>> '{interest,lasting}')::double precision,
       (d.definition #>> '{interest,halfLifeDays}')::double precision,
       (d.definition ->> 'landmark')::timestamptz,
       (d.definition ->> 'leastWeight')::double precision,
       coalesce(r.pieces, 0), coalesce(r.sent_back, 0)
     from (select $1::jsonb as definition) d
     cross join (
       -- More came back of what was bought before there were events.
       select sum(pieces) as pieces, sum(least(sent_back, pieces)) as sent_back
       from user_size_returns
     ) r
     on conflict (only_row) do update set
       lasting = excluded.lasting, half_life_days = excluded.half_life_days,
       landmark = excluded.landmark, least_weight = excluded.least_weight,
       pieces = excluded.pieces, sent_back = excluded.sent_back`,
    [definition],
  );
}

/** Gives back the room of the rows that a full build replaced. Not in a transaction. */
export async function vacuumTags(database: Queryable): Promise<void> {
  await database.query(`vacuum (analyze) ${tagTables.join(', ')}, tag_settings`);
}
