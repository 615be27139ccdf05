import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { Queryable } from '../database/transaction.ts';
import { isNewSince, type NewEvents } from './new-events.ts';

// Fragments that several statements share. $1 is when this build is, $2 and $3 are a NewEvents.
export const isNew = isNewSince('$2', '$3');

export const isOfCountedUser = `e.user_id is not null
  and not exists (select from feature_exclusions x where x.user_id = e.user_id)`;

// Excluded at the last build and not any more: all events count, not the new ones alone.
export const isOfReturnedUser = `e.user_id in (
    select x.user_id from feature_exclusions x
    where not exists (select from users u where u.user_id = x.user_id and not u.personalised)
  )`;

const sumColumns = `impressions, clicks, views, dwell_ms, likes, comments, shares, follows, carts,
  uncarts, purchases, units, returns, returned_units, refunds, first_event_at, last_event_at`;

const sums = `
  count(*) filter (where e.type = 'impression'),
  count(*) filter (where e.type = 'click'),
  count(*) filter (where e.type = 'view'),
  coalesce(sum(e.value) filter (where e.type = 'view'), 0),
  count(*) filter (where e.type = 'like'),
  count(*) filter (where e.type = 'comment'),
  count(*) filter (where e.type = 'share'),
  count(*) filter (where e.type = 'follow'),
  count(*) filter (where e.type = 'cart'),
  count(*) filter (where e.type = 'uncart'),
  count(*) filter (where e.type = 'purchase'),
  coalesce(sum(coalesce(e.quantity, 1)) filter (where e.type = 'purchase'), 0),
  count(*) filter (where e.type = 'return'),
  coalesce(sum(coalesce(e.quantity, 1)) filter (where e.type = 'return'), 0),
  coalesce(sum(coalesce(e.quantity, 1) * e.unit_price) filter (where e.type = 'return'), 0),
  min(e.occurred_at),
  max(e.occurred_at)`;

const paid = `
  coalesce(sum(coalesce(e.quantity, 1) * e.unit_price) filter (where e.type = 'purchase'), 0)`;

const addSums = `
  impressions = f.impressions + excluded.impressions,
  clicks = f.clicks + excluded.clicks,
  views = f.views + excluded.views,
  dwell_ms = f.dwell_ms + excluded.dwell_ms,
  likes = f.likes + excluded.likes,
  comments = f.comments + excluded.comments,
  shares = f.shares + excluded.shares,
  follows = f.follows + excluded.follows,
  carts = f.carts + excluded.carts,
  uncarts = f.uncarts + excluded.uncarts,
  purchases = f.purchases + excluded.purchases,
  units = f.units + excluded.units,
  returns = f.returns + excluded.returns,
  returned_units = f.returned_units + excluded.returned_units,
  refunds = f.refunds + excluded.refunds,
  first_event_at = least(f.first_event_at, excluded.first_event_at),
  last_event_at = greatest(f.last_event_at, excluded.last_event_at),
  computed_at = excluded.computed_at`;

const outcomes = `
  sum(case when e.type = 'return' then -coalesce(e.quantity, 1)
    when e.properties ->> 'fit' in ('small', 'large') then 0
    else coalesce(e.quantity, 1) end),
  coalesce(sum(coalesce(e.quantity, 1))
    filter (where e.reason = 'too_small' or e.properties ->> 'fit' = 'small'), 0),
  coalesce(sum(coalesce(e.quantity, 1))
    filter (where e.reason = 'too_large' or e.properties ->> 'fit' = 'large'), 0)`;

const addOutcomes = `
  kept = f.kept + excluded.kept,
  too_small = f.too_small + excluded.too_small,
  too_large = f.too_large + excluded.too_large,
  computed_at = excluded.computed_at`;

const isOutcome = `e.type in ('purchase', 'return') and e.sku_id is not null`;

/** log₂ of the decayed sum of the weights w (docs/features.md); $5 is the landmark, $6 in days. */
const trend = `
  log2_sum(case when w.weight > 0 then
    ln(w.weight) / ln(2::double precision)
    + (date_part('epoch', e.occurred_at) - date_part('epoch', $5::timestamptz))
      / ($6::double precision * 86400)
  end)`;

/** Empties the feature tables; nobody else sees it before the transaction has filled them again. */
export async function clearFeatures(transaction: Queryable): Promise<void> {
  await transaction.query('delete from user_features');
  await transaction.query('delete from item_features');
  await transaction.query('delete from segment_item_trends');
  await transaction.query('delete from user_sku_outcomes');
  await transaction.query('delete from sku_outcomes');
  await transaction.query('delete from feature_exclusions');
}

/** Takes the features of users who have the switch off, and remembers who they are. */
export async function excludeUsers(transaction: Queryable): Promise<void> {
  await transaction.query(
    `insert into feature_exclusions (user_id)
     select user_id from users where not personalised
     on conflict (user_id) do nothing`,
  );
  await transaction.query(
    `delete from user_features f using users u
     where u.user_id = f.user_id and not u.personalised`,
  );
  await transaction.query(
    `delete from user_sku_outcomes f using users u
     where u.user_id = f.user_id and not u.personalised`,
  );
}

/** Adds the new events of the users who are not excluded. Returns how many users had any. */
export function addUserFeatures(
  transaction: Queryable,
  events: NewEvents,
  time: string,
): Promise<number> {
  return count(transaction, insertUserFeatures(`${isNew} and ${isOfCountedUser}`), [
    time,
    ...parameters(events),
  ]);
}

/** Adds the new events' outcomes by user and SKU. Returns how many pairs had any. */
export function addUserSkuOutcomes(
  transaction: Queryable,
  events: NewEvents,
  time: string,
): Promise<number> {
  const where = `${isNew} and ${isOfCountedUser} and ${isOutcome}`;
  return count(transaction, insertUserSkuOutcomes(where), [time, ...parameters(events)]);
}

/** Whether users who were excluded at the last build have the switch on again. */
export async function areUsersReturned(transaction: Queryable): Promise<boolean> {
  const [returned] = await transaction.query<{ any: boolean }>(
    `select exists (
       select from feature_exclusions x
       where not exists (select from users u where u.user_id = x.user_id and not u.personalised)
     ) as any`,
  );
  return returned?.any ?? false;
}

/** Builds the features of those users from all their events. Returns how many had any event. */
export async function addReturnedUsers(transaction: Queryable, time: string): Promise<number> {
  const users = await count(transaction, insertUserFeatures(isOfReturnedUser), [time]);
  const where = `${isOfReturnedUser} and ${isOutcome}`;
  await count(transaction, insertUserSkuOutcomes(where), [time]);
  return users;
}

/** Ends the exclusion of those users, when all their features have been built. */
export async function endExclusions(transaction: Queryable): Promise<void> {
  await transaction.query(
    `delete from feature_exclusions x
     where not exists (select from users u where u.user_id = x.user_id and not u.personalised)`,
  );
}

/** Adds the new events of items, whoever made them. Returns how many items had any. */
export function addItemFeatures(
  transaction: Queryable,
  events: NewEvents,
  time: string,
  weights: EventWeights,
): Promise<number> {
  const insert = `
    insert into item_features as f (item_id, ${sumColumns}, revenue, trend, computed_at)
    select e.item_id, ${sums}, ${paid}, ${trend}, $1::timestamptz
    from events e
    cross join lateral (
      select interaction_weight(e.type, e.value, e.reason, $4::jsonb) as weight
    ) w
    where ${isNew} and e.item_id is not null
    group by e.item_id
    on conflict (item_id) do update set ${addSums},
      revenue = f.revenue + excluded.revenue,
      trend = coalesce(log2_add(f.trend, excluded.trend), f.trend, excluded.trend)`;
  return count(transaction, insert, trendParameters(events, time, weights));
}

/**
 * Adds the new events' trends by item and segment of those who made them, as their profiles say now.
 * These are totals too: everybody's events count.
 */
export function addSegmentTrends(
  transaction: Queryable,
  events: NewEvents,
  time: string,
  weights: EventWeights,
): Promise<number> {
  const insert = `
    insert into segment_item_trends as f (item_id, segment, trend, computed_at)
    select e.item_id, p.segment, ${trend}, $1::timestamptz
    from events e
    join users u on u.user_id = e.user_id
    cross join lateral (select profile_segment(u.gender, u.birth_year) as segment) p
    cross join lateral (
      select interaction_weight(e.type, e.value, e.reason, $4::jsonb) as weight
    ) w
    where ${isNew} and e.item_id is not null and w.weight > 0 and p.segment is not null
    group by e.item_id, p.segment
    on conflict (item_id, segment) do update set
      trend = log2_add(f.trend, excluded.trend),
      computed_at = excluded.computed_at`;
  return count(transaction, insert, trendParameters(events, time, weights));
}

function trendParameters(events: NewEvents, time: string, weights: EventWeights) {
  const { landmark, halfLifeDays } = weights.trend;
  return [time, ...parameters(events), JSON.stringify(weights), landmark, halfLifeDays];
}

/** Adds the new events' outcomes by SKU, whoever made them. Returns how many SKUs had any. */
export function addSkuOutcomes(
  transaction: Queryable,
  events: NewEvents,
  time: string,
): Promise<number> {
  const insert = `
    insert into sku_outcomes as f (sku_id, kept, too_small, too_large, computed_at)
    select e.sku_id, ${outcomes}, $1::timestamptz
    from events e
    where ${isNew} and ${isOutcome}
    group by e.sku_id
    on conflict (sku_id) do update set ${addOutcomes}`;
  return count(transaction, insert, [time, ...parameters(events)]);
}

/**
 * Makes a row in `users` for everybody who has features and none: of whom nothing but events has
 * come. Returns how many there were.
 */
export function addKnownByEvents(transaction: Queryable): Promise<number> {
  return count(
    transaction,
    `insert into users (user_id)
     select f.user_id from user_features f
     where not exists (select from users u where u.user_id = f.user_id)
     on conflict (user_id) do nothing`,
    [],
  );
}

/** Gives back the room of the rows that a full build replaced. Not in a transaction. */
export async function vacuumFeatures(database: Queryable): Promise<void> {
  await database.query(
    `vacuum (analyze) user_features, item_features, segment_item_trends, user_sku_outcomes,
       sku_outcomes`,
  );
}

function insertUserFeatures(where: string): string {
  return `
    insert into user_features as f (user_id, ${sumColumns}, spend, last_purchase_at, computed_at)
    select e.user_id, ${sums}, ${paid},
      max(e.occurred_at) filter (where e.type = 'purchase'),
      $1::timestamptz
    from events e
    where ${where}
    group by e.user_id
    on conflict (user_id) do update set ${addSums},
      spend = f.spend + excluded.spend,
      last_purchase_at = greatest(f.last_purchase_at, excluded.last_purchase_at)`;
}

function insertUserSkuOutcomes(where: string): string {
  return `
    insert into user_sku_outcomes as f (
      user_id, sku_id, kept, too_small, too_large, computed_at
    )
    select e.user_id, e.sku_id, ${outcomes}, $1::timestamptz
    from events e
    where ${where}
    group by e.user_id, e.sku_id
    on conflict (user_id, sku_id) do update set ${addOutcomes}`;
}

function parameters({ fromXid, taken }: NewEvents): readonly unknown[] {
  return [fromXid, taken ?? null];
}

async function count(
  transaction: Queryable,
  insert: string,
  values: readonly unknown[],
): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    `with written as (${insert} returning 1) select count(*) as count from written`,
    values,
  );
  return row?.count ?? 0;
}
