import { Readable } from 'node:stream';
import type { Database } from '../../services/database/database.ts';
import type { LoggedAnswer } from '../../services/exposure/logged-answer.ts';

/** What the log would be with a row an item: no indexes but the key. */
export const itemRowsTable = `
create table item_rows (
  shown_at timestamptz not null, request_id text not null, position smallint not null,
  user_id text, session_id text, room_id text, version text, variant text not null,
  item_id text not null, source text not null, score real not null,
  primary key (shown_at, request_id, position)
)`;

type Row = readonly (string | number | null)[];

function rowsOf(answers: readonly LoggedAnswer[]): Row[] {
  return answers.flatMap((answer) =>
    answer.items.map(({ itemId, source, score }, place) => [
      ...[answer.shownAt.toISOString(), answer.requestId, place + 1],
      ...[answer.viewer?.userId ?? null, answer.viewer?.sessionId ?? null, answer.roomId],
      ...[answer.modelVersion, answer.variant, itemId, source, Math.round(score * 1e5) / 1e5],
    ]),
  );
}

export async function copyItemRows(
  database: Database,
  answers: readonly LoggedAnswer[],
): Promise<void> {
  const lines = rowsOf(answers).map((row) => row.map((value) => value ?? '\\N').join('\t'));
  await database.transaction(async (transaction) => {
    await transaction.query('set local synchronous_commit = off');
    const source = Readable.from([Buffer.from(`${lines.join('\n')}\n`)], { objectMode: false });
    await transaction.copyIn('copy item_rows from stdin', source);
  });
}

export async function insertItemRows(
  database: Database,
  answers: readonly LoggedAnswer[],
): Promise<void> {
  const rows = rowsOf(answers);
  const columns = Array.from({ length: 11 }, (_, column) => rows.map((row) => row[column]));
  await database.transaction(async (transaction) => {
    await transaction.query('set local synchronous_commit = off');
    await transaction.query(
      `insert into item_rows
       select * from unnest($1::timestamptz[], $2::text[], $3::smallint[], $4::text[], $5::text[],
         $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::real[])`,
      columns,
    );
  });
}
