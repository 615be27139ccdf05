import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';

export interface TierCount {
  readonly tier: string;
  readonly users: number;
  readonly revenue: number;
}

export interface CellCount extends TierCount {
  readonly group: string;
  /** Null: no order in the window. */
  readonly recencyScore: number | null;
  readonly frequencyScore: number | null;
}

/** What the tiers are as of, and what parts the scores. */
export interface TiersState {
  readonly asOf: Date;
  readonly windowDays: number;
  readonly rulesVersion: number;
  readonly rules: unknown;
  readonly computedAt: Date;
  readonly recencyCuts: readonly Date[];
  readonly frequencyCuts: readonly number[];
  readonly monetaryCuts: readonly number[];
}

export interface TransitionCount {
  /** Null: not there yet. */
  readonly before: string | null;
  readonly after: string;
  readonly users: number;
}

export interface Transitions {
  /** The first change that is known; null: there is none. */
  readonly historyFrom: Date | null;
  readonly counts: readonly TransitionCount[];
}

// The switch counts from the next request on, whatever is still stored. Those whose switch is off are
// few, and have an index.
const isOff = (row: string) => `exists (
    select from users u where not u.personalised and u.user_id = ${row}.user_id
  )`;

/** Users and money by tier. */
export function countTiers(database: Queryable): Promise<TierCount[]> {
  return database.query<TierCount>(
    `select r.tier, count(*) as users, sum(r.monetary) as revenue
     from user_rfm r where not ${isOff('r')}
     group by r.tier`,
  );
}

const stateSql = `
select s.as_of as "asOf", s.window_days as "windowDays", s.rules_version as "rulesVersion",
  v.rules, s.computed_at as "computedAt", s.recency_cuts as "recencyCuts",
  s.frequency_cuts::double precision[] as "frequencyCuts",
  s.monetary_cuts::double precision[] as "monetaryCuts"
from rfm_state s
join rfm_rules v on v.version = s.rules_version`;

const cellsSql = `
select r.tier, r.rfm_group as "group", r.recency_score as "recencyScore",
  r.frequency_score as "frequencyScore", count(*) as users, sum(r.monetary) as revenue
from user_rfm r
where not ${isOff('r')}
group by r.tier, r.rfm_group, r.recency_score, r.frequency_score`;

// A row of the history holds until the next one. One pass: what held at each of the two moments.
const transitionsSql = `
select max(held.tier) filter (where held.at_start) as before,
  max(held.tier) filter (where held.at_end) as after
from (
  select h.user_id, h.tier,
    h.changed_at <= $1::timestamptz and (h.next_at is null or h.next_at > $1::timestamptz)
      as at_start,
    h.next_at is null or h.next_at > $2::timestamptz as at_end
  from (
    select user_id, tier, changed_at,
      lead(changed_at) over (partition by user_id order by changed_at) as next_at
    from user_rfm_history
    where changed_at <= $2::timestamptz
  ) h
) held
where (held.at_start or held.at_end) and not ${isOff('held')}
group by held.user_id`;

const historyFromSql = 'select min(changed_at) as "historyFrom" from user_rfm_history';

/** Tiers of users in the database. */
export class RfmStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What the tiers are; undefined: they have not been built. Of one moment. */
  summary(): Promise<{ state: TiersState; cells: CellCount[] } | undefined> {
    return this.#scanning(async (transaction) => {
      const [state] = await transaction.query<TiersState>(stateSql);
      return state && { state, cells: await transaction.query<CellCount>(cellsSql) };
    });
  }

  /** How many users were in which tier at one moment and in which at another, later one. */
  transitions(from: Date, to: Date): Promise<Transitions> {
    return this.#scanning(async (transaction) => {
      const [first] = await transaction.query<{ historyFrom: Date | null }>(historyFromSql);
      const counts = await transaction.query<TransitionCount>(
        `select before, after, count(*) as users from (${transitionsSql}) moved
         group by before, after`,
        [from, to],
      );
      return { historyFrom: first?.historyFrom ?? null, counts };
    });
  }

  /** In a snapshot of its own, and planned for whole tables, which requests are not otherwise. */
  #scanning<T>(read: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (transaction) => {
      await transaction.query(
        `select set_config('enable_seqscan', 'on', true), set_config('work_mem', '64MB', true)`,
      );
      return read(transaction);
    }, 'repeatable read');
  }
}
