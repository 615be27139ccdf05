import { literalSql, type Sql, sql } from '../../database/sql.ts';
import { columns, type JoinedTable } from '../field-columns-store.ts';
import {
  attributeOf,
  type FieldType,
  findField,
  isBehavioural,
  segmentFields,
} from '../segment-fields.ts';

/** A column of an export. */
export interface ExportColumn {
  readonly name: string;
  readonly type: FieldType;
  /** Whether anybody may have written into it, beyond the words that this service knows. */
  readonly isFree: boolean;
  /** Tables that it is read from, beside `users u`. */
  readonly tables: readonly JoinedTable[];
  readonly value: Sql;
}

/** The columns that have a name of their own; beside them there is `attributes.<name>`. */
export const exportedNames: readonly string[] = segmentFields
  .map(({ name }) => name)
  .filter((name) => name in columns);

/**
 * The column of a field; undefined for a name that is no field, and for fields that have no one
 * value (tags) or depend on more than the user (`usualSize`).
 *
 * @param now the moment that ages are counted to
 */
export function exportColumn(name: string, now: Date): ExportColumn | undefined {
  const field = findField(name, []);
  if (field === undefined) return undefined;
  const isFree = field.type === 'attribute' || (field.type === 'text' && !field.values);
  const shape = { name, type: field.type, isFree };
  const attribute = attributeOf(name);
  if (attribute !== undefined) {
    return { ...shape, tables: [], value: sql`(u.attributes -> ${attribute}::text)` };
  }
  const column = columns[name as keyof typeof columns];
  if (column === undefined) return undefined;
  const value = column.value(now);
  // What was made of somebody's behaviour is not shown once the switch is off, though it may still
  // be stored.
  return {
    ...{ ...shape, tables: column.tables },
    value: isBehavioural(field) ? sql`(case when u.personalised then ${value} end)` : value,
  };
}

const time = literalSql(`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`);

/** As the API writes it: times in UTC, to the millisecond. */
export function jsonCell({ type, value }: ExportColumn): Sql {
  return type === 'time' ? sql`to_char(${value} at time zone 'UTC', ${time})` : value;
}

// = + - @, tab, line feed and carriage return, and the full-width forms of the first four.
const begins = literalSql('61, 43, 45, 64, 9, 10, 13, 65309, 65291, 65293, 65312');

/**
 * As it stands in CSV; missing values are empty.
 *
 * @param isSafe puts an apostrophe before text that a spreadsheet would take for a formula
 */
export function csvCell(column: ExportColumn, isSafe: boolean): Sql {
  const { type, isFree } = column;
  const text = type === 'attribute' ? sql`(${column.value} #>> '{}')` : csvText(column);
  if (!isFree || !isSafe) return text;
  return sql`(case when ascii(${text}) in (${begins}) then '''' || ${text} else ${text} end)`;
}

function csvText(column: ExportColumn): Sql {
  if (column.type === 'boolean') return sql`(${column.value})::text`;
  return jsonCell(column);
}
