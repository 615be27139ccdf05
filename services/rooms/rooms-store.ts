import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';
import type { RoomTimes } from './room-state.ts';
import type { PutRoom, ShelfItem } from './rooms-schema.ts';

/** A room as it is kept, with its shelf in order. */
export interface StoredRoom extends RoomTimes {
  readonly roomId: string;
  readonly hostId: string | null;
  readonly title: string;
  readonly theme: string | null;
  readonly pinnedItemId: string | null;
  readonly pinnedAt: Date | null;
  readonly shelf: readonly ShelfTuple[];
}

/** Item, its price in the room, whether it is in the catalogue. */
export type ShelfTuple = readonly [itemId: string, roomPrice: number | null, inCatalogue: boolean];

export interface ShelfChange {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unpinnedItemId: string | null;
  /** Items that are not in the catalogue. */
  readonly unknown: ReadonlySet<string>;
}

export interface Pin {
  readonly changed: boolean;
  readonly pinnedItemId: string | null;
  readonly pinnedAt: Date | null;
}

// Milliseconds. Nobody waits longer.
const timeout = 2_000;

// One statement, so that the shelf and the pin are of one moment.
export const roomSql = `
select r.room_id as "roomId", r.host_id as "hostId", r.title, r.theme,
  r.starts_at as "startsAt", r.ends_at as "endsAt",
  r.pinned_item_id as "pinnedItemId", r.pinned_at as "pinnedAt",
  coalesce(s.shelf, '[]') as shelf
from rooms r
cross join lateral (
  select json_agg(
    json_build_array(ri.item_id, ri.room_price, i.item_id is not null) order by ri.position
  ) as shelf
  from room_items ri
  left join items i on i.item_id = ri.item_id
  where ri.room_id = r.room_id
) s
where r.room_id = $1::text`;

// `xmax = 0` tells an inserted row from an updated one (catalogue-store.ts).
const upsertRoom = `
insert into rooms as old (room_id, host_id, title, theme, starts_at, ends_at)
values ($1::text, $2::text, $3::text, $4::text, $5::timestamptz, $6::timestamptz)
on conflict (room_id) do update set
  host_id = excluded.host_id,
  title = excluded.title,
  theme = excluded.theme,
  starts_at = excluded.starts_at,
  ends_at = excluded.ends_at,
  updated_at = now()
where (old.host_id, old.title, old.theme, old.starts_at, old.ends_at)
  is distinct from
  (excluded.host_id, excluded.title, excluded.theme, excluded.starts_at, excluded.ends_at)
returning (xmax = 0) as created`;

// Whoever changes a room's shelf or pin holds its row until the end: two who do it at once come one
// after the other, and what each leaves is its own shelf, whole. `no key`: events and rows that
// refer to the room are not kept waiting.
const lockRoom = `
select pinned_item_id as "pinnedItemId", pinned_at as "pinnedAt"
from rooms where room_id = $1::text
for no key update`;

const removeItems = `
with removed as (
  delete from room_items ri
  where ri.room_id = $1::text
    and not exists (select from unnest($2::text[]) as wanted (item_id)
      where wanted.item_id = ri.item_id)
  returning 1
)
select count(*) as removed from removed`;

// Positions are unique at the end of the statement, not after each row.
const upsertShelf = `
with written as (
  insert into room_items as old (room_id, item_id, position, room_price)
  select $1::text, item_id, place - 1, room_price
  from unnest($2::text[], $3::numeric[]) with ordinality as wanted (item_id, room_price, place)
  on conflict (room_id, item_id) do update set
    position = excluded.position,
    room_price = excluded.room_price
  where (old.position, old.room_price) is distinct from (excluded.position, excluded.room_price)
  returning (xmax = 0) as added
)
select
  count(*) filter (where added) as added,
  count(*) filter (where not added) as changed
from written`;

const unknownItems = `
select wanted.item_id as "itemId"
from unnest($1::text[]) as wanted (item_id)
where not exists (select from items i where i.item_id = wanted.item_id)`;

const writePin = `
update rooms set pinned_item_id = $2::text, pinned_at = $3::timestamptz, updated_at = now()
where room_id = $1::text`;

// An item's own time may lie ahead of this process' clock, when another process pinned it.
const closePin = `
update room_pins set unpinned_at = greatest(pinned_at, $2::timestamptz)
where room_id = $1::text and unpinned_at is null`;

const openPin = `
insert into room_pins (room_id, item_id, pinned_at)
values ($1::text, $2::text, $3::timestamptz)`;

const isOnShelf = `
select exists (
  select from room_items where room_id = $1::text and item_id = $2::text
) as "onShelf"`;

/** Rooms in the database. */
export class RoomsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async room(roomId: string): Promise<StoredRoom | undefined> {
    const [row] = await this.#database.query<StoredRoom>(roomSql, [roomId], {
      name: 'room',
      timeout,
    });
    return row;
  }

  /** Writes what is new or different, and leaves the shelf and the pin. */
  async upsert(roomId: string, room: PutRoom): Promise<'created' | 'updated' | 'unchanged'> {
    const { hostId, title, theme, startsAt, endsAt } = room;
    const [written] = await this.#database.query<{ created: boolean }>(upsertRoom, [
      ...[roomId, hostId ?? null, title, theme ?? null, startsAt ?? null, endsAt ?? null],
    ]);
    if (written === undefined) return 'unchanged';
    return written.created ? 'created' : 'updated';
  }

  /**
   * Replaces the shelf, and unpins what is no longer on it. The items must differ.
   *
   * @returns undefined when there is no such room
   */
  replaceShelf(
    roomId: string,
    items: readonly ShelfItem[],
    now: Date,
  ): Promise<ShelfChange | undefined> {
    const ids = items.map(({ itemId }) => itemId);
    const prices = items.map(({ roomPrice }) => roomPrice ?? null);
    return this.#database.transaction(async (transaction) => {
      const [room] = await transaction.query<{ pinnedItemId: string | null }>(lockRoom, [roomId]);
      if (room === undefined) return undefined;
      const { removed } = await one<{ removed: number }>(transaction, removeItems, [roomId, ids]);
      const { added, changed } = await one<{ added: number; changed: number }>(
        transaction,
        upsertShelf,
        [roomId, ids, prices],
      );
      const { pinnedItemId } = room;
      const unpinnedItemId =
        pinnedItemId !== null && !ids.includes(pinnedItemId) ? pinnedItemId : null;
      if (unpinnedItemId !== null) await changePin(transaction, roomId, null, now);
      const rows = await transaction.query<{ itemId: string }>(unknownItems, [ids]);
      const unknown = new Set(rows.map(({ itemId }) => itemId));
      return { added, changed, removed, unpinnedItemId, unknown };
    });
  }

  /**
   * Pins an item of the shelf, or nothing. What is pinned already keeps its time.
   *
   * @returns why not, where that is so
   */
  pin(
    roomId: string,
    itemId: string | null,
    now: Date,
  ): Promise<Pin | 'no such room' | 'not on the shelf'> {
    return this.#database.transaction(async (transaction) => {
      const [room] = await transaction.query<Omit<Pin, 'changed'>>(lockRoom, [roomId]);
      if (room === undefined) return 'no such room';
      if (room.pinnedItemId === itemId) return { changed: false, ...room };
      if (itemId !== null) {
        const { onShelf } = await one<{ onShelf: boolean }>(transaction, isOnShelf, [
          roomId,
          itemId,
        ]);
        if (!onShelf) return 'not on the shelf';
      }
      await changePin(transaction, roomId, itemId, now);
      return { changed: true, pinnedItemId: itemId, pinnedAt: itemId === null ? null : now };
    });
  }
}

async function changePin(
  transaction: Queryable,
  roomId: string,
  itemId: string | null,
  now: Date,
): Promise<void> {
  await transaction.query(writePin, [roomId, itemId, itemId === null ? null : now]);
  await transaction.query(closePin, [roomId, now]);
  if (itemId !== null) await transaction.query(openPin, [roomId, itemId, now]);
}

async function one<Row>(
  queryable: Queryable,
  sql: string,
  values: readonly unknown[],
): Promise<Row> {
  const [row] = await queryable.query<Row>(sql, values);
  if (row === undefined) throw new Error('an aggregate without a row');
  return row;
}
