import type { Queryable } from '../../services/database/transaction.ts';

/**
 * New orders of two lines each, of users of `makeCrmShop` (the first ones most), spread over a time.
 *
 * @param name makes the ids of their events and orders; another one for each call
 */
export async function addOrders(
  database: Queryable,
  { orders, from, to, name }: { orders: number; from: Date; to: Date; name: string },
): Promise<void> {
  await database.query('select ensure_event_partitions($1::timestamptz, $2::timestamptz)', [
    from,
    to,
  ]);
  await database.query(
    `insert into events (
       event_id, user_id, session_id, item_id, type, quantity, unit_price, order_id, occurred_at
     )
     select $4::text || '-' || n || '-' || line, 'user-' || buyer, $4::text || '-s-' || n,
       'item-' || (n * 7919 + line) % 50000, 'purchase', 1, 10 + n % 300, $4::text || '-' || n,
       $1::timestamptz + ($2::timestamptz - $1::timestamptz) * (n::float8 / $3::integer)
     from (
       select n, floor(u.users * power(
         (hashint8extended(n, 77) & 1048575) / 1048576::float8, 1.5))::integer as buyer
       from generate_series(1, $3::integer) n, (select count(*) as users from users) u
     ) o
     cross join generate_series(1, 2) line`,
    [from, to, orders, name],
  );
}
