import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';

// The clock is read while the row is locked: of two calls the later one counts. The trigger on users
// tells every process in the same transaction (docs/adr/0012).
const ask = `
insert into users as old (user_id, forget_before)
values ($1::text, clock_timestamp())
on conflict (user_id) do update set
  forget_before = greatest(old.forget_before, clock_timestamp()),
  updated_at = now()
returning forget_before as "askedAt"`;

// A row that build-features is writing is not waited for: the build takes it itself in the end.
const derived = [
  ...['user_features', 'user_sku_outcomes'],
  ...['user_tag_sums', 'user_size_returns', 'user_live_habits', 'user_said_channels'],
  ...['user_rfm', 'user_rfm_history', 'user_clv'],
];

const deleteDerived = derived.map(
  (table) => `
delete from ${table} where ctid = any(array(
  select ctid from ${table} where user_id = $1::text for update skip locked
))`,
);

// Of the segments that asked for behaviour.
const deleteSpans = `
delete from segment_spans where ctid = any(array(
  select s.ctid
  from segments g
  join segment_spans s on s.segment_id = g.segment_id and s.user_id = $1::text
  where exists (
    select from segment_snapshots n where n.segment_id = g.segment_id and n.uses_behaviour
  )
  for update of s skip locked
))`;

/** Takes a user's name out of the log of answers, in the transaction that it is given. */
export type UnnameAnswers = (on: Queryable, userId: string) => Promise<void>;

/** What users did, in the database. */
export class BehaviourStore {
  readonly #database: Database;
  readonly #unnameAnswers: UnnameAnswers;

  constructor(database: Database, unnameAnswers: UnnameAnswers) {
    this.#database = database;
    this.#unnameAnswers = unnameAnswers;
  }

  /**
   * Makes everything count no more that the user did up to now, and deletes what was made of it;
   * the events are left to build-features. A user who is not known is created.
   *
   * @returns when that was
   */
  forget(userId: string): Promise<Date> {
    return this.#database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ askedAt: Date }>(ask, [userId]);
      if (row === undefined) throw new Error('an insert without a row');
      for (const statement of deleteDerived) await transaction.query(statement, [userId]);
      // Those who were told that the user is in a segment are told that it is so no more.
      await transaction.query('select leave_computed_segments(array[$1::text])', [userId]);
      await transaction.query(deleteSpans, [userId]);
      await this.#unnameAnswers(transaction, userId);
      return row.askedAt;
    });
  }
}
