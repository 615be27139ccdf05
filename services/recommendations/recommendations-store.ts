import type { UserContent } from '../../models/content/content.ts';
import type { EventType, ReturnReason } from '../../models/dataset/event-weights.ts';
import type { Queryable } from '../database/transaction.ts';

/** One thing that a viewer did with an item. */
export interface ViewerEvent {
  readonly itemId: string;
  /** Empty when the item is not in the catalogue. */
  readonly title: string;
  readonly type: EventType;
  /** Of a view: dwell in milliseconds. */
  readonly value: number | null;
  readonly reason: ReturnReason | null;
  /** Seconds since 1970. */
  readonly occurredAt: number;
}

/** A purchase, or a return of one. */
export interface OrderLine {
  readonly itemId: string;
  readonly skuId: string | null;
  readonly type: 'purchase' | 'return';
  readonly reason: ReturnReason | null;
  /** Of the SKU, where it is known. */
  readonly sizeLabel: string | null;
  /** Of the item: the leaf of its category path. */
  readonly category: string | null;
}

/** What is known of a viewer now. With the switch off nothing but that is read. */
export interface Viewer {
  readonly personalised: boolean;
  /** Newest first. */
  readonly events: readonly ViewerEvent[];
  /** Newest first. */
  readonly orders: readonly OrderLine[];
  /** What the shop knows of the user, where it does. */
  readonly profile?: UserContent;
}

export interface ListedItem {
  readonly itemId: string;
  readonly score: number;
}

export interface SkuOffer {
  readonly skuId: string;
  readonly sizeLabel: string | null;
  readonly sizeOrder: number;
  readonly price: number | null;
  readonly stock: number;
}

/** An item that may be shown, with its SKUs that are in stock or of one of the sizes asked for. */
export interface ItemOffer {
  readonly itemId: string;
  readonly category: string | null;
  readonly skus: readonly SkuOffer[];
}

/** A viewer who has done more is known by the newest of it. */
export const mostEvents = 200;
export const mostOrderLines = 5_000;

// Milliseconds. A viewer does not wait longer.
const timeout = 2_000;

type EventTuple = [string, string | null, EventType, number | null, ReturnReason | null, number];
type OrderTuple = [
  string,
  string | null,
  OrderLine['type'],
  ReturnReason | null,
  string | null,
  string | null,
];
type SkuTuple = [string, string | null, number, number | null, number];

export interface KnownItem {
  readonly itemId: string;
  /** The leaf of its category path. */
  readonly category: string | null;
}

/**
 * The viewer in one statement. A user who is not known has the switch on. The switch decides inside
 * the statement whether events are read at all. The order is the aggregate's, because a hash join
 * loses that of what is joined; a return of the same moment as its purchase comes after it.
 */
export const viewerSql = `
with viewer as materialized (
  select coalesce(u.personalised, true) as personalised,
    case when u.personalised then json_build_object(
      'birthYear', u.birth_year, 'gender', u.gender, 'cityTier', u.city_tier,
      'channel', u.channel, 'heightCm', u.height_cm, 'weightKg', u.weight_kg,
      'bustCm', u.bust_cm, 'waistCm', u.waist_cm, 'hipCm', u.hip_cm, 'bodyType', u.body_type,
      'attributes', u.attributes
    ) end as profile
  from (select 1) one
  left join users u on u.user_id = $1::text
)
select personalised, profile,
  case when personalised then (
    select json_agg(json_build_array(
      e.item_id, i.title, e.type, e.value, e.reason, extract(epoch from e.occurred_at)
    ) order by e.occurred_at desc, e.event_id)
    from (
      select event_id, item_id, type, value, reason, occurred_at
      from events
      where user_id = $1::text and type <> 'impression' and item_id is not null
      order by occurred_at desc
      limit ${mostEvents}
    ) e
    left join items i on i.item_id = e.item_id
  ) end as events,
  case when personalised then (
    select json_agg(json_build_array(
      o.item_id, o.sku_id, o.type, o.reason, s.size_label,
      i.category_path[cardinality(i.category_path)]
    ) order by o.occurred_at desc, o.type desc, o.event_id)
    from (
      select event_id, item_id, sku_id, type, reason, occurred_at
      from events
      where user_id = $1::text and type in ('purchase', 'return') and item_id is not null
      order by occurred_at desc
      limit ${mostOrderLines}
    ) o
    left join skus s on s.sku_id = o.sku_id
    left join items i on i.item_id = o.item_id
  ) end as orders
from viewer`;

/**
 * Of these items, those that can be bought at `now`: in the catalogue, not hidden, launched, with a
 * SKU in stock.
 */
export const offersSql = `
select i.item_id as "itemId", i.category_path[cardinality(i.category_path)] as category, k.skus
from unnest($1::text[]) as wanted (item_id)
join items i on i.item_id = wanted.item_id
cross join lateral (
  select json_agg(json_build_array(
    s.sku_id, s.size_label, s.size_order, coalesce(s.price, i.price), s.stock
  ) order by s.size_order, s.sku_id) as skus
  from skus s
  where s.item_id = i.item_id and (s.stock > 0 or s.size_label = any($3::text[]))
) k
where not i.hidden and i.launched_at <= $2::timestamptz and k.skus is not null`;

/** Items by recent popularity, from the feature tables. */
export const popularSql = `
select item_id as "itemId", trend as score
from item_features
where trend is not null
order by trend desc nulls last, item_id
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

export const itemSql = `
select item_id as "itemId", category_path[cardinality(category_path)] as category
from items where item_id = $1::text`;

/** What a recommendation is made from, as the database has it now. */
export class RecommendationsStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  async viewer(userId: string): Promise<Viewer> {
    const [row] = await this.#database.query<{
      personalised: boolean;
      events: EventTuple[] | null;
      orders: OrderTuple[] | null;
      profile: UserContent | null;
    }>(viewerSql, [userId], { name: 'viewer', timeout });
    return {
      personalised: row?.personalised ?? true,
      ...(row?.profile && { profile: row.profile }),
      events: (row?.events ?? []).map(([itemId, title, type, value, reason, occurredAt]) => ({
        itemId,
        title: title ?? '',
        type,
        value,
        reason,
        occurredAt,
      })),
      orders: (row?.orders ?? []).map(([itemId, skuId, type, reason, sizeLabel, category]) => ({
        itemId,
        skuId,
        type,
        reason,
        sizeLabel,
        category,
      })),
    };
  }

  /** @param sizes labels of which SKUs without stock are wanted too, for their place in the run */
  async offers(
    itemIds: readonly string[],
    sizes: readonly string[],
    now: Date,
  ): Promise<Map<string, ItemOffer>> {
    const rows = await this.#database.query<{
      itemId: string;
      category: string | null;
      skus: SkuTuple[];
    }>(offersSql, [itemIds, now, sizes], { name: 'offers', timeout });
    return new Map(
      rows.map(({ itemId, category, skus }) => [
        itemId,
        {
          itemId,
          category,
          skus: skus.map(([skuId, sizeLabel, sizeOrder, price, stock]) => {
            return { skuId, sizeLabel, sizeOrder, price, stock };
          }),
        },
      ]),
    );
  }

  async popular(count: number, offset: number): Promise<ListedItem[]> {
    return this.#database.query(popularSql, [count, offset], { name: 'popular-items', timeout });
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

  async item(itemId: string): Promise<KnownItem | undefined> {
    const [row] = await this.#database.query<KnownItem>(itemSql, [itemId], {
      name: 'known-item',
      timeout,
    });
    return row;
  }
}
