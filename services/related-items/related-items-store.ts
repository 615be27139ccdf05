import type { Queryable } from '../database/transaction.ts';

/** An item that may stand in for another, as the catalogue has it. */
export interface SubstituteRow {
  readonly itemId: string;
  readonly price: number | null;
}

/** How many items of a category, the newest, are looked at. */
export const mostOfCategory = 2_000;
/** A substitute costs at most so many times as much or as little. */
const mostPriceRatio = 3;

// Milliseconds. Nobody waits longer.
const timeout = 2_000;

/**
 * Of the items of a category at about the price: the newest, and those of $5 wherever they stand.
 * Whether they can be bought is not asked here.
 */
export const substitutesSql = `
with near as (
  (
    select item_id, price from items
    where not hidden
      and category_path[cardinality(category_path)] = ($2::text[])[cardinality($2::text[])]
      and category_path = $2::text[] and launched_at <= $3::timestamptz
      and (
        $4::numeric is null or price is null
        or price between $4::numeric / ${mostPriceRatio} and $4::numeric * ${mostPriceRatio}
      )
    order by launched_at desc, item_id
    limit ${mostOfCategory}
  )
  union
  (
    select item_id, price from items
    where item_id = any($5::text[]) and not hidden and category_path = $2::text[]
      and launched_at <= $3::timestamptz
  )
)
select item_id as "itemId", price from near where item_id <> $1::text order by item_id`;

/** Items related to one, in the database. */
export class RelatedItemsStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** @param nearest ids that are looked at however old they are */
  substitutes(
    item: {
      readonly itemId: string;
      readonly categoryPath: readonly string[];
      readonly price: number | null;
    },
    nearest: readonly string[],
    now: Date,
  ): Promise<SubstituteRow[]> {
    return this.#database.query<SubstituteRow>(
      substitutesSql,
      [item.itemId, item.categoryPath, now, item.price, nearest],
      { name: 'substitutes', timeout },
    );
  }
}
