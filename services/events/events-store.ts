import type { Database } from '../database/database.ts';

/** An event as it is stored. Its time is in UTC: `2026-01-31T12:00:00.000Z`. */
export interface NewEvent {
  readonly eventId: string;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly itemId: string | null;
  readonly skuId: string | null;
  readonly roomId: string | null;
  readonly type: string;
  readonly value: number | null;
  readonly quantity: number | null;
  readonly unitPrice: number | null;
  readonly orderId: string | null;
  readonly reason: string | null;
  /** JSON. */
  readonly properties: string | null;
  readonly occurredAt: string;
}

// The ids go in first: a transaction that wrote the same id and is not over yet is waited for, so
// that a duplicate is called one only when the first is durable. Sorted, so that two such
// transactions never wait for each other. Processes that have these viewers or rooms in memory are
// told in the same transaction (docs/adr/0012).
const insertEvents = `
with given as materialized (
  select * from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::float8[], $9::integer[], $10::numeric[], $11::text[], $12::text[], $13::jsonb[],
    $14::timestamptz[]
  ) as row(
    event_id, user_id, session_id, item_id, sku_id, room_id, type, value, quantity, unit_price,
    order_id, reason, properties, occurred_at
  )
), fresh as (
  insert into event_keys (event_id, occurred_at)
  select event_id, occurred_at from given order by event_id
  on conflict (event_id) do nothing
  returning event_id
), stored as (
  insert into events (
    event_id, user_id, session_id, item_id, sku_id, room_id, type, value, quantity, unit_price,
    order_id, reason, properties, occurred_at
  )
  select
    event_id, user_id, session_id, item_id, sku_id, room_id, type, value, quantity, unit_price,
    order_id, reason, properties, occurred_at
  from given join fresh using (event_id)
), told as (
  insert into change_feed (kind, ids, details)
  select 'events',
    coalesce(array_agg(distinct viewer) filter (where type <> 'impression'), '{}'),
    json_agg(json_build_array(
      room_id, item_id, type, viewer, round(extract(epoch from occurred_at), 3), value
    ))
  from (
    select *, coalesce('u' || user_id, 's' || session_id) as viewer
    from given join fresh using (event_id)
  ) seen
  having count(*) > 0
)
select event_id::text as "eventId" from given
where event_id not in (select event_id from fresh)`;

const columns = [
  'eventId',
  'userId',
  'sessionId',
  'itemId',
  'skuId',
  'roomId',
  'type',
  'value',
  'quantity',
  'unitPrice',
  'orderId',
  'reason',
  'properties',
  'occurredAt',
] as const satisfies readonly (keyof NewEvent)[];

/** Events in the database. */
export class EventsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Stores events, in one statement. Their months must have partitions, and their ids must differ
   * from each other.
   *
   * @returns the ids that had been stored before; nothing is changed under these
   */
  async insert(events: readonly NewEvent[]): Promise<Set<string>> {
    const values = columns.map((column) => events.map((event) => event[column]));
    const known = await this.#database.query<{ eventId: string }>(insertEvents, values, {
      name: 'insert-events',
    });
    return new Set(known.map((row) => row.eventId));
  }

  /** Makes the partitions of the months from one time to another where they are missing. */
  async ensurePartitions(from: string, to: string): Promise<void> {
    await this.#database.query('select ensure_event_partitions($1::timestamptz, $2::timestamptz)', [
      from,
      to,
    ]);
  }
}
