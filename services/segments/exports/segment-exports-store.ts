import type { Database } from '../../database/database.ts';
import { joinSql, literalSql, type Sql, sql } from '../../database/sql.ts';
import { joinedTables } from '../field-columns-store.ts';
import { csvCell, type ExportColumn, jsonCell } from './export-columns-store.ts';

export type ExportFormat = 'csv' | 'ndjson';

export interface Holdout {
  readonly share: number;
  readonly seed: string;
  /** Without those who are held out, or only they. */
  readonly show: 'exclude' | 'only';
}

/** What an export reads. */
export interface ExportQuery {
  /** Selects `user_id`, each once. */
  readonly members: Sql;
  /** `userId` is the first of them. */
  readonly columns: readonly ExportColumn[];
  readonly format: ExportFormat;
  readonly holdout: Holdout;
  /** Only users after this one. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  /** Whether text in CSV is kept from being taken for a formula. */
  readonly isSafe: boolean;
}

// JSON has no control characters, so that nothing of it is quoted so: each line is just the JSON.
const asItIs = `format csv, delimiter e'\\x02', quote e'\\x01'`;

/** Reads exports from the database as the bytes of their rows. */
export class SegmentExportsStore {
  readonly #database: Database;

  /** @param database for statements of minutes */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The rows in the order of the user ids, in the format; without a header. Ends when they are taken
   * no more.
   *
   * Copied out and not read with a cursor: the bytes pass this process as they are (bench/README.md,
   * Exports).
   *
   * @throws the signal's reason when it is aborted
   */
  rows(query: ExportQuery, signal: AbortSignal): AsyncIterable<Buffer> {
    const options = query.format === 'csv' ? 'format csv' : asItIs;
    return this.#database.copyOut(exportStatement(query), options, signal);
  }
}

/** One column of JSON, or the columns of CSV. */
export function exportStatement(query: ExportQuery): Sql {
  const { members, columns, holdout, after, limit } = query;
  const tables = new Set(columns.flatMap((column) => column.tables));
  const joins = joinSql(
    [...tables].map((table) => joinedTables[table]),
    '\n',
  );
  const from =
    after === undefined
      ? sql``
      : sql`and m.user_id > ${after}::text and u.user_id > ${after}::text`;
  const most = limit === undefined ? sql`` : sql`limit ${limit}::bigint`;
  return sql`
    select ${cells(query)}
    from (${members}) m
    join users u on u.user_id = m.user_id
    ${joins}
    where ${holdoutCondition(holdout)} ${from}
    order by u.user_id
    ${most}`;
}

function cells({ columns, format, isSafe }: ExportQuery): Sql {
  if (format === 'csv') {
    return joinSql(
      columns.map((column) => csvCell(column, isSafe)),
      ', ',
    );
  }
  // Put together, and not by `json_build_object`, which takes as long, writes a space around each
  // colon and takes 50 fields at most.
  const fields = columns.map(
    (column, index) =>
      sql`${`${index === 0 ? '{' : ','}${JSON.stringify(column.name)}:`}::text || ${jsonText(column)}`,
  );
  return sql`${joinSql(fields, ' || ')} || '}'`;
}

function jsonText(column: ExportColumn): Sql {
  return sql`coalesce(to_json(${jsonCell(column)})::text, 'null')`;
}

function holdoutCondition({ share, seed, show }: Holdout): Sql {
  if (share === 0) return literalSql(show === 'exclude' ? 'true' : 'false');
  const compare = literalSql(show === 'exclude' ? '>=' : '<');
  return sql`random_bucket(${seed}::text, u.user_id) ${compare} ${share}::double precision`;
}
