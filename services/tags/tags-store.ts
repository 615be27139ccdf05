import type { Database } from '../database/database.ts';
import type { TagEvidence } from './tag-words.ts';

export interface StoredTag extends TagEvidence {
  readonly tag: string;
  readonly value: string;
  readonly weight: number;
  readonly share: number | null;
  readonly evidenceCount: number;
  readonly lastEvidenceAt: Date | null;
  /** Of a tag that is a share: so many of so many; null for others. */
  readonly counted: number | null;
  readonly outOf: number | null;
  readonly shopShare: number | null;
}

export interface StoredRemoval {
  readonly tag: string;
  /** Empty: all. */
  readonly value: string;
  readonly removedAt: Date;
}

// Milliseconds. Nobody waits longer.
const timeout = 2_000;

export const tagsSql = `
select tag, value, weight,
  coalesce(share, weight / nullif(sum(weight) over (partition by tag), 0)) as share,
  evidence_count as "evidenceCount", last_evidence_at as "lastEvidenceAt", clicks, views, likes,
  comments, shares, follows, carts, purchases, against, counted, out_of as "outOf",
  shop_share as "shopShare"
from user_tags_at($2::timestamptz)
where user_id = $1::text
order by weight desc, tag, value
limit $3::integer`;

const removalsSql = `
select tag, value, removed_at as "removedAt"
from removed_user_tags
where user_id = $1::text
order by tag, value`;

const isPersonalised = `
select coalesce((select personalised from users where user_id = $1::text), true) as personalised`;

const remember = `
insert into removed_user_tags (user_id, tag, value)
values ($1::text, $2::text, $3::text)
on conflict (user_id, tag, value) do nothing`;

// A tag that is a share has no sums of a value of its own: it is there when it stands.
const standing = `
select count(*) as standing
from user_tags_at($4::timestamptz)
where user_id = $1::text and tag = $2::text and value = $3::text and share is not null`;

const removeSums = `
with removed as (
  delete from user_tag_sums
  where user_id = $1::text and tag = $2::text and ($3::text = '' or value = $3::text)
  returning 1
), returns as (
  delete from user_size_returns
  where user_id = $1::text and $2::text = 'size_returns' and $3::text = ''
  returning 1
), habits as (
  delete from user_live_habits
  where user_id = $1::text and $2::text = 'live_watching' and $3::text = ''
  returning 1
), channels as (
  delete from user_said_channels
  where user_id = $1::text and $2::text = 'channel' and $3::text = ''
)
select (select count(*) from removed) + (select count(*) from returns)
  + (select count(*) from habits) as removed`;

/** Tags of users in the database. */
export class TagsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The switch of the user; of one who is not known it is on. */
  async personalised(userId: string): Promise<boolean> {
    const [row] = await this.#database.query<{ personalised: boolean }>(isPersonalised, [userId], {
      timeout,
    });
    return row?.personalised ?? true;
  }

  /** The tags that stand now, the highest weight first. */
  tags(userId: string, now: Date, limit: number): Promise<StoredTag[]> {
    return this.#database.query(tagsSql, [userId, now, limit], { name: 'user-tags', timeout });
  }

  removals(userId: string): Promise<StoredRemoval[]> {
    return this.#database.query(removalsSql, [userId], { timeout });
  }

  /**
   * Removes a tag for good, or one value of it.
   *
   * @param value empty: all
   * @returns how many values there were
   */
  remove(userId: string, tag: string, value: string, now: Date): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const values = [userId, tag, value];
      const [share] = await transaction.query<{ standing: number }>(standing, [...values, now]);
      await transaction.query(remember, values);
      const [sums] = await transaction.query<{ removed: number }>(removeSums, values);
      return (share?.standing ?? 0) + (sums?.removed ?? 0);
    });
  }
}
