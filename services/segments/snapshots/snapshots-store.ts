import type { Database } from '../../database/database.ts';
import { type Sql, sql, toQuery } from '../../database/sql.ts';
import type { Queryable, Transaction } from '../../database/transaction.ts';
import { NotFoundError } from '../../errors.ts';
import type { Rule } from '../rule.ts';
import type { MemberQuery } from '../rule-compiler-store.ts';

export interface SnapshotId {
  readonly segmentId: string;
  /** 1, 2, 3 … of its segment. */
  readonly snapshot: number;
}

/** A segment frozen. */
export interface StoredSnapshot extends SnapshotId {
  readonly takenAt: Date;
  readonly usesBehaviour: boolean;
  readonly rule: Rule | null;
  readonly members: number;
  /** Not in the one before. */
  readonly joined: number;
  /** In the one before, and not in this one. */
  readonly left: number;
}

/** Who is in a snapshot, or not in the one before, or only in the one before. */
export type SnapshotPart = 'members' | 'joined' | 'left';

const columns = `
  segment_id as "segmentId", snapshot, taken_at as "takenAt", uses_behaviour as "usesBehaviour",
  rule, members, joined, departed as "left"`;

// The segment stays while its spans are written (see migration 0020).
const keepSegment = `
select s.rule, coalesce(max(n.snapshot), 0) + 1 as next, clock_timestamp()::text as now
from (select segment_id, rule from segments where segment_id = $1::text for key share) s
left join segment_snapshots n on n.segment_id = s.segment_id
group by s.segment_id, s.rule`;

const makePresent = `
create temporary table present (user_id text not null) on commit drop`;

const endSpans = `
update segment_spans s set exited = $2::integer
where s.segment_id = $1::text and s.exited is null
  and not exists (select from present p where p.user_id = s.user_id)`;

// In the order of the index that it is put into.
const beginSpans = `
insert into segment_spans (segment_id, user_id, entered)
select $1::text, p.user_id, $2::integer
from present p
where not exists (
  select from segment_spans s
  where s.segment_id = $1::text and s.user_id = p.user_id and s.exited is null
)
order by p.user_id`;

const record = `
insert into segment_snapshots (
  segment_id, snapshot, taken_at, uses_behaviour, rule, members, joined, departed
)
select $1::text, $2::integer, $3::timestamptz, $4::boolean, $5::jsonb,
  (select count(*) from present), $6::bigint, $7::bigint
returning ${columns}`;

export interface SnapshotDatabases {
  /** Answers what is read at once. */
  readonly database: Database;
  /** Plans each question for what it asks. */
  readonly analysis: Database;
  /** For statements of minutes. */
  readonly bulk: Database;
}

/** Snapshots of segments in the database: as spans, so that only changes are written. */
export class SnapshotsStore {
  readonly #database: Database;
  readonly #analysis: Database;
  readonly #bulk: Database;

  constructor({ database, analysis, bulk }: SnapshotDatabases) {
    this.#database = database;
    this.#analysis = analysis;
    this.#bulk = bulk;
  }

  /**
   * Freezes a segment. Of two at once the second is taken when the first is there.
   *
   * @param members who is in it; asked for in the transaction, after its turn has come
   * @throws NotFoundError
   */
  take(
    segmentId: string,
    members: (on: Queryable) => Promise<MemberQuery>,
  ): Promise<StoredSnapshot> {
    return this.#bulk.transaction(async (transaction) => {
      await transaction.query(
        `select pg_advisory_xact_lock(hashtext('segment snapshots'), hashtext($1::text))`,
        [segmentId],
      );
      const [kept] = await transaction.query<Kept>(keepSegment, [segmentId]);
      if (kept === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
      const { sql: present, usesBehaviour } = await members(transaction);
      await transaction.query(makePresent);
      const { text, values } = toQuery(sql`insert into present ${present}`);
      await transaction.execute(text, values);
      await transaction.query('analyze present');
      return freeze(transaction, { ...kept, segmentId, usesBehaviour });
    });
  }

  /** @throws NotFoundError */
  async get(segmentId: string, snapshot: number): Promise<StoredSnapshot> {
    const [row] = await this.#database.query<StoredSnapshot>(
      `select ${columns} from segment_snapshots
       where segment_id = $1::text and snapshot = $2::integer`,
      [segmentId, snapshot],
    );
    if (row !== undefined) return row;
    throw new NotFoundError(`segment ${segmentId} has no snapshot ${snapshot}`);
  }

  /** The newest first, those older than `before`. */
  list(segmentId: string, limit: number, before: number | undefined): Promise<StoredSnapshot[]> {
    return this.#database.query(
      `select ${columns} from segment_snapshots
       where segment_id = $1::text and ($3::integer is null or snapshot < $3::integer)
       order by snapshot desc
       limit $2::integer`,
      [segmentId, limit, before ?? null],
    );
  }

  /** Those of a snapshot who may be named now, in the order of their ids, after `after`. */
  async page(
    snapshot: SnapshotId,
    part: SnapshotPart,
    limit: number,
    after: string | undefined,
  ): Promise<string[]> {
    const from = after === undefined ? sql`true` : sql`m.user_id > ${after}::text`;
    const { text, values } = toQuery(sql`
      select m.user_id as id from (${snapshotMembers(snapshot, part)}) m
      where ${from}
      order by m.user_id
      limit ${limit}::integer`);
    const rows = await this.#analysis.query<{ id: string }>(text, values);
    return rows.map(({ id }) => id);
  }
}

interface Kept {
  readonly rule: Rule | null;
  readonly next: number;
  /** As text: a Date has no microseconds. */
  readonly now: string;
}

async function freeze(
  transaction: Transaction,
  {
    segmentId,
    next,
    now,
    rule,
    usesBehaviour,
  }: Kept & { segmentId: string; usesBehaviour: boolean },
): Promise<StoredSnapshot> {
  const left = await transaction.execute(endSpans, [segmentId, next]);
  const joined = await transaction.execute(beginSpans, [segmentId, next]);
  const [row] = await transaction.query<StoredSnapshot>(record, [
    ...[segmentId, next, now, usesBehaviour, rule === null ? null : JSON.stringify(rule)],
    ...[joined, left],
  ]);
  if (row === undefined) throw new Error('an insert without a row');
  return row;
}

/**
 * `user_id` of those in a snapshot, or of who joined or left with it. Where behaviour told who is in
 * it (of who left: in it or in the one before), those are not named whose switch is off now, nor
 * those who have asked since for what they did to be forgotten. A deletion that is under way while a
 * snapshot is taken may have read the clock before it and be seen after it: it counts as after.
 */
export function snapshotMembers({ segmentId, snapshot }: SnapshotId, part: SnapshotPart): Sql {
  const first = part === 'left' ? snapshot - 1 : snapshot;
  return sql`
    select s.user_id
    from segment_spans s
    join users u on u.user_id = s.user_id
    cross join (
      select bool_or(uses_behaviour) as uses_behaviour,
        min(taken_at) - interval '1 minute' as counted_to
      from segment_snapshots
      where segment_id = ${segmentId}::text
        and snapshot between ${first}::integer and ${snapshot}::integer
    ) n
    where s.segment_id = ${segmentId}::text and ${isPart(part, snapshot)}
      and (
        not n.uses_behaviour
        or u.personalised and (u.forget_before is null or u.forget_before < n.counted_to)
      )`;
}

function isPart(part: SnapshotPart, snapshot: number): Sql {
  if (part === 'joined') return sql`s.entered = ${snapshot}::integer`;
  if (part === 'left') return sql`s.exited = ${snapshot}::integer`;
  return sql`s.entered <= ${snapshot}::integer
    and (s.exited is null or s.exited > ${snapshot}::integer)`;
}
