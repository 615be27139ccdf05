import type { Queryable } from '../../services/database/transaction.ts';

/** A purchase or a return as a test writes it down. */
export interface OrderLine {
  readonly user: string;
  readonly type?: 'purchase' | 'return';
  /** Left out: none. */
  readonly order?: string;
  readonly item?: string;
  readonly quantity?: number;
  readonly price?: number;
  /** ISO 8601 with a zone. */
  readonly at: string;
}

/** Writes purchases and returns past the API, their ids made up. */
export async function insertOrderLines(
  database: Queryable,
  lines: readonly OrderLine[],
): Promise<void> {
  await database.query(
    `insert into events (event_id, user_id, item_id, type, quantity, unit_price, order_id,
       occurred_at)
     select gen_random_uuid()::text, l."user", l.item, coalesce(l.type, 'purchase'), l.quantity,
       l.price, l."order", l.at
     from json_to_recordset($1::json) as l (
       "user" text, type text, "order" text, item text, quantity integer, price numeric,
       at timestamptz
     )`,
    [JSON.stringify(lines)],
  );
}

/** Makes users of whom nothing else is known. */
export async function insertUsers(database: Queryable, users: readonly string[]): Promise<void> {
  await database.query(
    `insert into users (user_id) select unnest($1::text[]) on conflict (user_id) do nothing`,
    [users],
  );
}
