import type { Database } from '../../services/database/database.ts';

export interface SizedShopSize {
  readonly items: number;
  readonly users: number;
  readonly purchases: number;
}

/**
 * Women's dresses from XS to 3XL and users with the measurements that belong to a size, who bought
 * theirs, more or less, over a year; one piece in eight came back for its size.
 */
export async function fillSizedShop(database: Database, size: SizedShopSize): Promise<void> {
  const { items, users, purchases } = size;
  await database.query(
    `insert into items (item_id, title, category_path, brand, price)
     select 'item-' || n, 'Dress number ' || n, array['women', 'dresses'], 'brand-' || n % 200, 100
     from generate_series(0, $1::integer - 1) n`,
    [items],
  );
  await database.query(
    `insert into skus (sku_id, item_id, size_label, size_order, stock)
     select 'item-' || n || '-' || size, 'item-' || n, size, place, (n * 7 + place) % 20
     from generate_series(0, $1::integer - 1) n,
       unnest(array['XS', 'S', 'M', 'L', 'XL', 'XXL', '3XL']) with ordinality as run (size, place)`,
    [items],
  );
  await database.query(
    `insert into users (user_id, gender, birth_year, height_cm, weight_kg, bust_cm, waist_cm, hip_cm)
     select 'user-' || n, 'female', 1970 + n % 35, 150 + n % 30, 42 + own * 7 + n % 5,
       case when n % 3 > 0 then 78 + own * 4 + n % 3 end,
       case when n % 3 > 0 then 60 + own * 4 + n % 3 end,
       case when n % 3 > 0 then 85 + own * 4 + n % 3 end
     from (
       select n, (n * 7919) % 7 as own from generate_series(0, $1::integer - 1) n
     ) made`,
    [users],
  );
  await database.query(`select ensure_event_partitions(now() - interval '365 days', now())`);
  await database.query(
    `insert into events (event_id, user_id, item_id, sku_id, type, reason, occurred_at)
     select type || '-' || n, 'user-' || buyer, 'item-' || item,
       'item-' || item || '-' || (array['XS', 'S', 'M', 'L', 'XL', 'XXL', '3XL'])[
         1 + greatest(0, least(6, (buyer * 7919) % 7 + n % 3 - 1))],
       type, case when type = 'return' then (array['too_small', 'too_large'])[1 + n % 2] end,
       at + case when type = 'return' then interval '5 days' else interval '0' end
     from (
       select n, n % $2::integer as buyer,
         floor($1::integer * power(random(), 2))::integer as item,
         now() - interval '359 days' * (1 - n::float8 / $3::integer) - interval '6 days' as at
       from generate_series(0, $3::integer - 1) n
     ) bought
     cross join lateral unnest(
       case when n % 8 = 3 then array['purchase', 'return'] else array['purchase'] end
     ) as type`,
    [items, users, purchases],
  );
  for (const table of ['items', 'skus', 'users', 'events', 'change_feed']) {
    await database.query(`vacuum analyze ${table}`);
  }
}
