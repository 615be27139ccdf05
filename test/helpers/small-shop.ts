import type { Database } from '../../services/database/database.ts';

export interface ShopItem {
  readonly itemId: string;
  readonly title?: string;
  readonly price?: number;
  readonly brand?: string;
  readonly category?: readonly string[];
  readonly hidden?: boolean;
  readonly launchedAt?: string;
  /** Its SKUs; without any, one in one size with a stock of 10. */
  readonly skus?: readonly ShopSku[];
  /** Its popularity in the feature tables. */
  readonly trend?: number;
}

export interface ShopSku {
  readonly skuId: string;
  readonly size?: string;
  readonly order?: number;
  readonly price?: number;
  readonly stock: number;
}

export interface ShopEvent {
  readonly userId: string;
  readonly itemId: string;
  readonly type: string;
  readonly skuId?: string;
  readonly value?: number;
  readonly reason?: string;
  readonly occurredAt: string;
}

/** Puts items with their SKUs and features into a catalogue. */
export async function insertItems(database: Database, items: readonly ShopItem[]): Promise<void> {
  await database.query(
    `insert into items (item_id, title, price, brand, category_path, hidden, launched_at)
     select "itemId", coalesce(title, ''), price, brand, coalesce(category, '{}'),
       coalesce(hidden, false), coalesce("launchedAt", '-infinity')
     from jsonb_to_recordset($1::jsonb) as i ("itemId" text, title text, price numeric,
       brand text, category text[], hidden boolean, "launchedAt" timestamptz)`,
    [JSON.stringify(items)],
  );
  const skus = items.flatMap(({ itemId, skus }) =>
    (skus ?? [{ skuId: `${itemId}-one`, stock: 10 }]).map((sku) => ({ ...sku, itemId })),
  );
  await database.query(
    `insert into skus (sku_id, item_id, size_label, size_order, price, stock)
     select "skuId", "itemId", size, coalesce("order", 0), price, stock
     from jsonb_to_recordset($1::jsonb) as s ("skuId" text, "itemId" text, size text,
       "order" smallint, price numeric, stock integer)`,
    [JSON.stringify(skus)],
  );
  await database.query(
    `insert into item_features (item_id, trend, first_event_at, last_event_at, computed_at)
     select "itemId", trend, now(), now(), now()
     from jsonb_to_recordset($1::jsonb) as f ("itemId" text, trend double precision)
     where trend is not null`,
    [JSON.stringify(items)],
  );
  await database.query(`insert into change_feed (kind) values ('items')`);
}

let events = 0;

/** Writes events as if they had been received. */
export async function insertEvents(
  database: Database,
  happened: readonly ShopEvent[],
): Promise<void> {
  const named = happened.map((event) => ({ ...event, eventId: `test-${events++}` }));
  await database.query(
    `select ensure_event_partitions(min(at), max(at))
     from (select ("occurredAt")::timestamptz as at
       from jsonb_to_recordset($1::jsonb) as e ("occurredAt" text)) e`,
    [JSON.stringify(named)],
  );
  await database.query(
    `insert into events (event_id, user_id, item_id, sku_id, type, value, reason, occurred_at)
     select "eventId", "userId", "itemId", "skuId", type, value, reason, "occurredAt"
     from jsonb_to_recordset($1::jsonb) as e ("eventId" text, "userId" text, "itemId" text,
       "skuId" text, type text, value double precision, reason text, "occurredAt" timestamptz)`,
    [JSON.stringify(named)],
  );
  await database.query(`insert into change_feed (kind) values ('events')`);
}
