import type { Database } from '../../services/database/database.ts';

/**
 * RFM as it is often done: everything anew, scores by `ntile`, whose tiles are of equal size and so
 * split equal values; tiers by a `case`; the whole table replaced.
 *
 * @returns users whose scores differ from those of somebody with the same value
 */
export async function naiveRfm(database: Database, asOf: Date, windowDays: number) {
  const from = new Date(asOf.getTime() - windowDays * 86_400_000);
  await database.query('drop table if exists bench_naive_rfm');
  const started = performance.now();
  await database.query(
    `create table bench_naive_rfm as
     select s.*,
       case when r is null then 'lost' when r >= 4 and f >= 4 and m >= 4 then 'high_value'
         when r >= 4 and f = 1 then 'new' when r <= 2 and f >= 3 then 'dormant'
         when r = 1 then 'lost' when f >= 3 or m >= 3 then 'promising' else 'low_value' end as tier
     from (
       select u.user_id, v.last_at, v.orders, v.money,
         case when v.user_id is not null then ntile(5) over (partition by v.user_id is null order by v.last_at) end as r,
         case when v.user_id is not null then ntile(5) over (partition by v.user_id is null order by v.orders) end as f,
         case when v.user_id is not null then ntile(5) over (partition by v.user_id is null order by v.money) end as m
       from users u
       left join (
         select user_id, max(occurred_at) filter (where type = 'purchase') as last_at,
           count(distinct order_id) filter (where type = 'purchase') as orders,
           sum(case type when 'purchase' then 1 else -1 end * coalesce(quantity, 1) * unit_price)
             as money
         from events
         where type in ('purchase', 'return') and occurred_at > $1::timestamptz
           and occurred_at <= $2::timestamptz
         group by user_id
       ) v on v.user_id = u.user_id
     ) s`,
    [from, asOf],
  );
  await database.query('create unique index on bench_naive_rfm (user_id)');
  const seconds = (performance.now() - started) / 1000;
  const [split] = await database.query<{ users: number }>(
    `select sum(users) as users
     from (
       select count(*) as users from bench_naive_rfm where f is not null
       group by orders having min(f) < max(f)
     ) tied`,
  );
  await database.query('drop table bench_naive_rfm');
  return { seconds, split: split?.users ?? 0 };
}
