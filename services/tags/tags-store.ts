import type { Database } from '../database/database.ts';
import type { TagEvidence } from './tag-words.ts';

export interface StoredTag extends TagEvidence {
  readonly tag: string;
  readonly value: string;
  readonly weight: number;
  readonly evidenceCount: number;
  readonly lastEvidenceAt: Date | null;
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
select tag, value, weight, evidence_count as "evidenceCount",
  last_evidence_at as "lastEvidenceAt", clicks, views, likes, comments, shares, carts, purchases,
  against
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

const removeSums = `
with removed as (
  delete from user_tag_sums
  where user_id = $1::text and tag = $2::text and ($3::text = '' or value = $3::text)
  returning 1
)
select count(*) as removed from removed`;

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
  remove(userId: string, tag: string, value: string): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      await transaction.query(remember, [userId, tag, value]);
      const [row] = await transaction.query<{ removed: number }>(removeSums, [userId, tag, value]);
      return row?.removed ?? 0;
    });
  }
}
