import pg from 'pg';
import type { Sql } from './sql.ts';

/**
 * A piece of SQL with its values written into it, for the statements that take no parameters (`copy`).
 * Everywhere else there is `toQuery`. Every value becomes a quoted literal of no type, which is what
 * a parameter is until its cast.
 *
 * @throws TypeError for a value that has no literal: an object that is no array and no date, NaN, or
 *   text with U+0000, at which the server would take the statement to end
 */
export function withLiterals({ parts, values }: Sql): string {
  return parts
    .map((part, index) => (index === 0 ? part : `${literal(values[index - 1])}${part}`))
    .join('');
}

function literal(value: unknown): string {
  return value === null || value === undefined ? 'null' : pg.escapeLiteral(textOf(value));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new TypeError('text with U+0000 has no literal');
    return value;
  }
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && !Number.isNaN(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`;
  throw new TypeError(`no literal of ${typeof value}`);
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return textOf(value);
  return `"${textOf(value).replace(/["\\]/g, '\\$&')}"`;
}
