import type { RuleCells } from '../../models/segmentation/rule-cells.ts';
import type { Queryable } from '../database/transaction.ts';

/** What parts the scores (models/segmentation/quintiles.ts), as Postgres writes the values. */
export interface Cuts {
  /** Times of last orders. */
  readonly recency: readonly string[];
  readonly frequency: readonly string[];
  readonly monetary: readonly string[];
}

export interface TierCounts {
  /** Rows that are new or other than they were. */
  readonly written: number;
  /** Users whose tier is another one; those who had none are not among them. */
  readonly changedTier: number;
}

// All users as they would be now: those of `rfm_sums`, and who was not added up again.
const valuedNow = `
  select coalesce(s.user_id, r.user_id::text) as user_id,
    case when s.user_id is null then r.first_order_at else s.first_order_at end as first_order_at,
    case when s.user_id is null then r.last_order_at else s.last_order_at end as last_order_at,
    case when s.user_id is null then r.frequency else s.frequency end as frequency,
    case when s.user_id is null then r.monetary else s.monetary end as monetary,
    r.user_id is not null as is_known, r.first_order_at as old_first, r.last_order_at as old_last,
    r.frequency as old_frequency, r.monetary as old_monetary, r.recency_score as old_recency_score,
    r.frequency_score as old_frequency_score, r.monetary_score as old_monetary_score,
    r.tier as old_tier, r.rfm_group as old_group, r.tier_since as old_since,
    r.previous_tier as old_previous
  from rfm_sums s
  full join user_rfm r on r.user_id = s.user_id`;

/** Reads the cuts of the users as they are now, or of those of `rfm_sums` alone. */
export async function readCuts(transaction: Queryable, whose: 'now' | 'sums'): Promise<Cuts> {
  const cut = (column: string) =>
    `percentile_disc(array[0.2, 0.4, 0.6, 0.8]) within group (order by ${column})`;
  const [row] = await transaction.query<{ [Name in keyof Cuts]: string[] | null }>(
    `select ${cut('last_order_at')}::text[] as recency, ${cut('frequency')}::text[] as frequency,
       ${cut('monetary')}::text[] as monetary
     from (${whose === 'now' ? valuedNow : 'select * from rfm_sums'}) v
     where frequency > 0`,
  );
  const { recency, frequency, monetary } = row ?? {};
  return { recency: recency ?? [], frequency: frequency ?? [], monetary: monetary ?? [] };
}

/** One number for what tells cells apart: of bands there are at most 13, of scores 5 and none. */
function cellNumber(row: string): string {
  const ordered = `case ${row}.ordered when 'never' then 0 when 'before' then 1 else 2 end`;
  const scores = ['recency_score', 'frequency_score', 'monetary_score'];
  const scored = scores.reduce(
    (sum, name) => `(${sum}) * 6 + coalesce(${row}.${name}, 0)`,
    ordered,
  );
  const bands = ['orders_band', 'last_band', 'first_band'];
  return bands.reduce((sum, name) => `(${sum}) * 13 + coalesce(${row}.${name}, 0)`, scored);
}

/** Puts the laid-out rules into the temporary table `rfm_cells`. */
export async function putCells(transaction: Queryable, { cells }: RuleCells): Promise<void> {
  await transaction.query(
    `create temporary table rfm_cells on commit drop as
     select ${cellNumber('c')} as cell, c.tier, c.rfm_group
     from (
       select g.ordered, g."recencyScore" as recency_score, g."frequencyScore" as frequency_score,
         g."monetaryScore" as monetary_score, g.orders as orders_band,
         g."daysSinceLast" as last_band, g."daysSinceFirst" as first_band, g.tier,
         g."group" as rfm_group
       from jsonb_to_recordset($1::jsonb) as g (
         ordered text, "recencyScore" integer, "frequencyScore" integer, "monetaryScore" integer,
         orders integer, "daysSinceLast" integer, "daysSinceFirst" integer, tier text, "group" text
       )
     ) c`,
    [JSON.stringify(cells)],
  );
  await transaction.query('analyze rfm_cells');
}

/** What the statements below get: $1 as of when, $2 to $4 the cuts, $5 to $7 the bands. */
export function tierParameters(asOf: Date, cuts: Cuts, { bands }: RuleCells): readonly unknown[] {
  return [
    ...[asOf, cuts.recency, cuts.frequency, cuts.monetary],
    ...[bands.orders, bands.daysSinceLast, bands.daysSinceFirst],
  ];
}

/** One more than the cuts that are less; of who has no order in the window there is none. */
function score(column: string, cuts: string): string {
  const above = [1, 2, 3, 4].map((n) => `(v.${column} > (${cuts})[${n}])::integer`).join(' + ');
  return `case when v.frequency > 0 then 1 + ${above} end`;
}

const days = (column: string) =>
  `date_part('epoch', $1::timestamptz - v.${column}) / 86400::double precision`;

/** Users with their scores, tier and group: `rfm_cells` has exactly one cell for each. */
export function tiered(whose: 'now' | 'sums'): string {
  const valued = whose === 'now' ? valuedNow : 'select * from rfm_sums';
  return `
    select v.*, c.tier, c.rfm_group
    from (
      select v.*,
        case when v.first_order_at is null then 'never' when v.frequency = 0 then 'before'
          else 'in_window' end as ordered,
        ${score('last_order_at', '$2::timestamptz[]')} as recency_score,
        ${score('frequency', '$3::bigint[]')} as frequency_score,
        ${score('monetary', '$4::numeric[]')} as monetary_score,
        width_bucket(v.frequency::double precision, $5::double precision[]) as orders_band,
        width_bucket(${days('last_order_at')}, $6::double precision[]) as last_band,
        width_bucket(${days('first_order_at')}, $7::double precision[]) as first_band
      from (${valued} offset 0) v
      -- The offsets keep what is worked out from being worked out again wherever it is used.
      offset 0
    ) v
    left join rfm_cells c on c.cell = ${cellNumber('v')}`;
}

/**
 * Writes the rows that are new or other than they were, and a row of history for whom the tier or the
 * group is another one.
 *
 * @param values of `tierParameters`
 */
export async function writeTiers(
  transaction: Queryable,
  values: readonly unknown[],
  time: string,
): Promise<TierCounts> {
  const [row] = await transaction.query<TierCounts>(
    `with changed as materialized (
       select t.* from (${tiered('now')}) t
       where not t.is_known or (
         t.old_first, t.old_last, t.old_frequency, t.old_monetary,
         t.old_recency_score, t.old_frequency_score, t.old_monetary_score, t.old_tier, t.old_group
       ) is distinct from (
         t.first_order_at, t.last_order_at, t.frequency, t.monetary,
         t.recency_score, t.frequency_score, t.monetary_score, t.tier, t.rfm_group
       )
     ), written as (
       insert into user_rfm (
         user_id, first_order_at, last_order_at, frequency, monetary, recency_score,
         frequency_score, monetary_score, tier, rfm_group, previous_tier, tier_since, computed_at
       )
       select user_id, first_order_at, last_order_at, frequency, monetary, recency_score,
         frequency_score, monetary_score, tier, rfm_group,
         -- What was as of the same moment was never so.
         case when old_tier is distinct from tier and old_since < $1::timestamptz then old_tier
           else old_previous end,
         case when old_tier is distinct from tier then $1::timestamptz else old_since end,
         $8::timestamptz
       from changed
       on conflict (user_id) do update set
         first_order_at = excluded.first_order_at, last_order_at = excluded.last_order_at,
         frequency = excluded.frequency, monetary = excluded.monetary,
         recency_score = excluded.recency_score, frequency_score = excluded.frequency_score,
         monetary_score = excluded.monetary_score, tier = excluded.tier,
         rfm_group = excluded.rfm_group, previous_tier = excluded.previous_tier,
         tier_since = excluded.tier_since, computed_at = excluded.computed_at
     ), noted as (
       insert into user_rfm_history (user_id, changed_at, tier, rfm_group)
       select user_id, $1::timestamptz, tier, rfm_group from changed
       where (old_tier, old_group) is distinct from (tier, rfm_group)
       -- As of the same moment by other rules, or because of what came late.
       on conflict (user_id, changed_at) do update
       set tier = excluded.tier, rfm_group = excluded.rfm_group
     )
     select count(*) as written,
       count(*) filter (where old_tier <> tier) as "changedTier"
     from changed`,
    [...values, time],
  );
  return row ?? { written: 0, changedTier: 0 };
}

/**
 * Takes the rows of users who are not counted any more: of whom the switch is off, and where it is
 * said, of whom there is no row in `users` either.
 */
export async function excludeFromTiers(
  transaction: Queryable,
  whose: 'all' | 'switched off',
): Promise<void> {
  const gone = [
    'using users g where g.user_id = r.user_id and not g.personalised',
    'using feature_exclusions g where g.user_id = r.user_id',
    ...(whose === 'all'
      ? ['where not exists (select from users u where u.user_id = r.user_id)']
      : []),
  ];
  for (const those of gone) {
    await transaction.query(
      `with gone as (delete from user_rfm r ${those} returning r.user_id)
       delete from user_rfm_history h using gone g where h.user_id = g.user_id`,
    );
  }
}
