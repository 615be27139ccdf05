import type { Queryable } from '../database/transaction.ts';

export interface TierRow {
  readonly tier: string;
  readonly users: number;
  /** Money of the orders in the window, less what came back. */
  readonly revenue: number;
  /** Of those with a value; null: nobody has one. */
  readonly valued: number;
  readonly alive: number | null;
  readonly orders: number | null;
  readonly spend: number | null;
}

export interface GroupRow {
  readonly group: string;
  readonly users: number;
  readonly revenue: number;
}

export interface GridCell {
  readonly recency: number;
  readonly frequency: number;
  readonly users: number;
  readonly revenue: number;
}

export interface MoveRow {
  /** The first of a month, in UTC, or when the tiers are as of. */
  readonly at: string;
  /** Null: was not there at the point before. */
  readonly from: string | null;
  readonly to: string;
  readonly users: number;
}

export interface BandRow {
  readonly band: string;
  readonly users: number;
  readonly alive: number;
  readonly orders: number;
  readonly spend: number;
}

export interface SpendTenth {
  /** 1: those of whom the most is expected. */
  readonly tenth: number;
  readonly users: number;
  readonly spend: number;
}

/** Users whose switch is on: the others are in nothing, whatever is still stored. */
const counted = 'join users u on u.user_id = r.user_id and u.personalised';

/** When the tiers are of, and how many days of orders they are of; undefined: there are none. */
export async function readTierState(
  database: Queryable,
): Promise<{ readonly asOf: Date; readonly windowDays: number } | undefined> {
  const [row] = await database.query<{ asOf: Date; windowDays: number }>(
    'select as_of as "asOf", window_days as "windowDays" from rfm_state',
  );
  return row;
}

/** Users, money and value by tier. */
export function readTiers(database: Queryable): Promise<TierRow[]> {
  return database.query<TierRow>(
    `select r.tier, count(*) as users, sum(r.monetary) as revenue, count(v.user_id) as valued,
       avg(v.probability_alive) as alive, sum(v.expected_orders_365d) as orders,
       sum(v.expected_spend_365d) as spend
     from user_rfm r ${counted}
     left join user_clv v on v.user_id = r.user_id
     group by r.tier`,
  );
}

export function readGroups(database: Queryable): Promise<GroupRow[]> {
  return database.query<GroupRow>(
    `select r.rfm_group as "group", count(*) as users, sum(r.monetary) as revenue
     from user_rfm r ${counted}
     group by r.rfm_group`,
  );
}

/** Of those with an order in the window, by their scores. */
export function readGrid(database: Queryable): Promise<GridCell[]> {
  return database.query<GridCell>(
    `select r.recency_score as recency, r.frequency_score as frequency, count(*) as users,
       sum(r.monetary) as revenue
     from user_rfm r ${counted}
     where r.recency_score is not null
     group by r.recency_score, r.frequency_score`,
  );
}

/**
 * Who moved from which tier to which between each two points: the firsts of months from the first
 * change on, and the time that the tiers are as of. Those who stayed where they were, too.
 */
export function readMoves(database: Queryable, asOf: Date): Promise<MoveRow[]> {
  return database.query<MoveRow>(
    `with points as (
       select p.at, row_number() over (order by p.at) as place
       from (
         select m at time zone 'UTC' as at
         from generate_series(
           (select date_trunc('month', min(changed_at) at time zone 'UTC') from user_rfm_history),
           $1::timestamptz at time zone 'UTC', interval '1 month'
         ) m
         union select $1::timestamptz
       ) p
       where p.at >= (select min(changed_at) from user_rfm_history)
     ),
     spans as (
       select r.user_id, r.tier, r.changed_at,
         lead(r.changed_at, 1, 'infinity') over (partition by r.user_id order by r.changed_at) as until
       from user_rfm_history r ${counted}
     ),
     states as (
       select s.user_id, p.at, p.place, s.tier
       from spans s join points p on p.at >= s.changed_at and p.at < s.until
     )
     select s.at::text as at, b.tier as "from", s.tier as "to", count(*) as users
     from states s
     left join states b on b.user_id = s.user_id and b.place = s.place - 1
     group by s.at, b.tier, s.tier
     order by s.at`,
    [asOf],
  );
}

export function readBands(database: Queryable): Promise<BandRow[]> {
  return database.query<BandRow>(
    `select r.churn_band as band, count(*) as users, avg(r.probability_alive) as alive,
       sum(r.expected_orders_365d) as orders, sum(r.expected_spend_365d) as spend
     from user_clv r ${counted}
     group by r.churn_band`,
  );
}

/** Tenths of the users with a value, by the money that is expected of them. */
export function readSpendTenths(database: Queryable): Promise<SpendTenth[]> {
  return database.query<SpendTenth>(
    `select tenth, count(*) as users, sum(spend) as spend
     from (
       select r.expected_spend_365d as spend,
         ntile(10) over (order by r.expected_spend_365d desc, r.user_id) as tenth
       from user_clv r ${counted}
     ) t
     group by tenth order by tenth`,
  );
}
