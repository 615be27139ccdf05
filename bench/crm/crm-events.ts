import type { Session } from '../../services/database/transaction.ts';
import type { CrmSizes } from './crm-sizes.ts';

/**
 * Fills `events`. The partitions are filled without their indexes, which are built when they are
 * attached: several times as fast. Within a table rows lie by time, as in a shop, so that what reads
 * a user's orders does not find them side by side.
 */
export async function makeEvents(
  session: Session,
  sizes: CrmSizes,
  onStep: (step: string) => void,
): Promise<void> {
  onStep('customers');
  await makeCustomers(session, sizes);
  const months = await makeBareTables(session, sizes);
  onStep('orders');
  await makeLines(session, sizes);
  await insertLines(session, sizes);
  onStep('other events');
  await insertOtherEvents(session, sizes);
  onStep('indexes');
  for (const { name, from, to } of months) {
    await session.query(`alter table bench_events detach partition ${name}`);
    await session.query(
      `alter table events attach partition ${name} for values from ('${from}') to ('${to}')`,
    );
  }
  await session.query('drop table bench_events, bench_lines');
}

/** Lines of an order: 1 + a geometric number, at most 8; this is the mean. */
const linesAnOrder = 2.16;

/** Who buys, from when on, for how long, how often (scaled so that the purchases come out). */
async function makeCustomers(session: Session, { users, purchases, days }: CrmSizes) {
  await session.query(
    `create unlogged table bench_customers as
     select n::integer, first_second, least(horizon - first_second, stays) as stays, rate
     from (
       select n, $2::integer * 86400::float8 as horizon,
         $2::integer * 86400 * power(pg_temp.uniform(n, 20), 1.3) as first_second,
         -ln(1 - pg_temp.uniform(n, 21)) * 240 * 86400 as stays,
         exp(1.1 * pg_temp.normal(n, 22)) as rate
       from generate_series(0, $1::integer - 1) n
       where pg_temp.uniform(n, 23) < 0.875
     ) c`,
    [users, days],
  );
  await session.query('alter table bench_customers add column orders integer');
  await session.query(
    `update bench_customers c
     set orders = 1 + least(500, floor(s.scale * c.rate * c.stays + pg_temp.uniform(c.n, 24)))
     from (
       select greatest(0, $1::float8 / $2::float8 - count(*)) / sum(rate * stays) as scale
       from bench_customers
     ) s`,
    [purchases, linesAnOrder],
  );
}

interface Month {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

async function makeBareTables(session: Session, { days, until }: CrmSizes): Promise<Month[]> {
  await session.query(
    `create table bench_events (like events including defaults including constraints)
     partition by range (occurred_at)`,
  );
  const months = await session.query<Month>(
    `select 'events_' || to_char(m, 'YYYY_MM') as name,
       m::timestamptz::text as "from", (m + interval '1 month')::timestamptz::text as "to"
     from generate_series(
       date_trunc('month', $1::timestamptz - interval '1 day' * $2::integer),
       $1::timestamptz, interval '1 month'
     ) m
     where to_regclass('events_' || to_char(m, 'YYYY_MM')) is null`,
    [until, days],
  );
  for (const { name, from, to } of months) {
    await session.query(
      `create table ${name} partition of bench_events for values from ('${from}') to ('${to}')`,
    );
  }
  return months;
}

/**
 * Purchases and returns in the order of their times. Of a customer's items more than half are of a
 * category that is theirs. Keys of random numbers: the order (below 501 a customer), then the line.
 */
async function makeLines(session: Session, { items, days, until }: CrmSizes): Promise<void> {
  await session.query(
    `create unlogged table bench_lines as
     select l.n, l.number, l.line::smallint, l.item, e.at, e.is_return
     from (
       select o.n, o.number, o.at, line, o.order_key * 8 + line as line_key,
         case when pg_temp.uniform(o.order_key * 8 + line, 30) < 0.6
           then (o.n % 60 + 60 * floor($1::integer / 60
             * power(pg_temp.uniform(o.order_key * 8 + line, 31), 2)))::integer
           else floor($1::integer * power(pg_temp.uniform(o.order_key * 8 + line, 31), 2.5))::integer
         end as item
       from (
         select c.n, number, c.n * 512::bigint + number as order_key,
           -- Evenings are busiest.
           $3::timestamptz - interval '1 day' * $2::integer
             + interval '1 day' * floor((c.first_second
               + case when number = 0 then 0
                   else c.stays * pg_temp.uniform(c.n * 512::bigint + number, 32) end) / 86400)
             + interval '1 second' * floor(28800 + 57600
               * power(pg_temp.uniform(c.n * 512::bigint + number, 33), 0.6)) as at
         from bench_customers c
         cross join lateral generate_series(0, c.orders - 1) number
       ) o
       cross join lateral generate_series(0, least(7,
         floor(-1.6 * ln(1 - pg_temp.uniform(o.order_key, 34))))::integer) line
     ) l
     cross join lateral (
       select l.at, false
       union all
       select l.at + interval '1 second' * floor((2 + 18 * pg_temp.uniform(l.line_key, 36)) * 86400),
         true
       where pg_temp.uniform(l.line_key, 35) < 0.1
     ) e (at, is_return)
     where e.at < $3::timestamptz
     order by e.at`,
    [items, days, until],
  );
}

async function insertLines(session: Session, { rooms }: CrmSizes): Promise<void> {
  await session.query(
    `insert into bench_events (
       event_id, user_id, session_id, item_id, sku_id, room_id, type, quantity, unit_price, order_id,
       reason, occurred_at, received_at
     )
     select case when l.is_return then 'r-' else 'p-' end || l.n || '-' || l.number || '-' || l.line,
       'user-' || l.n, 's-' || l.n || '-' || l.number, 'item-' || l.item,
       'item-' || l.item || '-' || (array['XS', 'S', 'M', 'L', 'XL'])[1 + (l.n + l.line) % 5],
       case when order_key % 5 < 3 and not l.is_return then 'room-' || order_key % $1::integer end,
       case when l.is_return then 'return' else 'purchase' end,
       1 + (line_key % 13 = 0)::integer,
       round(i.price * (array[1, 1, 1, 0.9, 0.7])[1 + line_key % 5], 2),
       -- One return in 20 does not say of which order it is.
       case when not l.is_return or line_key % 20 > 0 then 'o-' || l.n || '-' || l.number end,
       case when l.is_return then (array['too_small', 'too_large', 'quality', 'other'])[
         1 + line_key % 4] end,
       l.at, l.at
     from (
       select *, (hashint8extended(n * 512::bigint + number, 40) & 1048575)::integer as order_key,
         (hashint8extended((n * 512::bigint + number) * 8 + line, 41) & 1048575)::integer as line_key
       from bench_lines
       offset 0
     ) l
     join (select substr(item_id, 6)::integer as item, price from items) i on i.item = l.item`,
    [rooms],
  );
}

async function insertOtherEvents(
  session: Session,
  { users, otherEvents, items, rooms, days, until }: CrmSizes,
): Promise<void> {
  await session.query(
    `insert into bench_events (
       event_id, user_id, session_id, item_id, room_id, type, value, occurred_at, received_at
     )
     select 'e-' || e.n, 'user-' || e.buyer, 's-' || e.buyer || '-e',
       'item-' || (case when e.n % 5 < 3
         then e.buyer % 60 + 60 * floor($3::integer / 60 * power(pg_temp.uniform(e.n, 51), 2))
         else floor($3::integer * power(pg_temp.uniform(e.n, 51), 2.5)) end)::integer,
       case when e.n % 5 > 0 then 'room-' || (e.n * 7919 + e.buyer) % $4::integer end,
       e.type, case when e.type = 'view' then 500 + (e.n * 7919) % 60000 end, e.at, e.at
     from (
       select n, floor($2::integer * power(pg_temp.uniform(n, 50), 1.5))::integer as buyer,
         (array['view', 'view', 'view', 'view', 'view', 'click', 'click', 'click', 'like', 'cart'])[
           1 + (hashint8extended(n, 52) & 1048575)::integer % 10] as type,
         $5::timestamptz - interval '1 second' * floor(
           86400::float8 * least(90, $6::integer) * (1 - n::float8 / $1::integer)) as at
       from generate_series(0, $1::bigint - 1) n
     ) e
     where e.at < $5::timestamptz`,
    [otherEvents, users, items, rooms, until, days],
  );
}
