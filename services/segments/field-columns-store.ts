import { literalSql, type Sql, sql } from '../database/sql.ts';
import type { ColumnName } from './segment-fields.ts';

/** Tables that a column is read from beside `users u`; each has at most one row a user. */
export type JoinedTable = 'features' | 'rfm' | 'value' | 'outcomes';

export const joinedTables: Readonly<Record<JoinedTable, Sql>> = {
  features: literalSql('left join user_features f on f.user_id = u.user_id'),
  rfm: literalSql('left join user_rfm r on r.user_id = u.user_id'),
  value: literalSql('left join user_clv v on v.user_id = u.user_id'),
  outcomes: literalSql(`left join (
    select user_id, sum(too_small + too_large) as wrong from user_sku_outcomes group by user_id
  ) o on o.user_id = u.user_id`),
};

export interface Column {
  readonly tables: readonly JoinedTable[];
  /** @param now the moment that ages are counted to */
  value(now: Date): Sql;
}

const of = (tables: readonly JoinedTable[], text: string): Column => {
  const value = literalSql(text);
  return { tables, value: () => value };
};
const user = (text: string) => of([], `u.${text}`);
/** Nothing was counted for those who have no row: that is 0. */
const sum = (text: string) => of(['features'], `coalesce(f.${text}, 0)`);
const feature = (text: string) => of(['features'], `f.${text}`);
const rfm = (text: string) => of(['rfm'], `r.${text}`);
const clv = (text: string) => of(['value'], `v.${text}`);
/** Missing, and not 0 or 1, where there is no whole: `least` leaves nulls out. */
function rate(some: string, whole: string): string {
  return `(case when ${whole} > 0 then least(1, ${some}::float8 / ${whole}) end)`;
}
const daysSince = (tables: readonly JoinedTable[], text: string): Column => {
  const time = literalSql(text);
  return {
    tables,
    value: (now) => sql`(date_part('epoch', ${now.toISOString()}::timestamptz - ${time}) / 86400)`,
  };
};

/** Where each field stands. `usualSize` is not a column: it depends on its `of`. */
export const columns: Readonly<Record<Exclude<ColumnName, 'usualSize'>, Column>> = {
  userId: user('user_id::text'),
  birthYear: user('birth_year'),
  age: {
    tables: [],
    value: (now) => sql`(date_part('year', ${now.toISOString()}::timestamptz) - u.birth_year)`,
  },
  gender: user('gender'),
  cityTier: user('city_tier'),
  channel: user('channel'),
  heightCm: user('height_cm'),
  weightKg: user('weight_kg'),
  bustCm: user('bust_cm'),
  waistCm: user('waist_cm'),
  hipCm: user('hip_cm'),
  bodyType: user('body_type'),
  personalised: user('personalised'),
  marketingConsent: user('marketing_consent'),
  createdAt: user('created_at'),
  impressions: sum('impressions'),
  clicks: sum('clicks'),
  views: sum('views'),
  dwellMs: sum('dwell_ms'),
  likes: sum('likes'),
  comments: sum('comments'),
  shares: sum('shares'),
  follows: sum('follows'),
  carts: sum('carts'),
  uncarts: sum('uncarts'),
  purchases: sum('purchases'),
  units: sum('units'),
  spend: sum('spend'),
  returns: sum('returns'),
  returnedUnits: sum('returned_units'),
  refunds: sum('refunds'),
  netSpend: of(['features'], '(coalesce(f.spend, 0) - coalesce(f.refunds, 0))'),
  returnRate: of(['features'], rate('f.returned_units', 'f.units')),
  clickRate: of(['features'], rate('f.clicks', 'f.impressions')),
  firstEventAt: feature('first_event_at'),
  lastEventAt: feature('last_event_at'),
  lastPurchaseAt: feature('last_purchase_at'),
  daysSinceLastEvent: daysSince(['features'], 'f.last_event_at'),
  tier: rfm('tier'),
  rfmGroup: rfm('rfm_group'),
  previousTier: rfm('previous_tier'),
  tierSince: rfm('tier_since'),
  recencyDays: daysSince(['rfm'], 'r.last_order_at'),
  frequency: of(['rfm'], 'coalesce(r.frequency, 0)'),
  monetary: of(['rfm'], 'coalesce(r.monetary, 0)'),
  recencyScore: rfm('recency_score'),
  frequencyScore: rfm('frequency_score'),
  monetaryScore: rfm('monetary_score'),
  rfmScore: of(['rfm'], '(r.recency_score * 100 + r.frequency_score * 10 + r.monetary_score)'),
  firstOrderAt: rfm('first_order_at'),
  lastOrderAt: rfm('last_order_at'),
  probabilityAlive: clv('probability_alive'),
  churnBand: clv('churn_band'),
  expectedOrders30d: clv('expected_orders_30d'),
  expectedOrders90d: clv('expected_orders_90d'),
  expectedOrders365d: clv('expected_orders_365d'),
  expectedSpend30d: clv('expected_spend_30d'),
  expectedSpend90d: clv('expected_spend_90d'),
  expectedSpend365d: clv('expected_spend_365d'),
  sizeReturnRate: of(['features', 'outcomes'], rate('coalesce(o.wrong, 0)', 'f.units')),
};
