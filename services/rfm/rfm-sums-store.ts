import type { Queryable } from '../database/transaction.ts';
import { isNewSince, type NewEvents } from '../features/new-events.ts';

/** As of when, and from when on orders are in the window: those after `from`, up to `asOf`. */
export interface RfmWindow {
  readonly asOf: Date;
  readonly from: Date;
}

/** Of an event `e`: its user has asked for it to be forgotten. Those who ask are few. */
const isForgotten = `exists (
  select from users f
  where f.forget_before is not null and f.user_id = e.user_id and f.forget_before >= e.occurred_at
)`;

// $1 is as of when, $2 where the window begins.
const counts = `e.user_id is not null and e.type in ('purchase', 'return')
  and e.occurred_at <= $1::timestamptz and not ${isForgotten}`;
const isInWindow = 'e.occurred_at > $2::timestamptz';
const money = 'coalesce(e.quantity, 1) * e.unit_price';

/** Of a user `u`: tiers are made of them. */
const isCounted = `u.personalised
  and not exists (select from feature_exclusions x where x.user_id = u.user_id)`;

/**
 * Notes in `rfm_touched` whose orders may count otherwise than at the last build: users with orders
 * or returns that have come since, or that have come into the window or left it, and counted
 * users who have no row. `is_whole`: orders before the window are to be looked at too, because there are new
 * ones or there is no row that knows the first of them.
 *
 * @param last the window of the last build
 */
export async function noteTouched(
  transaction: Queryable,
  events: NewEvents,
  { asOf, from }: RfmWindow,
  last: RfmWindow,
): Promise<void> {
  const between = (a: string, b: string) => `
    e.occurred_at > least(${a}::timestamptz, ${b}::timestamptz)
      and e.occurred_at <= greatest(${a}::timestamptz, ${b}::timestamptz)`;
  const has = (condition: string, isWhole: string) => `
    select e.user_id, ${isWhole} as is_whole from events e
    where e.user_id is not null and e.type in ('purchase', 'return') and ${condition}`;
  const isBefore = 'e.occurred_at <= $6::timestamptz';
  await transaction.query(
    `create temporary table rfm_touched on commit drop as
     select user_id::text as user_id, bool_or(is_whole) as is_whole
     from (
       ${has(isNewSince('$1', '$2'), isBefore)}
       union all ${has(between('$3', '$4'), isBefore)}
       union all ${has(between('$5', '$6'), 'false')}
       union all
       select u.user_id, true from users u
       where ${isCounted} and not exists (select from user_rfm r where r.user_id = u.user_id)
     ) touched
     group by user_id`,
    [events.fromXid, events.taken ?? null, last.asOf, asOf, last.from, from],
  );
  await transaction.query('analyze rfm_touched');
}

/**
 * Adds up the orders of all counted users, or of those touched, into `rfm_sums`. An order is what a
 * user bought under one order id; a purchase without one is an order by itself. An order is in the
 * window when something of it was bought there. The money is that of purchases in the window less
 * that of returns in it, but not of returns of an order that lies before the window.
 */
export async function addUpOrders(
  transaction: Queryable,
  { asOf, from }: RfmWindow,
  whose: 'all' | 'touched',
): Promise<void> {
  const isAll = whose === 'all';
  const only = isAll ? '' : 'join rfm_touched t on t.user_id = e.user_id';
  // What the present row knows of orders before the window.
  const known = isAll ? '' : 'left join user_rfm k on k.user_id = u.user_id and not t.is_whole';
  const values = [asOf, from];
  await transaction.query(recentOrders(only), values);
  await correctReturns(transaction, values);
  await transaction.query(
    `create temporary table rfm_sums on commit drop as
     select u.user_id::text as user_id,
       least(o.first_at, r.first_at${isAll ? '' : ', k.first_order_at'}) as first_order_at,
       greatest(o.last_at, r.last_at${isAll ? '' : ', k.last_order_at'}) as last_order_at,
       coalesce(r.orders, 0) as frequency,
       (coalesce(r.money, 0) + coalesce(c.amount, 0))::numeric(28, 2) as monetary
     from users u
     ${isAll ? '' : 'join rfm_touched t on t.user_id = u.user_id'}
     ${known}
     left join (
       select e.user_id, min(e.occurred_at) as first_at, max(e.occurred_at) as last_at
       from events e ${only}
       where ${counts} and not (${isInWindow}) and e.type = 'purchase'
         ${isAll ? '' : 'and t.is_whole'}
       group by e.user_id
     ) o on o.user_id = u.user_id
     left join rfm_recent r on r.user_id = u.user_id
     left join rfm_corrections c on c.user_id = u.user_id
     where ${isCounted}`,
    values,
  );
  await transaction.query('analyze rfm_sums');
}

/** The orders of the window, by user; with those of which the money is not that simple. */
function recentOrders(only: string): string {
  return `
    create temporary table rfm_recent on commit drop as
    select o.user_id, min(o.first_at) as first_at, max(o.last_at) as last_at,
      count(o.first_at)::integer as orders,
      coalesce(sum(o.paid), 0) - coalesce(sum(o.back), 0) as money,
      -- Sent back in the window, and not bought in it.
      array_agg(o.order_id) filter (where o.first_at is null and o.order_id is not null) as strays,
      -- Sent back without a price.
      array_agg(o.order_id) filter (
        where o.is_unpriced and o.first_at is not null and o.order_id is not null
      ) as unpriced
    from (
      select e.user_id, e.order_id,
        min(e.occurred_at) filter (where e.type = 'purchase') as first_at,
        max(e.occurred_at) filter (where e.type = 'purchase') as last_at,
        sum(${money}) filter (where e.type = 'purchase') as paid,
        sum(${money}) filter (where e.type = 'return') as back,
        bool_or(e.type = 'return' and e.unit_price is null) as is_unpriced
      from events e ${only}
      where ${counts} and ${isInWindow}
      group by e.user_id, e.order_id,
        case when e.order_id is null and e.type = 'purchase' then e.event_id end
    ) o
    group by o.user_id`;
}

/**
 * What has to be added to the money of the window: what came back of orders before it, and, taken
 * off, what came back without a price, at what the same item cost in the order.
 */
async function correctReturns(transaction: Queryable, values: readonly unknown[]): Promise<void> {
  await transaction.query(
    `create temporary table rfm_doubts on commit drop as
     select user_id, unnest(strays) as order_id, true as is_stray from rfm_recent
     where strays is not null
     union all
     select user_id, unnest(unpriced), false from rfm_recent where unpriced is not null`,
  );
  await transaction.query('analyze rfm_doubts');
  const ofDoubt = 'join events e on e.user_id = d.user_id and e.order_id = d.order_id';
  await transaction.query(
    `create temporary table rfm_corrections on commit drop as
     select user_id, sum(amount) as amount
     from (
       select d.user_id, ${money} as amount
       from (
         select distinct d.user_id, d.order_id
         from rfm_doubts d ${ofDoubt}
         where d.is_stray and e.type = 'purchase' and ${counts} and not (${isInWindow})
       ) d ${ofDoubt}
       where e.type = 'return' and ${counts} and ${isInWindow}
       union all
       select d.user_id, -round(coalesce(e.quantity, 1) * p.price, 2)
       from rfm_doubts d ${ofDoubt}
       join (
         select d.user_id, d.order_id, e.item_id,
           sum(${money}) / sum(coalesce(e.quantity, 1)) as price
         from rfm_doubts d ${ofDoubt}
         where not d.is_stray and e.type = 'purchase' and e.unit_price is not null and ${counts}
         group by d.user_id, d.order_id, e.item_id
       ) p on p.user_id = d.user_id and p.order_id = d.order_id and p.item_id = e.item_id
       where not d.is_stray and e.type = 'return' and e.unit_price is null
         and ${counts} and ${isInWindow}
     ) corrected
     group by user_id`,
    values,
  );
}
