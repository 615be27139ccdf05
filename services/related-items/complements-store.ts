import type { Queryable, Transaction } from '../database/transaction.ts';

export interface ComplementOptions {
  /** Purchases from this time on count. */
  readonly since: Date;
  /** A pair counts when so many buyers had both. */
  readonly minBuyers: number;
  /** How many complements an item keeps. */
  readonly most: number;
}

export interface ComplementCounts {
  /** Baskets of at least two items. */
  readonly baskets: number;
  readonly items: number;
  readonly complements: number;
}

/** One of an item's complements as it was counted. */
export interface Complement {
  readonly itemId: string;
  readonly lift: number;
  readonly baskets: number;
  readonly category: string;
}

/** A basket with more items is a wholesaler's, and its pairs would be most of all pairs. */
const largestBasket = 50;

/**
 * How much is added to what was counted and to what was expected: the mean and the strength of a
 * Gamma prior of lifts around 1, as if so many baskets had been just as expected.
 */
const priorBaskets = 5;

const leaf = (path: string) => `${path}[cardinality(${path})]`;

const statements = {
  /** What each basket holds: a viewer's purchases of one day (UTC), whichever orders they were in. */
  lines: `
    create temporary table lines on commit drop as
    select distinct
      hashtextextended(p.buyer || ' ' || p.day, 0) as basket, hashtextextended(p.buyer, 0) as buyer,
      p.item_id
    from (
      select coalesce('u' || user_id, 's' || session_id) as buyer,
        (occurred_at at time zone 'UTC')::date as day, item_id
      from events
      where type = 'purchase' and item_id is not null and occurred_at >= $1::timestamptz
    ) p`,
  /** Numbers in place of ids: pairs of them are a third as large. Items without a category are none. */
  numbers: `
    create temporary table item_numbers on commit drop as
    select row_number() over (order by item_id)::integer as number, item_id,
      ${leaf('category_path')} as category
    from items where cardinality(category_path) > 0`,
  numbered: `
    create temporary table basket_items on commit drop as
    select l.basket, l.buyer, n.number, n.category
    from (
      select basket, buyer, item_id, count(*) over (partition by basket) as size from lines
    ) l
    join item_numbers n on n.item_id = l.item_id
    where l.size between 2 and ${largestBasket}`,
  clear: 'delete from item_complements',
  /**
   * Lift = P(both) / (P(one) · P(other)) over the baskets of two and more, shrunk as a Gamma-Poisson
   * model shrinks it (DuMouchel 1999): (both + k) / (expected + k).
   */
  insert: `
    with total as (
      select count(distinct basket)::float8 as baskets from basket_items
    ), single as (
      select number, count(*)::float8 as baskets from basket_items group by number
    ), pair as (
      select a.number as one, b.number as other, count(*) as baskets,
        count(distinct a.buyer) as buyers
      from basket_items a
      join basket_items b
        on b.basket = a.basket and b.number > a.number and b.category <> a.category
      group by a.number, b.number
      having count(distinct a.buyer) >= $1::integer
    ), scored as (
      select p.one, p.other, p.baskets, p.buyers,
        (p.baskets + ${priorBaskets})
          / (s.baskets * o.baskets / t.baskets + ${priorBaskets}) as lift
      from pair p
      join single s on s.number = p.one
      join single o on o.number = p.other
      cross join total t
    ), directed as (
      select one, other, baskets, buyers, lift from scored where lift > 1
      union all
      select other, one, baskets, buyers, lift from scored where lift > 1
    ), ranked as (
      select *, row_number() over (
        partition by one order by lift desc, baskets desc, other
      ) as place
      from directed
    )
    insert into item_complements (item_id, complement_id, lift, baskets, buyers, computed_at)
    select i.item_id, c.item_id, r.lift, r.baskets, r.buyers, now()
    from ranked r
    join item_numbers i on i.number = r.one
    join item_numbers c on c.number = r.other
    where r.place <= $2::integer`,
  counts: `
    select (select count(distinct basket) from basket_items) as baskets,
      (select count(distinct item_id) from item_complements) as items,
      (select count(*) from item_complements) as complements`,
};

/** An item's complements, the highest lift first. */
export const complementsSql = `
select c.complement_id as "itemId", c.lift, c.baskets, ${leaf('i.category_path')} as category
from item_complements c
join items i on i.item_id = c.complement_id
where c.item_id = $1::text and not i.hidden
order by c.lift desc, c.baskets desc, c.complement_id`;

/** Makes the table anew from the purchases of a time; readers see the old rows until it commits. */
export async function buildComplements(
  transaction: Transaction,
  { since, minBuyers, most }: ComplementOptions,
): Promise<ComplementCounts> {
  // One at a time: two would delete the same rows.
  await transaction.query('lock table item_complements in share row exclusive mode');
  await transaction.query(statements.lines, [since]);
  await transaction.query(statements.numbers);
  await transaction.query(statements.numbered);
  await transaction.query('analyze basket_items');
  await transaction.query(statements.clear);
  await transaction.query(statements.insert, [minBuyers, most]);
  const [counts] = await transaction.query<ComplementCounts>(statements.counts);
  if (counts === undefined) throw new Error('an aggregate without a row');
  return counts;
}

/** Complements in the database. */
export class ComplementsStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Those that are in the catalogue and not hidden. */
  of(itemId: string): Promise<Complement[]> {
    return this.#database.query<Complement>(complementsSql, [itemId], { name: 'complements' });
  }
}
