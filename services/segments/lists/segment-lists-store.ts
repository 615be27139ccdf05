import { Readable } from 'node:stream';
import type { Database } from '../../database/database.ts';
import type { Transaction } from '../../database/transaction.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../../errors.ts';
import type { ListResult } from './segment-lists-schema.ts';

export type ListChange = 'replace' | 'append' | 'remove';

type Unknown = ListResult['unknown'];

const makeUploaded = `
create temporary table uploaded (line bigint not null, user_id text not null) on commit drop`;

// Each id once, with the line it came on first and how often it came.
const makeListed = `
create temporary table listed on commit drop as
select i.user_id, i.line, i.times, u.user_id is not null as known
from (select user_id, min(line) as line, count(*) as times from uploaded group by user_id) i
left join users u on u.user_id = i.user_id`;

const countListed = `
select coalesce(sum(times), 0) as listed, coalesce(sum(times - 1), 0) as repeated,
  count(*) filter (where known) as known
from listed`;

const firstUnknown = `
select line, user_id as "userId" from listed where not known order by line limit 100`;

const remove: Readonly<Record<ListChange, string | undefined>> = {
  replace: `
delete from segment_members m
where m.segment_id = $1::text
  and not exists (select from listed l where l.user_id = m.user_id and l.known)`,
  append: undefined,
  remove: `
delete from segment_members m using listed l
where m.segment_id = $1::text and m.user_id = l.user_id and l.known`,
};

// In the order of the index that it is put into.
const add = `
insert into segment_members (segment_id, user_id)
select $1::text, user_id from listed where known order by user_id
on conflict (segment_id, user_id) do nothing`;

/** The lists of static segments in the database. */
export class SegmentListsStore {
  readonly #database: Database;
  readonly #bulk: Database;

  /** @param bulk for statements of minutes */
  constructor(database: Database, bulk: Database) {
    this.#database = database;
    this.#bulk = bulk;
  }

  /**
   * Makes a static segment's list what was uploaded, or adds that to it, or takes it away. All of it
   * or, when anything fails, nothing. Two at once come one after the other.
   *
   * @param rows of `copy … from stdin`: line and user id
   * @throws NotFoundError
   * @throws ConflictError for a dynamic segment
   * @throws InvalidInputError when a list would be replaced by one of which nobody is known
   */
  write(
    segmentId: string,
    change: ListChange,
    rows: Iterable<Buffer> | AsyncIterable<Buffer>,
  ): Promise<ListResult> {
    return this.#bulk.transaction(async (transaction) => {
      await transaction.query(makeUploaded);
      await transaction.copyIn('copy uploaded from stdin', Readable.from(rows));
      await transaction.query('analyze uploaded');
      await transaction.query(makeListed);
      await transaction.query('analyze listed');
      await lock(transaction, segmentId);
      return apply(transaction, segmentId, change);
    });
  }

  /** @throws as `write`, before anything is read */
  async check(segmentId: string): Promise<void> {
    const [row] = await this.#database.query<{ kind: string }>(
      'select kind from segments where segment_id = $1::text',
      [segmentId],
    );
    checkKind(segmentId, row?.kind);
  }
}

/** A list that is being written stays that of a static segment. */
async function lock(transaction: Transaction, segmentId: string): Promise<void> {
  const [row] = await transaction.query<{ kind: string }>(
    'select kind from segments where segment_id = $1::text for no key update',
    [segmentId],
  );
  checkKind(segmentId, row?.kind);
}

function checkKind(segmentId: string, kind: string | undefined): void {
  if (kind === undefined) throw new NotFoundError(`there is no segment ${segmentId}`);
  if (kind === 'static') return;
  throw new ConflictError(
    `segment ${segmentId} is dynamic: its rule says who is in it; only static segments have lists`,
  );
}

async function apply(
  transaction: Transaction,
  segmentId: string,
  change: ListChange,
): Promise<ListResult> {
  const [counts] =
    await transaction.query<Record<'listed' | 'repeated' | 'known', number>>(countListed);
  if (counts === undefined) throw new Error('an aggregate without a row');
  const { listed, repeated, known } = counts;
  const unknown = await readUnknown(transaction);
  if (change === 'replace' && known === 0 && unknown.count > 0) throw noneKnown(unknown);
  const removing = remove[change];
  const removed = removing === undefined ? 0 : await transaction.execute(removing, [segmentId]);
  const added = change === 'remove' ? 0 : await transaction.execute(add, [segmentId]);
  await transaction.query('update segments set refreshed_at = now() where segment_id = $1::text', [
    segmentId,
  ]);
  const unchanged = known - (change === 'remove' ? removed : added);
  return { segmentId, listed, added, removed, unchanged, repeated, unknown };
}

async function readUnknown(transaction: Transaction): Promise<Unknown> {
  const [row] = await transaction.query<{ count: number }>(
    'select count(*) as count from listed where not known',
  );
  const count = row?.count ?? 0;
  return { count, first: count === 0 ? [] : await transaction.query(firstUnknown) };
}

/** Most likely another column, or another shop's ids: the list would be emptied. */
function noneKnown({ count, first }: Unknown): InvalidInputError {
  const issues = first.map(({ line, userId }) => ({
    path: `line ${line}`,
    code: 'unknown_user',
    message: `there is no user ${JSON.stringify(userId)}`,
  }));
  return new InvalidInputError(
    `none of the ${count} ids is a user's; the list stays as it was`,
    issues,
  );
}
