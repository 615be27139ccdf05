import { createHash } from 'node:crypto';
import type { Database } from '../../services/database/database.ts';
import type { Session } from '../../services/database/transaction.ts';

/** The static segment that all users are in. */
export const everybody = 'everybody';

/** Ids that count up, as the rows of the tables lie, or that have nothing to do with where they lie. */
export type Ids = 'counted' | 'hashed';

/** The id of the n-th user, from 1. */
export function idOf(n: number, ids: Ids): string {
  if (ids === 'hashed') return createHash('md5').update(String(n)).digest('hex').slice(0, 16);
  return `user-${String(n).padStart(8, '0')}`;
}

const idSql: Readonly<Record<Ids, string>> = {
  counted: `'user-' || lpad(n::text, 8, '0')`,
  hashed: 'left(md5(n::text), 16)',
};

const makeUsers = (ids: Ids) => `
insert into users (user_id, gender, birth_year, city_tier, channel, height_cm, marketing_consent)
select ${idSql[ids]}, (array['female', 'male', null])[n % 3 + 1],
  1960 + n % 45, n % 5 + 1, (array['app', '小程序', 'web', null])[n % 4 + 1], 150 + n % 40, n % 2 = 0
from generate_series(1, $1::integer) n`;

// In the order in which the users lie.
const numbered = `(select user_id, hashtext(user_id) & 65535 as n from users) u`;

const makeRfm = `
insert into user_rfm (
  user_id, first_order_at, last_order_at, frequency, monetary, recency_score, frequency_score,
  monetary_score, tier, rfm_group, tier_since, computed_at
)
select user_id, now() - interval '2 years', now() - n % 300 * interval '1 day', n % 9 + 1,
  (n % 5000) * 1.25, n % 5 + 1, n % 4 + 1, n % 3 + 1,
  (array['high_value', 'promising', 'new', 'dormant', 'lost'])[n % 5 + 1], 'loyal', now(), now()
from ${numbered}`;

const makeValue = `
insert into user_clv
select user_id, .8, .1, .3, 1.2, n % 90 + .5, n % 270 + .5, n % 1080 + .5, 'active', 'bench', now()
from ${numbered}`;

const makeSegment = `
insert into segments (segment_id, name, kind, holdout_share, holdout_seed)
values ($1::text, 'Everybody', 'static', 0.05, 'bench')`;

const makeMembers = `
insert into segment_members (segment_id, user_id)
select $1::text, user_id from users order by user_id`;

/** Fills an empty, migrated database with users who all are in one list; does nothing to a full one. */
export async function makeExportShop(
  database: Database,
  users: number,
  ids: Ids,
  onStep: (step: string) => void,
): Promise<void> {
  const [there] = await database.query<{ count: number }>('select count(*) as count from users');
  if (there?.count === users) return;
  await database.session(async (session) => {
    await session.query('set synchronous_commit = off');
    onStep('users');
    await session.query(makeUsers(ids), [users]);
    onStep('tiers and value');
    await session.query(makeRfm);
    await session.query(makeValue);
    onStep('the list');
    await session.query(makeSegment, [everybody]);
    await session.query(makeMembers, [everybody]);
    await settle(session);
  });
}

async function settle(session: Session): Promise<void> {
  for (const table of ['users', 'user_rfm', 'user_clv', 'segment_members']) {
    await session.query(`vacuum (analyze) ${table}`);
  }
  await session.query('checkpoint');
}
