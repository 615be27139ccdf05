import type { Queryable } from '../database/transaction.ts';

export interface ListedItem {
  readonly itemId: string;
  readonly score: number;
}

export interface KnownItem {
  readonly itemId: string;
  /** The leaf of its category path. */
  readonly category: string | null;
}

// Milliseconds. A viewer does not wait longer.
const timeout = 2_000;

/** Items by recent popularity, from the feature tables. */
export const popularSql = `
select item_id as "itemId", trend as score
from item_features
where trend is not null
order by trend desc nulls last, item_id
limit $1::integer offset $2::integer`;

/** The same among people of a segment. */
export const popularInSegmentSql = `
select item_id as "itemId", trend as score
from segment_item_trends
where segment = $3::text
order by trend desc, item_id
limit $1::integer offset $2::integer`;

/** The items that were launched last. */
export const newestSql = `
select item_id as "itemId", 0::double precision as score
from items
where not hidden and launched_at <= $3::timestamptz
order by launched_at desc, item_id
limit $1::integer offset $2::integer`;

/** How many of a category's items, the newest, are looked at for its most popular ones. */
export const mostOfCategory = 2_000;

/** The items of a category by recent popularity, those without any last, newest first. */
export const categorySql = `
select c.item_id as "itemId", coalesce(f.trend, 0) as score
from (
  select item_id, launched_at from items
  where not hidden
    and category_path[cardinality(category_path)] = $3::text
    and category_path = (select category_path from items where item_id = $4::text)
    and launched_at <= $5::timestamptz
  order by launched_at desc, item_id
  limit ${mostOfCategory}
) c
left join item_features f on f.item_id = c.item_id
where c.item_id <> $4::text
order by f.trend desc nulls last, c.launched_at desc, c.item_id
limit $1::integer offset $2::integer`;

/** Of how many of the newest items those are taken that few have seen, and how many of those. */
const newestOfFew = 5_000;
const mostOfFew = 50;

/** The newest items that have been shown fewer times than that, as of the last build of features. */
export const littleSeenSql = `
select i.item_id as "itemId"
from (
  select item_id, launched_at from items
  where not hidden and launched_at <= $2::timestamptz
  order by launched_at desc, item_id
  limit ${newestOfFew}
) i
left join item_features f on f.item_id = i.item_id
where coalesce(f.impressions, 0) < $1::bigint
order by i.launched_at desc, i.item_id
limit ${mostOfFew}`;

export const itemSql = `
select item_id as "itemId", category_path[cardinality(category_path)] as category
from items where item_id = $1::text`;

/**
 * The items of these categories (any of an item's path) and brands, by recent popularity, those
 * without any last, newest first. Of each of the two the newest are looked at.
 */
export const listingSql = `
select c.item_id as "itemId", coalesce(f.trend, 0) as score
from (
  (
    select item_id, launched_at from items
    where $1::text[] is not null and category_path && $1::text[]
      and ($2::text[] is null or brand = any($2::text[]))
      and not hidden and launched_at <= $3::timestamptz
    order by launched_at desc, item_id
    limit ${mostOfCategory}
  )
  union all
  (
    select item_id, launched_at from items
    where $1::text[] is null and brand = any($2::text[])
      and not hidden and launched_at <= $3::timestamptz
    order by launched_at desc, item_id
    limit ${mostOfCategory}
  )
) c
left join item_features f on f.item_id = c.item_id
order by f.trend desc nulls last, c.launched_at desc, c.item_id`;

/** Lists that candidates are taken from. Whether they can be bought is not asked here. */
export class RecommendationsStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  async popular(count: number, offset: number): Promise<ListedItem[]> {
    return this.#database.query(popularSql, [count, offset], { name: 'popular-items', timeout });
  }

  async popularIn(segment: string, count: number, offset: number): Promise<ListedItem[]> {
    return this.#database.query(popularInSegmentSql, [count, offset, segment], {
      name: 'popular-items-of-segment',
      timeout,
    });
  }

  async newest(count: number, offset: number, now: Date): Promise<ListedItem[]> {
    return this.#database.query(newestSql, [count, offset, now], { name: 'newest-items', timeout });
  }

  async ofSameCategory(
    item: { readonly itemId: string; readonly category: string },
    count: number,
    offset: number,
    now: Date,
  ): Promise<ListedItem[]> {
    return this.#database.query(categorySql, [count, offset, item.category, item.itemId, now], {
      name: 'items-of-category',
      timeout,
    });
  }

  /** @param categories any of an item's path; @param brands null: all, as for categories */
  async listing(
    categories: readonly string[] | null,
    brands: readonly string[] | null,
    now: Date,
  ): Promise<ListedItem[]> {
    return this.#database.query(listingSql, [categories, brands, now], {
      name: 'items-listed',
      timeout,
    });
  }

  async littleSeen(fewImpressions: number, now: Date): Promise<string[]> {
    const rows = await this.#database.query<{ itemId: string }>(
      littleSeenSql,
      [fewImpressions, now],
      { name: 'little-seen-items', timeout },
    );
    return rows.map(({ itemId }) => itemId);
  }

  async item(itemId: string): Promise<KnownItem | undefined> {
    const [row] = await this.#database.query<KnownItem>(itemSql, [itemId], {
      name: 'known-item',
      timeout,
    });
    return row;
  }
}
