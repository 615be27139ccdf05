import type { Queryable } from '../database/transaction.ts';

/** A kind of tag, and what its value is; null: none. */
export interface TagKind {
  readonly tag: string;
  readonly value: string;
}

const attribute = (name: string) =>
  `case when jsonb_typeof(i.attributes -> '${name}') = 'string' then i.attributes ->> '${name}' end`;

/** Of an item `i` with what its SKUs `k` are: the columns of `tag_items`. */
const itemColumns = {
  category: `i.category_path[cardinality(i.category_path)]`,
  brand: 'i.brand',
  price: 'i.price',
  // Of an item that comes in several colours, what was done without naming a SKU says nothing of one.
  colour: `coalesce(${attribute('colour')}, ${attribute('color')}, k.colour)`,
};

/** What a piece `d` cost where it was looked at, as far as it is known; `list` is its list price. */
const asked = `case
  when d.unit_price is not null then d.unit_price
  when d.is_return or (d.room_id is not null and r.item_id is null) then null
  else coalesce(r.room_price, list.price) end`;

/**
 * Of what a user did with a piece: `d` the deeds, `i` the item, `k` the SKU where one was named, `r`
 * its place on the shelf of the room. Another kind is another line, and its entry in
 * services/tags/tag-kinds.ts.
 */
export const interestKinds: readonly TagKind[] = [
  { tag: 'category', value: `nullif(i.category, '')` },
  { tag: 'brand', value: `nullif(i.brand, '')` },
  { tag: 'colour', value: `nullif(coalesce(nullif(k.colour, ''), i.colour), '')` },
  // What was paid says more than what the item costs now.
  { tag: 'price', value: 'price_band(coalesce(d.unit_price, i.price))' },
  { tag: 'discount', value: `discount_band(list.price, ${asked})` },
];

/** What the kinds are read from, for the definition of the tags. */
export const interestSource = JSON.stringify({ itemColumns, interestKinds });

const counted = {
  clicks: 'click',
  views: 'view',
  likes: 'like',
  comments: 'comment',
  shares: 'share',
  carts: 'cart',
  purchases: 'purchase',
};
const countColumns = Object.keys(counted);
const added = [...countColumns, 'against', 'total', 'gained', 'lost'];

/** A `follow` is of a host. */
const isAboutItem = `e.item_id is not null and e.type not in ('impression', 'follow')`;

const makeDeeds = `
create temporary table tag_deeds (
  user_id text not null, item_id text not null, sku_id text, room_id text, unit_price numeric,
  is_return boolean not null, ${countColumns.map((column) => `${column} integer not null`).join(', ')},
  against integer not null, total double precision not null,
  -- As of this build, where 2^(−age / half-life) is small, and not as of the landmark: so that plain
  -- sums do. What is older than a thousand half-lives is nothing.
  gained double precision not null, lost double precision not null, last_evidence_at timestamptz
) on commit drop`;

/** One row for all that a user did with a SKU of an item at a price, so that few are multiplied. */
function fillDeeds(where: string, definition: string): string {
  const counts = Object.values(counted).map(
    (type) => `count(*) filter (where e.type = '${type}' and w.weight > 0)`,
  );
  const decayed = (weight: string) =>
    `coalesce(sum(${weight} * w.decay) filter (where ${weight} > 0), 0)`;
  return `
    insert into tag_deeds
    select e.user_id, e.item_id, e.sku_id, e.room_id, e.unit_price, e.type = 'return',
      ${counts.join(', ')}, count(*) filter (where w.weight < 0), sum(w.weight),
      ${decayed('w.weight')}, ${decayed('-w.weight')},
      max(e.occurred_at) filter (where w.weight > 0)
    from events e
    cross join (
      select 86400 * (${definition}::jsonb #>> '{interest,halfLifeDays}')::double precision as half_life
      offset 0
    ) h
    cross join lateral (
      -- The offset keeps them from being worked out again at each of the places that use them.
      select interaction_weight(e.type, e.value, e.reason, ${definition}::jsonb) as weight,
        power_of_two(date_part('epoch', e.occurred_at - $1::timestamptz) / h.half_life) as decay
      offset 0
    ) w
    where ${where} and ${isAboutItem} and w.weight <> 0
    group by e.user_id, e.item_id, e.sku_id, e.room_id, e.unit_price, e.type = 'return'`;
}

/** What the catalogue says now of the items that anything was done with. */
const fillItems = `
create temporary table tag_items on commit drop as
select i.item_id, ${Object.entries(itemColumns)
  .map(([name, value]) => `${value} as ${name}`)
  .join(', ')}
from (select distinct item_id from tag_deeds) d
join items i on i.item_id = d.item_id
left join lateral (
  select min(s.colour) as colour
  from skus s
  where s.item_id = i.item_id
  having min(s.colour) = max(s.colour) and count(s.colour) = count(*)
) k on true`;

const insertSums = `
insert into user_tag_sums as f (
  user_id, tag, value, ${added.join(', ')}, last_evidence_at, computed_at
)
select a.user_id, a.tag, a.value, ${[...countColumns, 'against', 'total'].join(', ')},
  ln(nullif(a.gained, 0)) / ln(2::double precision) + n.age,
  ln(nullif(a.lost, 0)) / ln(2::double precision) + n.age,
  a.last_evidence_at, $1::timestamptz
from (
  select d.user_id, t.tag, t.value, ${added.map((column) => `sum(d.${column}) as ${column}`).join(', ')},
    max(d.last_evidence_at) as last_evidence_at
  from tag_deeds d
  join tag_items i on i.item_id = d.item_id
  left join skus k on k.sku_id = d.sku_id and k.item_id = d.item_id
  left join room_items r on r.room_id = d.room_id and r.item_id = d.item_id
  cross join lateral (select coalesce(k.price, i.price) as price) list
  cross join lateral (
    values ${interestKinds.map(({ tag, value }) => `('${tag}', ${value})`).join(', ')}
  ) t (tag, value)
  where t.value is not null
    and not exists (
      select from removed_user_tags x
      where x.user_id = d.user_id and x.tag = t.tag and x.value in ('', t.value)
    )
  group by d.user_id, t.tag, t.value
) a
cross join (
  select date_part('epoch', $1::timestamptz - ($2::jsonb ->> 'landmark')::timestamptz)
    / (86400 * ($2::jsonb #>> '{interest,halfLifeDays}')::double precision) as age
) n
on conflict (user_id, tag, value) do update set
  ${[...countColumns, 'against', 'total'].map((column) => `${column} = f.${column} + excluded.${column}`).join(', ')},
  gained = coalesce(log2_add(f.gained, excluded.gained), f.gained, excluded.gained),
  lost = coalesce(log2_add(f.lost, excluded.lost), f.lost, excluded.lost),
  last_evidence_at = greatest(f.last_evidence_at, excluded.last_evidence_at),
  computed_at = excluded.computed_at`;

/**
 * Adds what events say of an interest in a category, a brand, a colour, a price or a discount.
 *
 * @param where which events `e`; its parameters come first, $1 is when this build is
 * @param values of those
 * @returns how many tags of users had any
 */
export async function addInterests(
  transaction: Queryable,
  where: string,
  values: readonly [time: string, ...others: unknown[]],
  definition: string,
): Promise<number> {
  await transaction.query(makeDeeds);
  await transaction.query(fillDeeds(where, `$${values.length + 1}`), [...values, definition]);
  await transaction.query('analyze tag_deeds');
  await transaction.query(fillItems);
  await transaction.query('analyze tag_items');
  const [row] = await transaction.query<{ count: number }>(
    `with written as (${insertSums} returning 1) select count(*) as count from written`,
    [values[0], definition],
  );
  await transaction.query('drop table tag_deeds, tag_items');
  return row?.count ?? 0;
}
