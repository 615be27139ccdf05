import type { Database } from '../database/database.ts';
import { literalSql, type Sql, sql, toQuery } from '../database/sql.ts';
import type { Session } from '../database/transaction.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { MemberQuery } from '../segments/rule-compiler-store.ts';
import type { TimedPart } from './set-tables-store.ts';

/** A computation of a segment's members, as it is kept. */
export interface Computation {
  readonly computation: number;
  readonly evaluatedAt: Date;
  readonly ms: number;
  /** Null, as the two that follow: it failed. */
  readonly members: number | null;
  readonly entered: number | null;
  readonly exited: number | null;
  readonly error: string | null;
  readonly slowestPath: string | null;
  readonly slowestMs: number | null;
}

/** What is written of a computation. */
export interface Written {
  readonly computation: number;
  readonly members: number;
  readonly entered: number;
}

export interface Finding {
  readonly segmentId: string;
  readonly members: MemberQuery;
  /** The moment that windows and ages were counted to. */
  readonly evaluatedAt: Date;
  /** By the clock of the database, before anything was read: who forgets after it is left out. */
  readonly since: string;
}

/** How many computations are kept of a segment. */
const kept = 10_000;

const columns = `
  computation, evaluated_at as "evaluatedAt", ms, members, entered, exited, error,
  slowest_path as "slowestPath", slowest_ms as "slowestMs"`;

// Batches as large as the webhook takes, those who left first.
const tell = `
insert into segment_deliveries (
  segment_id, webhook_id, computation, evaluated_at, uses_behaviour, entered, exited
)
select w.segment_id, w.webhook_id, $2::bigint, $3::timestamptz, $4::boolean, b.entered, b.exited
from segment_webhooks w
cross join lateral (
  select n.batch,
    coalesce(array_agg(n.user_id order by n.user_id) filter (where n.entered), '{}') as entered,
    coalesce(array_agg(n.user_id order by n.user_id) filter (where not n.entered), '{}') as exited
  from (
    select c.user_id, c.entered,
      (row_number() over (order by c.entered, c.user_id) - 1) / w.batch_size as batch
    from segment_changes c
    where case when c.entered then 'entered' else 'exited' end = any(w.events)
  ) n
  group by n.batch
) b
where w.segment_id = $1::text and w.active
order by w.webhook_id, b.batch`;

/** Computed membership and its history in the database. */
export class RefreshStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws NotFoundError, ConflictError for a static one, whose members are not computed */
  async check(segmentId: string): Promise<void> {
    const [row] = await this.#database.query<{ kind: string }>(
      'select kind from segments where segment_id = $1::text',
      [segmentId],
    );
    if (row === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
    if (row.kind !== 'dynamic') {
      throw new ConflictError(`segment ${segmentId} is a list; nothing of it is computed`);
    }
  }

  async dynamicIds(): Promise<string[]> {
    const rows = await this.#database.query<{ id: string }>(
      `select segment_id as id from segments where kind = 'dynamic' order by segment_id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Waits for whoever computes this segment on another connection. */
  async lock(session: Session, segmentId: string): Promise<void> {
    await session.query(
      `select pg_advisory_lock(hashtext('segment-refresh'), hashtext($1::text))`,
      [segmentId],
    );
  }

  async unlock(session: Session, segmentId: string): Promise<void> {
    await session.query(
      `select pg_advisory_unlock(hashtext('segment-refresh'), hashtext($1::text))`,
      [segmentId],
    );
  }

  /** Whether it was computed as of a later moment already. */
  async isComputedAfter(session: Session, segmentId: string, moment: Date): Promise<boolean> {
    const [row] = await session.query<{ later: boolean | null }>(
      `select refreshed_at > $2::timestamptz as later from segments where segment_id = $1::text`,
      [segmentId, moment.toISOString()],
    );
    return row?.later ?? false;
  }

  /** The time of the database, to the microsecond. */
  async clock(session: Session): Promise<string> {
    const [row] = await session.query<{ time: string }>('select clock_timestamp()::text as time');
    if (row === undefined) throw new Error('a select without a row');
    return row.time;
  }

  /** Which server process a connection speaks with. */
  async backend(session: Session): Promise<number> {
    const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    if (row === undefined) throw new Error('a select without a row');
    return row.pid;
  }

  /** Ends the statement that a server process is running, if there is one. */
  async cancel(backend: number): Promise<void> {
    await this.#database.query('select pg_cancel_backend($1::integer)', [backend]);
  }

  /** Puts who enters and who leaves in a table for the transaction: nothing is locked meanwhile. */
  async find(session: Session, { segmentId, members, since }: Finding): Promise<void> {
    const forgets = sql`where not exists (
      select from users w
      where w.forget_before >= ${since}::timestamptz and w.user_id = s.user_id
    )`;
    await ask(
      session,
      sql`create temporary table segment_changes on commit drop as
        select coalesce(n.user_id, m.user_id)::text as user_id, n.user_id is not null as entered
        from (
          select s.user_id from (${members.sql}) s
          ${members.usesBehaviour ? forgets : literalSql('')}
        ) n
        full join (
          select user_id from segment_members where segment_id = ${segmentId}::text
        ) m on m.user_id = n.user_id
        where n.user_id is null or m.user_id is null`,
    );
    await session.query('analyze segment_changes');
  }

  /**
   * Writes what was found, and for whom it is to be sent.
   *
   * @throws NotFoundError when the segment was deleted meanwhile
   */
  async write(
    session: Session,
    { segmentId, members, evaluatedAt, since }: Finding,
  ): Promise<Written> {
    const { usesBehaviour } = members;
    const [before] = await session.query<{ members: number }>(
      `select count(*) as members from segment_members where segment_id = $1::text`,
      [segmentId],
    );
    const [segment] = await session.query<{ computation: number }>(
      `update segments set computation = computation + 1, refreshed_at = $2::timestamptz,
         members_use_behaviour = $3::boolean
       where segment_id = $1::text
       returning computation`,
      [segmentId, evaluatedAt.toISOString(), usesBehaviour],
    );
    if (segment === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
    const exited = await session.execute(
      `delete from segment_members m using segment_changes c
       where m.segment_id = $1::text and m.user_id = c.user_id and not c.entered`,
      [segmentId],
    );
    const entered = await session.execute(
      `insert into segment_members (segment_id, user_id, entered_at)
       select $1::text, user_id, $2::timestamptz from segment_changes
       where entered order by user_id`,
      [segmentId, since],
    );
    await session.query(tell, [
      ...[segmentId, segment.computation, evaluatedAt.toISOString(), usesBehaviour],
    ]);
    const count = (before?.members ?? 0) - exited + entered;
    return { computation: segment.computation, members: count, entered };
  }

  /** Keeps a computation, in the transaction that wrote its members. */
  async keep(
    session: Session,
    { segmentId, evaluatedAt }: Finding,
    { computation, members, entered }: Written,
    ms: number,
    slowest: TimedPart | undefined,
  ): Promise<Computation> {
    // Those who were forgotten since the computation before have left as well.
    const [row] = await session.query<Computation>(
      `insert into segment_computations (
         segment_id, computation, evaluated_at, ms, members, entered, exited, slowest_path,
         slowest_ms
       )
       select $1::text, $2::bigint, $3::timestamptz, $4::double precision, $5::bigint, $6::bigint,
         coalesce((
           select p.members from segment_computations p
           where p.segment_id = $1::text and p.error is null
           order by p.computation desc limit 1
         ), 0) + $6::bigint - $5::bigint,
         $7::text, $8::double precision
       returning ${columns}`,
      [
        ...[segmentId, computation, evaluatedAt.toISOString(), ms, members, entered],
        ...[slowest?.path ?? null, slowest?.ms ?? null],
      ],
    );
    if (row === undefined) throw new Error('an insert without a row');
    await session.query(
      `delete from segment_computations where segment_id = $1::text and computation <= $2::bigint`,
      [segmentId, computation - kept],
    );
    return row;
  }

  /** Keeps that a computation failed. Its number is counted: who reads the history sees it. */
  async keepFailure(
    segmentId: string,
    evaluatedAt: Date,
    ms: number,
    error: string,
    slowest: TimedPart | undefined,
  ): Promise<void> {
    await this.#database.query(
      `with counted as (
         update segments set computation = computation + 1 where segment_id = $1::text
         returning segment_id, computation
       )
       insert into segment_computations (
         segment_id, computation, evaluated_at, ms, error, slowest_path, slowest_ms
       )
       select segment_id, computation, $2::timestamptz, $3::double precision, $4::text, $5::text,
         $6::double precision
       from counted`,
      [
        ...[segmentId, evaluatedAt.toISOString(), ms, error],
        ...[slowest?.path ?? null, slowest?.ms ?? null],
      ],
    );
  }

  /** The newest first, those before `before`. */
  history(segmentId: string, limit: number, before: number | undefined): Promise<Computation[]> {
    return this.#database.query(
      `select ${columns} from segment_computations
       where segment_id = $1::text and ($3::bigint is null or computation < $3::bigint)
       order by computation desc
       limit $2::integer`,
      [segmentId, limit, before ?? null],
    );
  }
}

function ask(session: Session, statement: Sql): Promise<unknown[]> {
  const { text, values } = toQuery(statement);
  return session.query(text, values);
}
