import { Readable } from 'node:stream';
import type { Database } from '../database/database.ts';
import type { Queryable } from '../database/transaction.ts';
import { answerColumns, answerRow } from './answer-rows.ts';
import type { LoggedAnswer } from './logged-answer.ts';

// Answers are put together up to about so many bytes for one write to the connection.
const chunkSize = 64 * 1024;

/** What was shown, in the database. */
export class RecommendationLogStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Writes answers, all or none. Their days must have partitions. A commit is not waited for: should
   * the server fail, the last moments of a log are what can be done without.
   */
  async write(answers: readonly LoggedAnswer[]): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.query('set local synchronous_commit = off');
      await transaction.copyIn(
        `copy recommendation_log (${answerColumns}) from stdin`,
        Readable.from(chunks(answers), { objectMode: false }),
      );
    });
  }

  /** Makes the partitions of the days from one time to another where they are missing. */
  async ensurePartitions(from: Date, to: Date): Promise<void> {
    await this.#database.query(
      'select ensure_recommendation_log_partitions($1::timestamptz, $2::timestamptz)',
      [from, to],
    );
  }

  /** Drops the days before that of `before`. @returns how many there were */
  async dropPartitions(before: Date): Promise<number> {
    const [row] = await this.#database.query<{ dropped: number }>(
      'select drop_recommendation_log_partitions($1::timestamptz) as dropped',
      [before],
    );
    return row?.dropped ?? 0;
  }
}

/** Takes a user's name out of what was shown to them: by an index, whatever the day. */
export async function unnameAnswers(on: Queryable, userId: string): Promise<void> {
  await on.query(
    `update recommendation_log set user_id = null, session_id = null where user_id = $1::text`,
    [userId],
  );
}

function* chunks(answers: readonly LoggedAnswer[]): Generator<Buffer> {
  let text = '';
  for (const answer of answers) {
    text += answerRow(answer);
    if (text.length < chunkSize) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}
