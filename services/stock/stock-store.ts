import type { Database } from '../database/database.ts';
import type { StockLevel } from './stock-schema.ts';

/** What holds of a SKU after a change of stock was tried, and whether that is what was given. */
export interface HeldStock {
  readonly skuId: string;
  readonly applied: boolean;
  readonly stock: number;
  /** Null: it has come without one. */
  readonly sequence: string | null;
}

// `locked` waits for others who are writing these rows, in the order of the ids whoever comes, so
// that two calls never wait for each other, and has what they have left: what it compares with is
// newer than the snapshot of the statement. The update finds the same versions of the rows.
export const writeStock = `
with given as (
  select * from unnest($1::text[], $2::integer[], $3::bigint[]) as row (sku_id, stock, sequence)
), locked as materialized (
  select s.sku_id, s.stock, s.stock_sequence
  from skus s
  where s.sku_id = any($1::text[])
  order by s.sku_id
  for no key update
), written as (
  update skus s
  set stock = g.stock, stock_sequence = g.sequence, updated_at = now()
  from given g
  join locked l on l.sku_id = g.sku_id
  where s.sku_id = g.sku_id and (l.stock_sequence is null or l.stock_sequence < g.sequence)
  returning s.sku_id, s.stock, s.stock_sequence
)
select l.sku_id as "skuId",
  w.sku_id is not null as applied,
  coalesce(w.stock, l.stock) as stock,
  coalesce(w.stock_sequence, l.stock_sequence)::text as sequence
from locked l
left join written w on w.sku_id = l.sku_id`;

/** Stock in the database. */
export class StockStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Sets the stock of those SKUs whose kept sequence number is lower, or that have none.
   *
   * @param levels of SKUs that differ from each other
   * @returns what holds now, in no order, without the SKUs that are not known
   */
  write(levels: readonly StockLevel[]): Promise<HeldStock[]> {
    return this.#database.query<HeldStock>(
      writeStock,
      [
        levels.map(({ skuId }) => skuId),
        levels.map(({ stock }) => stock),
        levels.map(({ sequence }) => sequence),
      ],
      { name: 'write-stock' },
    );
  }
}
