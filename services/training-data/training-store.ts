import {
  type EventWeights,
  testPositiveTypes,
  weighingTypes,
} from '../../models/dataset/event-weights.ts';
import type { Queryable, Transaction } from '../database/transaction.ts';
import { takeCopyRows } from './copy-rows.ts';

/** Takes one user's interest in one item. The ids are good until it returns (see `takeCopyRows`). */
export type TakePair = (userId: string, itemId: string, sum: number) => void;

/** The same with the last thing that the user did with the item, in seconds since 1970. */
export type TakeRecentPair = (userId: string, itemId: string, sum: number, lastAt: number) => void;

// Sums are made of whole millionths: adding them up gives the same in any order, and so the same
// data always give the same bytes.
const perUnit = 1_000_000;

/** Of an event `e`: its user has the switch on and did not ask for it to be deleted. */
export const isOfTrainableUser = `e.user_id is not null and e.item_id is not null
  and not exists (select from users u where u.user_id = e.user_id and not u.personalised)
  and not exists (
    select from users u
    where u.user_id = e.user_id and u.forget_before is not null and e.occurred_at <= u.forget_before
  )`;

/**
 * The times of the first and the last event that may be learnt from, before a time where one is
 * given; undefined where there is none. All in milliseconds since 1970.
 */
export async function trainableSpan(
  transaction: Transaction,
  weights: EventWeights,
  before?: number,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  const [row] = await transaction.query<{ first: Date | null; last: Date | null }>(
    `select
       (select e.occurred_at from events e
        where e.occurred_at < coalesce($2::timestamptz, 'infinity')
          and e.type = any ($1::text[]) and ${isOfTrainableUser}
        order by e.occurred_at limit 1) as first,
       (select e.occurred_at from events e
        where e.occurred_at < coalesce($2::timestamptz, 'infinity')
          and e.type = any ($1::text[]) and ${isOfTrainableUser}
        order by e.occurred_at desc limit 1) as last`,
    [weighingTypes(weights), before === undefined ? null : new Date(before).toISOString()],
  );
  if (!row?.first || !row.last) return undefined;
  return { first: row.first.getTime(), last: row.last.getTime() };
}

/**
 * What was left at `before` of each user's interest in each item, from the events before then: the
 * sum of their weights less by age, where it is above 0. Users who have the switch off are left
 * out, and what a user wanted deleted. In the order of the users' and then the items' ids, by their bytes.
 *
 * @param before milliseconds since 1970
 */
export async function readInterests(
  transaction: Transaction,
  before: number,
  weights: EventWeights,
  take: TakePair,
  signal?: AbortSignal,
): Promise<void> {
  await makeInterests(transaction, before, weights);
  await takePairs(transaction, take, signal);
}

/**
 * The same, with when each pair was met last, of the users who did something last: `most` of them at
 * most.
 */
export async function readRecentInterests(
  transaction: Transaction,
  { before, most }: { readonly before: number; readonly most: number },
  weights: EventWeights,
  take: TakeRecentPair,
  signal?: AbortSignal,
): Promise<void> {
  await makeInterests(transaction, before, weights);
  await transaction.query(
    `delete from training_pairs where user_id in (
       select user_id from training_pairs group by user_id
       order by max(last_at) desc, user_id
       offset $1::bigint
     )`,
    [most],
  );
  await takePairs(transaction, take, signal);
}

async function makeInterests(
  transaction: Transaction,
  before: number,
  weights: EventWeights,
): Promise<void> {
  const { halfLifeDays, lasting } = weights.interest;
  await transaction.query(
    `create temporary table training_pairs on commit drop as
     select e.user_id, e.item_id, date_part('epoch', max(e.occurred_at)) as last_at,
       sum(round(
         interaction_weight(e.type, e.value, e.reason, $2::jsonb)
         * ($3::double precision + (1 - $3::double precision) * power(
             2::double precision,
             -least(1000, date_part('epoch', $1::timestamptz - e.occurred_at)
               / ($4::double precision * 86400))
           ))
         * $5::double precision
       )::bigint) as sum
     from events e
     where e.occurred_at < $1::timestamptz
       and e.type = any ($6::text[])
       and ${isOfTrainableUser}
     group by e.user_id, e.item_id`,
    [
      new Date(before).toISOString(),
      JSON.stringify(weights),
      lasting,
      halfLifeDays,
      perUnit,
      weighingTypes(weights),
    ],
  );
}

/**
 * The pairs of user and item in which the user wanted the item in the time given: see
 * `isTestPositive`. In the same order and without the same users as `readInterests`.
 *
 * @param from milliseconds since 1970, `until` likewise and not itself in it
 */
export async function readPositives(
  transaction: Transaction,
  { from, until }: { readonly from: number; readonly until: number },
  weights: EventWeights,
  take: TakePair,
  signal?: AbortSignal,
): Promise<void> {
  await transaction.query(
    `create temporary table training_pairs on commit drop as
     select e.user_id, e.item_id, date_part('epoch', max(e.occurred_at)) as last_at,
       $5::bigint as sum
     from events e
     where e.occurred_at >= $1::timestamptz and e.occurred_at < $2::timestamptz
       and (e.type = any ($3::text[]) or (e.type = 'view' and e.value >= $4::double precision))
       and ${isOfTrainableUser}
     group by e.user_id, e.item_id`,
    [
      new Date(from).toISOString(),
      new Date(until).toISOString(),
      testPositiveTypes,
      weights.view.shortestMs,
      perUnit,
    ],
  );
  await takePairs(transaction, take, signal);
}

/** The titles of these items, by id, of those that have one. */
export async function readTitles(
  on: Queryable,
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await on.query<{ itemId: string; title: string }>(
    `select item_id as "itemId", title from items
     where item_id = any ($1::text[]) and title <> ''`,
    [itemIds],
  );
  return new Map(rows.map(({ itemId, title }) => [itemId, title]));
}

/** A statement with parameters cannot be copied from, but what it has made can. */
async function takePairs(
  transaction: Transaction,
  take: TakeRecentPair,
  signal?: AbortSignal,
): Promise<void> {
  const rows = transaction.copyOut(
    `copy (
       select user_id, item_id, sum, last_at from training_pairs where sum > 0
       order by user_id collate "C", item_id collate "C"
     ) to stdout`,
  );
  await takeCopyRows(
    rows,
    ([userId, itemId, sum, lastAt]) =>
      take(userId ?? '', itemId ?? '', Number(sum) / perUnit, Number(lastAt)),
    signal,
  );
  await transaction.query('drop table training_pairs');
}
