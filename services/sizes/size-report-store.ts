import type { Queryable } from '../database/transaction.ts';

/** What was done with one size of an item in a period, in pieces. */
export interface SizeFigures {
  /** Null: SKUs without a size. */
  readonly label: string | null;
  readonly bought: number;
  /** Of those bought in the period, whenever they came back. */
  readonly returned: number;
  readonly tooSmall: number;
  readonly tooLarge: number;
  readonly stock: number;
}

// A return is counted with the period of its purchase, the last one before it of the SKU by the same
// account; else sizes bought a month ago would be held against those bought now.
export const sizeReportSql = `
with lines as materialized (
  select e.event_id, e.type, e.reason, e.sku_id, e.occurred_at, coalesce(e.quantity, 1) as pieces,
    coalesce('u' || e.user_id, 's' || e.session_id) as account
  from events e
  where e.item_id = $1::text and e.type in ('purchase', 'return')
    and e.sku_id is not null and e.occurred_at >= $2::timestamptz
), returns as (
  select r.sku_id, r.reason, r.pieces
  from lines r
  where r.type = 'return' and exists (
    select from lines p
    where p.type = 'purchase' and p.account = r.account and p.sku_id = r.sku_id
      and p.occurred_at <= r.occurred_at
  )
), by_sku as (
  select sku_id,
    sum(bought) as bought, sum(returned) as returned, sum(small) as small, sum(large) as large
  from (
    select sku_id, pieces as bought, 0 as returned, 0 as small, 0 as large
    from lines where type = 'purchase'
    union all
    select sku_id, 0, pieces,
      case when reason = 'too_small' then pieces else 0 end,
      case when reason = 'too_large' then pieces else 0 end
    from returns
  ) each_line
  group by sku_id
)
select s.size_label as label,
  coalesce(sum(b.bought), 0)::float8 as bought, coalesce(sum(b.returned), 0)::float8 as returned,
  coalesce(sum(b.small), 0)::float8 as "tooSmall", coalesce(sum(b.large), 0)::float8 as "tooLarge",
  sum(s.stock)::float8 as stock
from skus s
left join by_sku b on b.sku_id = s.sku_id
where s.item_id = $1::text
group by s.size_label
order by min(s.size_order), s.size_label`;

/** Figures of an item's sizes for those who buy and sell it. */
export class SizeReportStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /**
   * The sizes of an item in their order; empty when it has no SKU.
   *
   * @param from what was bought before it is not counted
   */
  async sizes(itemId: string, from: Date): Promise<SizeFigures[]> {
    return this.#database.query<SizeFigures>(sizeReportSql, [itemId, from], {
      name: 'size-report',
    });
  }
}
