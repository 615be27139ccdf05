import type { Database } from '../../services/database/database.ts';
import type { Queryable } from '../../services/database/transaction.ts';

/** A row of `events` as a test writes it down. */
export interface TestEvent {
  readonly user?: string;
  readonly session?: string;
  readonly item?: string;
  readonly sku?: string;
  readonly room?: string;
  readonly type: string;
  readonly value?: number;
  readonly quantity?: number;
  readonly price?: number;
  readonly reason?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** ISO 8601 with a zone. */
  readonly at: string;
}

/** Makes the partitions that the events of a test need. */
export async function makePartitions(database: Database, from: string, to: string): Promise<void> {
  await database.query('select ensure_event_partitions($1::timestamptz, $2::timestamptz)', [
    from,
    to,
  ]);
}

/** Writes events past the API, their ids made up. */
export async function insertEvents(
  database: Queryable,
  events: readonly TestEvent[],
): Promise<void> {
  await database.query(
    `insert into events (event_id, user_id, session_id, item_id, sku_id, room_id, type, value,
       quantity, unit_price, reason, properties, occurred_at)
     select gen_random_uuid()::text, e."user", coalesce(e.session, 'session'), e.item, e.sku, e.room,
       e.type, e.value, e.quantity, e.price, e.reason, e.properties, e.at
     from json_to_recordset($1::json) as e (
       "user" text, session text, item text, sku text, room text, type text,
       value double precision, quantity integer, price numeric, reason text, properties jsonb, at timestamptz
     )`,
    [JSON.stringify(events)],
  );
}
