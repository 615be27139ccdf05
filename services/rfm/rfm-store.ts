import type { Queryable } from '../database/transaction.ts';

export interface TierCount {
  readonly tier: string;
  readonly users: number;
  readonly revenue: number;
}

/** Of a user `r`: the switch is off, whatever is still stored. They are few. */
const isOff = `exists (
  select from users u where not u.personalised and u.user_id = r.user_id
)`;

/** Users and money by tier. */
export function countTiers(database: Queryable): Promise<TierCount[]> {
  return database.query<TierCount>(
    `select r.tier, count(*) as users, sum(r.monetary) as revenue
     from user_rfm r where not ${isOff}
     group by r.tier`,
  );
}
