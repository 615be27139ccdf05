import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Rule } from './rule.ts';

/** A segment as it is kept. */
export interface StoredSegment {
  readonly segmentId: string;
  readonly name: string;
  readonly description: string;
  readonly kind: 'dynamic' | 'static';
  /** Null: a static one. */
  readonly rule: Rule | null;
  readonly holdoutShare: number;
  readonly holdoutSeed: string;
  readonly refreshMinutes: number | null;
  readonly refreshedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a caller says of a segment. */
export interface WrittenSegment
  extends Omit<StoredSegment, 'refreshedAt' | 'createdAt' | 'updatedAt'> {
  /** The segments that the rule names. */
  readonly refersTo: readonly string[];
}

const columns = `
  segment_id as "segmentId", name, description, kind, rule, holdout_share as "holdoutShare",
  holdout_seed as "holdoutSeed", refresh_minutes as "refreshMinutes",
  refreshed_at as "refreshedAt", created_at as "createdAt", updated_at as "updatedAt"`;

const insert = `
insert into segments (
  segment_id, name, description, kind, rule, holdout_share, holdout_seed, refresh_minutes,
  next_refresh_at
)
values (
  $1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::double precision, $7::text, $8::integer,
  case when $8::integer is not null then now() end
)
on conflict (segment_id) do nothing
returning ${columns}`;

// What is due stays due; a rule or a schedule that has changed is due now.
const replace = `
update segments set
  name = $2::text, description = $3::text, rule = $5::jsonb,
  holdout_share = $6::double precision, holdout_seed = $7::text,
  refresh_minutes = $8::integer,
  next_refresh_at = case
    when $8::integer is null then null
    when (rule, refresh_minutes) is distinct from ($5::jsonb, $8::integer) then now()
    else next_refresh_at
  end,
  updated_at = now()
where segment_id = $1::text and kind = $4::text
returning ${columns}`;

// Of those that the new rule names, which lead back to the segment itself, and over which.
const leadsBack = `
with recursive path (first, segment_id, names) as (
  select n.segment_id, n.segment_id, array[n.segment_id]
  from unnest($2::text[]) n (segment_id)
  union all
  select p.first, f.refers_to::text, p.names || f.refers_to::text
  from path p
  join segment_references f on f.segment_id = p.segment_id
  where p.segment_id <> $1::text and f.refers_to::text <> all(p.names)
)
select names from path where segment_id = $1::text order by cardinality(names), names limit 1`;

const depthBelow = `
with recursive below (segment_id, depth) as (
  select n.segment_id, 1 from unnest($1::text[]) n (segment_id)
  union
  select f.refers_to::text, b.depth + 1
  from below b
  join segment_references f on f.segment_id = b.segment_id
  where b.depth <= 8
)
select coalesce(max(depth), 0) as depth from below`;

/** How many segments may stand one inside the other. */
const mostNested = 8;

/** Segments in the database: what they are, not who is in them. */
export class SegmentsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws ConflictError when there is a segment of that id, or the rule cannot be */
  create(segment: WrittenSegment): Promise<StoredSegment> {
    return this.#write(segment, async (transaction) => {
      const [row] = await transaction.query<StoredSegment>(insert, values(segment));
      if (row !== undefined) return row;
      throw new ConflictError(`there is a segment ${segment.segmentId} already; PUT replaces it`);
    });
  }

  /** Creates it or replaces what is said of it; its members stay. */
  put(
    segment: WrittenSegment,
  ): Promise<{ readonly segment: StoredSegment; readonly created: boolean }> {
    return this.#write(segment, async (transaction) => {
      const [made] = await transaction.query<StoredSegment>(insert, values(segment));
      if (made !== undefined) return { segment: made, created: true };
      const [row] = await transaction.query<StoredSegment>(replace, values(segment));
      if (row !== undefined) return { segment: row, created: false };
      const other = segment.kind === 'static' ? 'dynamic' : 'static';
      throw new ConflictError(
        `segment ${segment.segmentId} is ${other}; a segment stays what it is, make another one`,
      );
    });
  }

  /** @throws NotFoundError */
  async get(segmentId: string, on: Queryable = this.#database): Promise<StoredSegment> {
    const [row] = await on.query<StoredSegment>(
      `select ${columns} from segments where segment_id = $1::text`,
      [segmentId],
    );
    if (row === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
    return row;
  }

  /** In the order of their ids, those after `after`. */
  list(limit: number, after: string | undefined): Promise<StoredSegment[]> {
    return this.#database.query(
      `select ${columns} from segments
       where $2::text is null or segment_id > $2::text
       order by segment_id
       limit $1::integer`,
      [limit, after ?? null],
    );
  }

  /**
   * @throws NotFoundError
   * @throws ConflictError when another segment's rule names it
   */
  delete(segmentId: string): Promise<void> {
    return this.#locked(async (transaction) => {
      const named = await transaction.query<{ id: string }>(
        `select segment_id as id from segment_references where refers_to = $1::text
         order by segment_id limit 10`,
        [segmentId],
      );
      if (named.length > 0) {
        const names = named.map(({ id }) => id).join(', ');
        throw new ConflictError(`segment ${segmentId} is named by the rules of ${names}`);
      }
      const gone = await transaction.query(
        'delete from segments where segment_id = $1::text returning 1',
        [segmentId],
      );
      if (gone.length === 0) throw new NotFoundError(`there is no segment ${segmentId}`);
    });
  }

  #write<T>(segment: WrittenSegment, work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const { segmentId, refersTo } = segment;
    return this.#locked(async (transaction) => {
      await checkReferences(transaction, segment);
      const written = await work(transaction);
      await transaction.query('delete from segment_references where segment_id = $1::text', [
        segmentId,
      ]);
      await transaction.query(
        `insert into segment_references (segment_id, refers_to)
         select $1::text, unnest($2::text[])`,
        [segmentId, refersTo],
      );
      return written;
    });
  }

  /** One writer at a time: two rules written at once could name each other. */
  #locked<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (transaction) => {
      await transaction.query(`select pg_advisory_xact_lock(hashtext('segments'))`);
      return work(transaction);
    });
  }
}

async function checkReferences(
  transaction: Queryable,
  { segmentId, refersTo }: WrittenSegment,
): Promise<void> {
  if (refersTo.length === 0) return;
  if (refersTo.includes(segmentId)) {
    throw new ConflictError(`the rule of ${segmentId} names ${segmentId} itself`);
  }
  const [missing] = await transaction.query<{ id: string }>(
    `select n.id from unnest($1::text[]) with ordinality n (id, place)
     where not exists (select from segments s where s.segment_id = n.id)
     order by place limit 1`,
    [refersTo],
  );
  if (missing !== undefined) throw new NotFoundError(`there is no segment ${missing.id}`);
  const [cycle] = await transaction.query<{ names: string[] }>(leadsBack, [segmentId, refersTo]);
  if (cycle !== undefined) {
    const path = [segmentId, ...cycle.names].join(' → ');
    throw new ConflictError(`the rule leads back to its own segment: ${path}`);
  }
  const [below] = await transaction.query<{ depth: number }>(depthBelow, [refersTo]);
  if ((below?.depth ?? 0) >= mostNested) {
    throw new ConflictError(`segments may stand in each other at most ${mostNested} deep`);
  }
}

function values(segment: WrittenSegment): unknown[] {
  const { segmentId, name, description, kind, rule } = segment;
  const { holdoutShare, holdoutSeed, refreshMinutes } = segment;
  return [
    ...[segmentId, name, description, kind, rule === null ? null : JSON.stringify(rule)],
    ...[holdoutShare, holdoutSeed, refreshMinutes],
  ];
}
