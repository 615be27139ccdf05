import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';
import type { Item, Sku } from './catalogue-schema.ts';

export interface Written {
  readonly created: number;
  readonly updated: number;
}

// `xmax = 0` tells an inserted row from an updated one: `on conflict do update` locks the row first,
// and the lock is carried over into xmax of the new version. `order by` locks rows in one order in
// every session, so that two calls over the same rows wait for each other and never deadlock.
const upsertItems = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as row(
    "itemId" text, "categoryPath" text[], brand text, title text, price numeric,
    attributes jsonb, "launchedAt" timestamptz, hidden boolean
  )
), written as (
  insert into items as old (
    item_id, category_path, brand, title, price, attributes, launched_at, hidden
  )
  select
    "itemId", "categoryPath", brand, title, price, attributes,
    coalesce("launchedAt", '-infinity'), hidden
  from given
  order by "itemId"
  on conflict (item_id) do update set
    category_path = excluded.category_path,
    brand = excluded.brand,
    title = excluded.title,
    price = excluded.price,
    attributes = excluded.attributes,
    launched_at = excluded.launched_at,
    hidden = excluded.hidden,
    updated_at = now()
  where (
    old.category_path, old.brand, old.title, old.price, old.attributes, old.launched_at, old.hidden
  ) is distinct from (
    excluded.category_path, excluded.brand, excluded.title, excluded.price, excluded.attributes,
    excluded.launched_at, excluded.hidden
  )
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as created,
  count(*) filter (where not inserted) as updated
from written`;

// $2 holds the stock that was given, by SKU id. One that was not given is read from the row while it
// is locked (see users-store.ts). The sequence number of the stock stays: what is older than that
// remains too late, and the next one counts.
const upsertSkus = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as row(
    "skuId" text, "itemId" text, "sizeLabel" text, "sizeOrder" smallint, colour text,
    price numeric, stock integer
  )
), written as (
  insert into skus as old (sku_id, item_id, size_label, size_order, colour, price, stock)
  select "skuId", "itemId", "sizeLabel", "sizeOrder", colour, price, coalesce(stock, 0)
  from given
  order by "skuId"
  on conflict (sku_id) do update set
    item_id = excluded.item_id,
    size_label = excluded.size_label,
    size_order = excluded.size_order,
    colour = excluded.colour,
    price = excluded.price,
    stock = coalesce(($2::jsonb -> excluded.sku_id)::integer, old.stock),
    updated_at = now()
  where (
    old.item_id, old.size_label, old.size_order, old.colour, old.price, old.stock
  ) is distinct from (
    excluded.item_id, excluded.size_label, excluded.size_order, excluded.colour, excluded.price,
    coalesce(($2::jsonb -> excluded.sku_id)::integer, old.stock)
  )
  returning (xmax = 0) as inserted
)
select
  count(*) filter (where inserted) as created,
  count(*) filter (where not inserted) as updated
from written`;

// The lock keeps the items until the SKUs that refer to them are in.
const lockItems = `
select item_id as "itemId" from items
where item_id = any($1::text[])
order by item_id
for key share`;

/** Items and SKUs in the database. */
export class CatalogueStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes the items that are new or different. The ids must differ from each other. */
  upsertItems(items: readonly Item[]): Promise<Written> {
    return write(this.#database, upsertItems, [JSON.stringify(items)]);
  }

  /**
   * Writes the SKUs that are new or different, or none when items are missing.
   *
   * @returns the counts, or the ids of the items that are not known
   */
  upsertSkus(skus: readonly Sku[]): Promise<Written | { readonly unknownItems: Set<string> }> {
    return this.#database.transaction(async (transaction) => {
      const wanted = new Set(skus.map((sku) => sku.itemId));
      const known = await transaction.query<{ itemId: string }>(lockItems, [[...wanted]]);
      for (const { itemId } of known) wanted.delete(itemId);
      if (wanted.size > 0) return { unknownItems: wanted };
      return write(transaction, upsertSkus, [JSON.stringify(skus), givenStock(skus)]);
    });
  }
}

function givenStock(skus: readonly Sku[]): string {
  const given = skus.filter(({ stock }) => stock !== undefined);
  return JSON.stringify(Object.fromEntries(given.map(({ skuId, stock }) => [skuId, stock])));
}

async function write(queryable: Queryable, sql: string, values: readonly unknown[]) {
  const [written] = await queryable.query<Written>(sql, values);
  if (written === undefined) throw new Error('an aggregate without a row');
  return written;
}
