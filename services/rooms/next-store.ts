import type { Queryable } from '../database/transaction.ts';

/** How an item has done so far, as the features have it. */
export interface ItemRecord {
  readonly itemId: string;
  readonly impressions: number;
  readonly clicks: number;
  readonly purchases: number;
}

// Milliseconds. Nobody waits longer.
const timeout = 2_000;

export const itemRecordsSql = `
select item_id as "itemId", impressions::float8, clicks::float8, purchases::float8
from item_features
where item_id = any($1::text[])`;

/** When each item of a room was shown last; what is pinned now has no end. */
export const recentPinsSql = `
select item_id as "itemId",
  extract(epoch from max(coalesce(unpinned_at, 'infinity')))::float8 as "shownUntil"
from room_pins
where room_id = $1::text and (unpinned_at is null or unpinned_at > $2::timestamptz)
group by item_id`;

/** What the choice of the next item needs beside what is in memory. */
export class NextStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  itemRecords(itemIds: readonly string[]): Promise<ItemRecord[]> {
    return this.#database.query(itemRecordsSql, [itemIds], { name: 'item-records', timeout });
  }

  /** Seconds since 1970 until when items were pinned since a time; ∞: they are. */
  async recentPins(roomId: string, since: Date): Promise<Map<string, number>> {
    const rows = await this.#database.query<{ itemId: string; shownUntil: number }>(
      recentPinsSql,
      [roomId, since],
      { name: 'recent-pins', timeout },
    );
    return new Map(rows.map(({ itemId, shownUntil }) => [itemId, shownUntil]));
  }
}
