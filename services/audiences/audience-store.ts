import type { Database } from '../database/database.ts';
import { type Sql, sql, toQuery } from '../database/sql.ts';
import { ConflictError } from '../errors.ts';
import type { MemberQuery } from '../segments/rule-compiler-store.ts';

/** Who may be named. */
export interface Admission {
  /** Whether only users who have consented to marketing may be. */
  readonly consent: boolean;
  readonly tiers: readonly string[] | undefined;
  /** Part of the users that is kept out, by a seed; 0: none. */
  readonly holdout: { readonly share: number; readonly seed: string };
  /** What is known of users is from this moment; who has asked to be forgotten since is left out. */
  readonly knownAt: Date;
}

/** Somebody who may be named, or would be if they were not held out. */
export interface AdmittedUser {
  readonly userId: string;
  readonly tier: string | null;
  readonly heldOut: boolean;
}

/** How often a user did something with an item. */
export interface Evidence {
  readonly userId: string;
  readonly itemId: string;
  readonly type: string;
  readonly events: number;
}

export interface NamedItem {
  readonly itemId: string;
  readonly title: string;
  /** The leaf of its path; null: none. */
  readonly category: string | null;
}

/** Users by what they did in categories. */
export interface FallbackUser extends AdmittedUser {
  readonly weight: number;
  readonly category: string;
}

/** How many ids come in one piece. */
const idsOfPiece = 20_000;
/** Names that one may have been meant of. */
const mostNames = 10_000;

/** What audiences need of the database. */
export class AudienceStore {
  readonly #database: Database;

  /** @param database its statements may take seconds: not the one that answers viewers */
  constructor(database: Database) {
    this.#database = database;
  }

  async roomIds(): Promise<string[]> {
    const rows = await this.#ask<{ id: string }>(
      sql`select room_id as id from rooms order by room_id limit ${mostNames}::integer`,
    );
    return rows.map(({ id }) => id);
  }

  async segmentIds(): Promise<string[]> {
    const rows = await this.#ask<{ id: string }>(
      sql`select segment_id as id from segments order by segment_id limit ${mostNames}::integer`,
    );
    return rows.map(({ id }) => id);
  }

  /** The ids of a segment's members, or of the users of tiers, or of both; a line each, in pieces. */
  async idsOf(
    members: MemberQuery | undefined,
    tiers: readonly string[] | undefined,
  ): Promise<string[]> {
    const rows = await this.#ask<{ ids: string }>(sql`
      select string_agg(user_id, e'\n') as ids
      from (
        select user_id, (row_number() over ()) / ${idsOfPiece}::integer as piece
        from (${whichUsers(members, tiers)}) w
      ) p
      group by piece`);
    return rows.map(({ ids }) => ids);
  }

  /**
   * Those of a segment, or of a list of ids, by whose behaviour others may be looked for now.
   *
   * @param knownAt what is known of users is from then
   * @returns also how many there are without that
   */
  async seedIds(
    seeds: MemberQuery | readonly string[],
    knownAt: Date,
  ): Promise<{ readonly given: number; readonly ids: readonly string[] }> {
    const given =
      'sql' in seeds
        ? seeds.sql
        : sql`select distinct user_id from unnest(${seeds}::text[]) as g (user_id)`;
    const rows = await this.#ask<{ given: number; ids: string | null }>(sql`
      select count(*) as given, string_agg(user_id, e'\n') filter (where usable) as ids
      from (
        select g.user_id, (row_number() over ()) / ${idsOfPiece}::integer as piece,
          coalesce(u.personalised, false)
            and (u.forget_before is null or u.forget_before <= ${knownAt}::timestamptz) as usable
        from (${given}) g
        left join users u on u.user_id = g.user_id
      ) p
      group by piece`);
    return {
      given: rows.reduce((sum, row) => sum + row.given, 0),
      ids: rows.flatMap(({ ids }) => ids ?? []),
    };
  }

  /** Of these the ones who may be named now, in the same order. */
  admitted(userIds: readonly string[], admission: Admission): Promise<AdmittedUser[]> {
    return this.#ask(sql`
      select u.user_id as "userId", r.tier, ${heldOut(admission)} as "heldOut"
      from unnest(${userIds}::text[]) with ordinality as c (user_id, place)
      join users u on u.user_id = c.user_id
      left join user_rfm r on r.user_id = c.user_id
      where ${mayBeNamed(admission)}
      order by c.place`);
  }

  /** What users did with items, up to a time; nothing from before they asked to be forgotten. */
  evidence(
    userIds: readonly string[],
    itemIds: readonly string[],
    until: Date,
  ): Promise<Evidence[]> {
    return this.#ask(sql`
      select u.user_id as "userId", e.item_id as "itemId", e.type, count(*)::integer as events
      from unnest(${userIds}::text[]) as c (user_id)
      join users u on u.user_id = c.user_id and u.personalised
      cross join lateral (
        select item_id, type from events
        where user_id = c.user_id and type <> 'impression'
          and item_id = any(${itemIds}::text[])
          and occurred_at > coalesce(u.forget_before, '-infinity')
          and occurred_at < ${until}::timestamptz
      ) e
      group by u.user_id, e.item_id, e.type`);
  }

  items(itemIds: readonly string[]): Promise<NamedItem[]> {
    return this.#ask(sql`
      select item_id as "itemId", title, category_path[cardinality(category_path)] as category
      from items where item_id = any(${itemIds}::text[])`);
  }

  /**
   * Without a model: those who did most in categories, by their tags as of now.
   *
   * @param members only of these
   */
  byTags(
    categories: readonly string[],
    { admission, limit, now }: { admission: Admission; limit: number; now: Date },
    members: MemberQuery | undefined,
  ): Promise<FallbackUser[]> {
    const within = members ? sql`and t.user_id in (select user_id from (${members.sql}) m)` : sql``;
    return this.#ask(sql`
      with ranked as (
        select u.user_id, r.tier, ${heldOut(admission)} as held_out, t.weight, t.category
        from (
          select user_id, sum(weight) as weight,
            (array_agg(value order by weight desc, value))[1] as category
          from user_tags_at(${now}::timestamptz) t
          where tag = 'category' and value = any(${categories}::text[]) ${within}
          group by user_id
        ) t
        join users u on u.user_id = t.user_id
        left join user_rfm r on r.user_id = t.user_id
        where ${mayBeNamed(admission)}
      ), placed as (
        select *,
          count(*) filter (where not held_out) over (order by weight desc, user_id) as place
        from ranked
      )
      select user_id as "userId", tier, held_out as "heldOut", weight, category
      from placed
      where place < ${limit}::integer or (place = ${limit}::integer and not held_out)
      order by weight desc, user_id`);
  }

  /**
   * Makes a static segment of these users.
   *
   * @throws ConflictError when there is a segment of that id
   */
  async saveList(
    segment: { readonly segmentId: string; readonly name: string; readonly description: string },
    userIds: readonly string[],
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const made = await transaction.query(
        `insert into segments (segment_id, name, description, kind, holdout_seed, refreshed_at)
         values ($1::text, $2::text, $3::text, 'static', $1::text, now())
         on conflict (segment_id) do nothing returning 1`,
        [segment.segmentId, segment.name, segment.description],
      );
      if (made.length === 0) {
        throw new ConflictError(`there is a segment ${segment.segmentId} already`);
      }
      await transaction.query(
        `insert into segment_members (segment_id, user_id)
         select $1::text, unnest($2::text[])`,
        [segment.segmentId, userIds],
      );
    });
  }

  #ask<Row>(statement: Sql): Promise<Row[]> {
    const { text, values } = toQuery(statement);
    return this.#database.query<Row>(text, values);
  }
}

function whichUsers(members: MemberQuery | undefined, tiers: readonly string[] | undefined): Sql {
  if (!members) return sql`select user_id from user_rfm where tier = any(${tiers}::text[])`;
  if (!tiers) return members.sql;
  return sql`
    select m.user_id from (${members.sql}) m
    join user_rfm r on r.user_id = m.user_id and r.tier = any(${tiers}::text[])`;
}

/** The switch and what was forgotten count from this statement on, whatever is still kept. */
function mayBeNamed({ consent, tiers, knownAt }: Admission): Sql {
  return sql`u.personalised
    and (u.forget_before is null or u.forget_before <= ${knownAt}::timestamptz)
    and (u.marketing_consent or not ${consent}::boolean)
    and (${tiers ?? null}::text[] is null or r.tier = any(${tiers ?? null}::text[]))`;
}

function heldOut({ holdout: { share, seed } }: Admission): Sql {
  return sql`random_bucket(${seed}::text, u.user_id) < ${share}::double precision`;
}
