import type { Database } from '../database/database.ts';
import { joinSql, literalSql, type Sql, sql, toQuery } from '../database/sql.ts';
import type { MemberQuery } from './rule-compiler-store.ts';

/** Somebody of a segment, with what a list of them shows. */
export interface Member {
  readonly userId: string;
  readonly tier: string | null;
  readonly rfmGroup: string | null;
  readonly lastOrderAt: Date | null;
  readonly netSpend: number | null;
  readonly expectedSpend365d: number | null;
  readonly marketingConsent: boolean;
}

export interface TierShare {
  /** Null: of no tier, because the switch is off or nothing was built yet. */
  readonly tier: string | null;
  readonly users: number;
  readonly revenue: number;
}

export interface Preview {
  readonly count: number;
  /** Of all users. */
  readonly total: number;
  readonly sample: readonly Member[];
  readonly tiers: readonly TierShare[];
}

/** What the planner thinks of a query before it runs. */
export interface PlanCost {
  /** In its own units: a page read in order is 1. */
  readonly cost: number;
  readonly rows: number;
}

// What was made of somebody's behaviour is not shown once the switch is off, though it may still be
// stored.
const memberColumns = literalSql(`
  u.user_id as "userId", r.tier, r.rfm_group as "rfmGroup", r.last_order_at as "lastOrderAt",
  (f.spend - f.refunds)::float8 as "netSpend", v.expected_spend_365d as "expectedSpend365d",
  u.marketing_consent as "marketingConsent"`);

const memberTables = literalSql(`
  join users u on u.user_id = m.user_id
  left join user_rfm r on r.user_id = m.user_id and u.personalised
  left join user_features f on f.user_id = m.user_id and u.personalised
  left join user_clv v on v.user_id = m.user_id and u.personalised`);

const sampleSize = 20;

/** Who is in sets of users, asked of the database at the moment. */
export class MembershipStore {
  readonly #database: Database;

  /** @param database its statements are of seconds: not the one that answers viewers */
  constructor(database: Database) {
    this.#database = database;
  }

  async count(members: MemberQuery): Promise<{ readonly count: number; readonly total: number }> {
    const [row] = await this.#ask<{ count: number; total: number }>(sql`
      select (select count(*) from (${members.sql}) m) as count,
        (select count(*) from users) as total`);
    if (row === undefined) throw new Error('an aggregate without a row');
    return row;
  }

  /** The sample is the same each time for the same members: the first by a hash of their ids. */
  async preview(members: MemberQuery): Promise<Preview> {
    const [row] = await this.#ask<Preview>(sql`
      with members as materialized (${members.sql})
      select (select count(*) from members) as count,
        (select count(*) from users) as total,
        (
          select coalesce(json_agg(s), '[]')
          from (
            select ${memberColumns}
            from (
              select user_id, hashtextextended(user_id, 0) as place from members
              order by place, user_id limit ${sampleSize}::integer
            ) m ${memberTables}
            order by m.place, m.user_id
          ) s
        ) as sample,
        (
          select coalesce(json_agg(t order by t.users desc, t.tier), '[]')
          from (
            select r.tier, count(*) as users,
              coalesce(sum(f.spend - f.refunds), 0)::float8 as revenue
            from members m
            join users u on u.user_id = m.user_id
            left join user_rfm r on r.user_id = m.user_id and u.personalised
            left join user_features f on f.user_id = m.user_id and u.personalised
            group by r.tier
          ) t
        ) as tiers`);
    if (row === undefined) throw new Error('an aggregate without a row');
    return row;
  }

  /** In the order of their ids, those after `after`. */
  page(members: MemberQuery, limit: number, after: string | undefined): Promise<Member[]> {
    return this.#ask(sql`
      select ${memberColumns}
      from (
        select user_id from (${members.sql}) s
        where ${after ?? null}::text is null or user_id > ${after ?? null}::text
        order by user_id
        limit ${limit}::integer
      ) m ${memberTables}
      order by u.user_id`);
  }

  /**
   * How many users are in just which of the sets.
   *
   * @param sets at most 30
   * @returns by mask: bit i stands for the set i; only those that somebody is in
   */
  async masks(
    sets: readonly MemberQuery[],
  ): Promise<readonly { readonly mask: number; readonly users: number }[]> {
    const each = sets.map(
      (set, index) => sql`select user_id, ${2 ** index}::integer as bit from (${set.sql}) s`,
    );
    return this.#ask(sql`
      select mask, count(*) as users
      from (select bit_or(bit) as mask from (${joinSql(each, ' union all ')}) a group by user_id) b
      group by mask`);
  }

  async total(): Promise<number> {
    const [row] = await this.#ask<{ total: number }>(sql`select count(*) as total from users`);
    return row?.total ?? 0;
  }

  /** What the planner thinks of each query. It runs none. */
  async plan(queries: readonly Sql[]): Promise<PlanCost[]> {
    const costs: PlanCost[] = [];
    for (const query of queries) {
      const [row] = await this.#ask<{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }>(
        sql`explain (format json) ${query}`,
      );
      const plan = row?.['QUERY PLAN'][0].Plan;
      costs.push({ cost: Number(plan?.['Total Cost']), rows: Number(plan?.['Plan Rows']) });
    }
    return costs;
  }

  #ask<Row>(statement: Sql): Promise<Row[]> {
    const { text, values } = toQuery(statement);
    return this.#database.query<Row>(text, values);
  }
}
