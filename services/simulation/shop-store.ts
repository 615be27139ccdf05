import { Readable } from 'node:stream';
import type { Database } from '../database/database.ts';
import type { Transaction } from '../database/transaction.ts';
import { copyField, copyTexts } from '../imports/copy-text.ts';

export interface UserRow {
  readonly userId: string;
  readonly birthYear: number;
  readonly gender: string;
  readonly cityTier: number;
  readonly channel: string;
  readonly heightCm: number | null;
  readonly weightKg: number | null;
  readonly bustCm: number | null;
  readonly waistCm: number | null;
  readonly hipCm: number | null;
  readonly personalised: boolean;
  readonly marketingConsent: boolean;
}

export interface ItemRow {
  readonly itemId: string;
  readonly categoryPath: readonly string[];
  readonly brand: string;
  readonly title: string;
  readonly price: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, as all times here. */
  readonly launchedAt: number;
  readonly hidden: boolean;
}

export interface SkuRow {
  readonly skuId: string;
  readonly itemId: string;
  readonly sizeLabel: string;
  readonly sizeOrder: number;
  readonly colour: string;
  readonly stock: number;
}

export interface RoomRow {
  readonly roomId: string;
  readonly hostId: string;
  readonly title: string;
  readonly theme: string;
  readonly startsAt: number;
  readonly pinnedItemId: string | null;
}

export interface RoomItemRow {
  readonly roomId: string;
  readonly itemId: string;
  readonly position: number;
  readonly roomPrice: number | null;
}

export interface EventRow {
  readonly eventId: string;
  readonly userId: string | null;
  readonly sessionId: string;
  readonly itemId: string | null;
  readonly skuId: string | null;
  readonly roomId: string | null;
  readonly type: string;
  readonly value: number | null;
  readonly quantity: number | null;
  readonly unitPrice: number | null;
  readonly orderId: string | null;
  readonly reason: string | null;
  readonly properties: Readonly<Record<string, string | number>> | null;
  readonly occurredAt: number;
}

/** A whole shop as streams: each is read once, one after the other, in this order. */
export interface ShopRows {
  readonly users: Iterable<UserRow>;
  readonly items: Iterable<ItemRow>;
  readonly rooms: Iterable<RoomRow>;
  readonly roomItems: Iterable<RoomItemRow>;
  readonly events: Iterable<EventRow>;
  /** After the events, which take from the stock. */
  readonly skus: Iterable<SkuRow>;
}

export interface ShopSize {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly events: number;
  readonly skus: number;
}

/** Users and items that there are. */
export async function countShop(database: Database): Promise<{ users: number; items: number }> {
  const [row] = await database.query<{ users: number; items: number }>(
    'select (select count(*) from users) as users, (select count(*) from items) as items',
  );
  return row ?? { users: 0, items: 0 };
}

/** A user who may be personalised and has done most, and the item that sells best lately. */
export async function exampleShopper(
  database: Database,
): Promise<{ userId: string; itemId: string } | undefined> {
  const [row] = await database.query<{ userId: string; itemId: string }>(
    `select u.user_id as "userId", i.item_id as "itemId"
     from (select user_id from user_features
           join users using (user_id)
           where personalised
           order by purchases + clicks desc, user_id limit 1) u,
          (select item_id from item_features
           join items using (item_id)
           where not hidden
           order by trend desc nulls last, item_id limit 1) i`,
  );
  return row;
}

/**
 * Writes a shop through `copy`, all of it or nothing.
 *
 * @param from the time of the earliest event; `until`: of the latest
 * @throws the database's error, code 23505, when a row with one of the ids exists
 */
export async function writeShop(
  database: Database,
  shop: ShopRows,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<ShopSize> {
  const size = await database.transaction(async (transaction) => {
    await transaction.query('select ensure_event_partitions($1::timestamptz, $2::timestamptz)', [
      new Date(from).toISOString(),
      new Date(until).toISOString(),
    ]);
    const users = await copyUsers(transaction, shop.users);
    const items = await copyItems(transaction, shop.items);
    const rooms = await copyRooms(transaction, shop.rooms);
    await copyRoomItems(transaction, shop.roomItems);
    const events = await copyEvents(transaction, shop.events);
    await keepEventIds(transaction);
    const skus = await copySkus(transaction, shop.skus);
    return { users, items, rooms, events, skus };
  });
  await database.query('analyze users, items, skus, rooms, room_items, event_keys, events');
  return size;
}

function copyUsers(transaction: Transaction, users: Iterable<UserRow>): Promise<number> {
  return transaction.copyIn(
    `copy users (user_id, birth_year, gender, city_tier, channel, height_cm, weight_kg, bust_cm,
       waist_cm, hip_cm, personalised, marketing_consent) from stdin`,
    streamOf(users, (row) => [
      ...[row.userId, row.birthYear, row.gender, row.cityTier, row.channel],
      ...[row.heightCm, row.weightKg, row.bustCm, row.waistCm, row.hipCm],
      ...[row.personalised, row.marketingConsent],
    ]),
  );
}

function copyItems(transaction: Transaction, items: Iterable<ItemRow>): Promise<number> {
  return transaction.copyIn(
    `copy items (item_id, category_path, brand, title, price, attributes, launched_at, hidden)
     from stdin`,
    streamOf(items, (row) => [
      ...[row.itemId, row.categoryPath],
      ...[row.brand, row.title, row.price, JSON.stringify(row.attributes)],
      ...[timestamp(row.launchedAt), row.hidden],
    ]),
  );
}

function copySkus(transaction: Transaction, skus: Iterable<SkuRow>): Promise<number> {
  return transaction.copyIn(
    'copy skus (sku_id, item_id, size_label, size_order, colour, stock) from stdin',
    streamOf(skus, (row) => [
      ...[row.skuId, row.itemId, row.sizeLabel, row.sizeOrder, row.colour, row.stock],
    ]),
  );
}

function copyRooms(transaction: Transaction, rooms: Iterable<RoomRow>): Promise<number> {
  return transaction.copyIn(
    'copy rooms (room_id, host_id, title, theme, starts_at, pinned_item_id) from stdin',
    streamOf(rooms, (row) => [
      ...[row.roomId, row.hostId, row.title, row.theme, timestamp(row.startsAt), row.pinnedItemId],
    ]),
  );
}

function copyRoomItems(transaction: Transaction, rows: Iterable<RoomItemRow>): Promise<number> {
  return transaction.copyIn(
    'copy room_items (room_id, item_id, position, room_price) from stdin',
    streamOf(rows, (row) => [row.roomId, row.itemId, row.position, row.roomPrice]),
  );
}

function copyEvents(transaction: Transaction, events: Iterable<EventRow>): Promise<number> {
  return transaction.copyIn(
    `copy events (event_id, user_id, session_id, item_id, sku_id, room_id, type, value, quantity,
       unit_price, order_id, reason, properties, occurred_at, received_at) from stdin`,
    streamOf(events, (row) => [
      ...[row.eventId, row.userId, row.sessionId, row.itemId, row.skuId, row.roomId, row.type],
      ...[row.value, row.quantity, row.unitPrice, row.orderId, row.reason],
      row.properties && JSON.stringify(row.properties),
      ...[timestamp(row.occurredAt), timestamp(row.occurredAt)],
    ]),
  );
}

/** The ids of the events that this transaction has written; and whoever keeps histories is told. */
async function keepEventIds(transaction: Transaction): Promise<void> {
  await transaction.query(
    `insert into event_keys (event_id, occurred_at)
     select event_id, occurred_at from events
     where ingest_xid = pg_current_xact_id()::text::bigint`,
  );
  await transaction.query(`insert into change_feed (kind) values ('events')`);
}

type Field = string | number | boolean | null | readonly string[];

const chunkLength = 1 << 16;

/** Rows in the text format of `copy`, in chunks. */
function streamOf<Row>(rows: Iterable<Row>, fields: (row: Row) => readonly Field[]): Readable {
  const chunks = function* () {
    let chunk = '';
    for (const row of rows) {
      chunk += `${fields(row).map(encode).join('\t')}\n`;
      if (chunk.length < chunkLength) continue;
      yield Buffer.from(chunk);
      chunk = '';
    }
    if (chunk !== '') yield Buffer.from(chunk);
  };
  return Readable.from(chunks());
}

function encode(field: Field): string {
  return typeof field === 'object' && field !== null ? copyTexts(field) : copyField(field);
}

function timestamp(time: number): string {
  return new Date(time).toISOString();
}
