import type { Session } from '../database/transaction.ts';

/** What became of the rows of a table. */
export interface Written {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
}

// In the upserts, `order by` locks rows in one order in every session, so that two writers wait
// for each other and never deadlock; `xmax = 0` tells an inserted row from an updated one; rows
// that are just so already are not written.

// A switch that is not given is read from the row while it is locked: taken from an earlier look,
// it could undo an opt-out made meanwhile.
const upsertUsers = `
with written as (
  insert into users as old (
    user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm, waist_cm,
    hip_cm, body_type, attributes, personalised, marketing_consent
  )
  select
    user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm, waist_cm,
    hip_cm, body_type, attributes, coalesce(personalised, true), coalesce(marketing_consent, false)
  from staged_users
  order by user_id
  on conflict (user_id) do update set
    birth_year = excluded.birth_year,
    gender = excluded.gender,
    city_tier = excluded.city_tier,
    channel = excluded.channel,
    height_cm = excluded.height_cm,
    weight_kg = excluded.weight_kg,
    bust_cm = excluded.bust_cm,
    waist_cm = excluded.waist_cm,
    hip_cm = excluded.hip_cm,
    body_type = excluded.body_type,
    attributes = excluded.attributes,
    (personalised, marketing_consent) = (
      select
        coalesce(given.personalised, old.personalised),
        coalesce(given.marketing_consent, old.marketing_consent)
      from staged_users given where given.user_id = excluded.user_id
    ),
    updated_at = now()
  where (
    old.birth_year, old.gender, old.city_tier, old.channel, old.height_cm, old.weight_kg,
    old.bust_cm, old.waist_cm, old.hip_cm, old.body_type, old.attributes
  ) is distinct from (
    excluded.birth_year, excluded.gender, excluded.city_tier, excluded.channel, excluded.height_cm,
    excluded.weight_kg, excluded.bust_cm, excluded.waist_cm, excluded.hip_cm, excluded.body_type,
    excluded.attributes
  ) or exists (
    select from staged_users given
    where given.user_id = excluded.user_id and (
      given.personalised <> old.personalised or given.marketing_consent <> old.marketing_consent
    )
  )
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as inserted,
  count(*) filter (where not inserted) as updated,
  (select count(*) from staged_users) - count(*) as unchanged
from written`;

/** Writes the staged users. A switch that is not given stays as it is. */
export async function mergeUsers(session: Session): Promise<Written> {
  // For the look-ups of the switches; and whatever came before, each user is there once.
  await session.query('create unique index on staged_users (user_id)');
  return one(await session.query<Written>(upsertUsers));
}

const upsertItems = `
with written as (
  insert into items as old (
    item_id, category_path, brand, title, price, attributes, launched_at, hidden
  )
  select item_id, category_path, brand, title, price, attributes, launched_at, hidden
  from staged_items
  order by item_id
  on conflict (item_id) do update set
    category_path = excluded.category_path,
    brand = excluded.brand,
    title = excluded.title,
    price = excluded.price,
    attributes = excluded.attributes,
    launched_at = case when $1::boolean then old.launched_at else excluded.launched_at end,
    hidden = case when $1::boolean then old.hidden else excluded.hidden end,
    updated_at = now()
  where (
    old.category_path, old.brand, old.title, old.price, old.attributes
  ) is distinct from (
    excluded.category_path, excluded.brand, excluded.title, excluded.price, excluded.attributes
  ) or (
    not $1::boolean
    and (old.launched_at, old.hidden) is distinct from (excluded.launched_at, excluded.hidden)
  )
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as inserted,
  count(*) filter (where not inserted) as updated,
  (select count(*) from staged_items) - count(*) as unchanged
from written`;

/**
 * Writes the staged items.
 *
 * @param keepState whether launch date and `hidden` of items that are there already stay: a data
 *   set does not know them
 */
export async function mergeItems(session: Session, keepState: boolean): Promise<Written> {
  return one(await session.query<Written>(upsertItems, [keepState]));
}

const upsertSkus = `
with written as (
  insert into skus as old (sku_id, item_id, size_label, size_order, colour, price, stock)
  select sku_id, item_id, size_label, size_order, colour, price, stock
  from staged_skus
  order by sku_id
  on conflict (sku_id) do update set
    item_id = excluded.item_id,
    size_label = excluded.size_label,
    size_order = excluded.size_order,
    colour = excluded.colour,
    price = excluded.price,
    stock = case when $1::boolean then old.stock else excluded.stock end,
    updated_at = now()
  where (
    old.item_id, old.size_label, old.size_order, old.colour, old.price
  ) is distinct from (
    excluded.item_id, excluded.size_label, excluded.size_order, excluded.colour, excluded.price
  ) or (not $1::boolean and old.stock <> excluded.stock)
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as inserted,
  count(*) filter (where not inserted) as updated,
  (select count(*) from staged_skus) - count(*) as unchanged
from written`;

/**
 * Writes the staged SKUs.
 *
 * @param keepState whether the stock of SKUs that are there already stays: a data set does not
 *   know it
 */
export async function mergeSkus(session: Session, keepState: boolean): Promise<Written> {
  return one(await session.query<Written>(upsertSkus, [keepState]));
}

const insertUsers = `
insert into users (user_id)
select distinct user_id from staged_events where user_id is not null order by user_id
on conflict do nothing`;

const insertItems = `
with added as (
  insert into items (item_id)
  select distinct item_id from staged_events where item_id is not null order by item_id
  on conflict do nothing
  returning item_id
), stocked as (
  insert into skus (sku_id, item_id, stock)
  select item_id, item_id, $1::integer from added
  on conflict do nothing
  returning 1
)
select (select count(*) from added) as items, (select count(*) from stocked) as skus`;

/**
 * Makes a bare user and a bare item, with one SKU of the item's own id, for each id that the staged
 * events name and the tables do not have.
 *
 * @param stock pieces of each new SKU
 */
export async function addFromEvents(
  session: Session,
  stock: number,
): Promise<{ users: number; items: number; skus: number }> {
  const users = await session.execute(insertUsers);
  const { items, skus } = one(
    await session.query<{ items: number; skus: number }>(insertItems, [stock]),
  );
  return { users, items, skus };
}

// The ids first and in their order: every writer of events does so (docs/adr/0006-events-once.md).
const insertKeys = `
insert into event_keys (event_id, occurred_at)
select event_id, occurred_at from staged_events order by event_id, file, line`;

const insertNewKeys = `${insertKeys}
on conflict do nothing`;

const columns = `event_id, user_id, session_id, item_id, sku_id, room_id, type, value, quantity,
  unit_price, order_id, reason, properties, occurred_at`;

// As the column's default, but once and not for each row, which takes 0.7 s a million.
const transactionId = '(select pg_current_xact_id()::text::bigint)';

const insertAllEvents = `
insert into events (${columns}, ingest_xid)
select ${columns}, ${transactionId} from staged_events order by occurred_at`;

// Keys written by this transaction carry its number: they are the events that are new.
const insertNewEvents = `
insert into events (${columns}, ingest_xid)
select ${columns}, ${transactionId} from (
  select distinct on (s.event_id) s.*
  from staged_events s join event_keys k on k.event_id = s.event_id
  where k.xmin = pg_current_xact_id()::xid
  order by s.event_id, s.file, s.line
) fresh
order by occurred_at`;

// Too many to name: whoever keeps histories in memory reads them again.
const tellOfEvents = `insert into change_feed (kind) values ('events')`;

/**
 * Writes the staged events whose ids have not been seen; of those with one id the first.
 *
 * @param staged how many rows are staged
 * @returns how many were new
 */
export async function mergeEvents(session: Session, staged: number): Promise<number> {
  await session.query(tellOfEvents);
  if (await allKeysAreNew(session)) return written(staged, await session.execute(insertAllEvents));
  const fresh = await session.execute(insertNewKeys);
  if (fresh === 0) return 0;
  // Autovacuum does not see temporary tables; without figures the planner takes them for tiny.
  await session.query('analyze staged_events');
  return written(fresh, await session.execute(insertNewEvents));
}

/**
 * Inserts the ids when all of them are new and different, and none otherwise. Mostly they are, and
 * without `on conflict` a million of them take half the time (1.9 s of CPU, not 3.8), besides
 * the look-up of which they were.
 */
async function allKeysAreNew(session: Session): Promise<boolean> {
  await session.query('savepoint before_keys');
  try {
    await session.execute(insertKeys);
    await session.query('release savepoint before_keys');
    return true;
  } catch (error) {
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: unique_violation.
    if ((error as { code?: unknown }).code !== '23505') throw error;
    await session.query('rollback to savepoint before_keys');
    // Out of the savepoint too: keys written inside would carry another number.
    await session.query('release savepoint before_keys');
    return false;
  }
}

function written(keys: number, events: number): number {
  if (keys !== events) throw new Error(`${keys} event keys but ${events} events`);
  return events;
}

function one<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('an aggregate without a row');
  return row;
}
