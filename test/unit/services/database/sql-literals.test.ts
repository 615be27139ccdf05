import { describe, expect, it } from '@jest/globals';
import { sql } from '../../../../services/database/sql.ts';
import { withLiterals } from '../../../../services/database/sql-literals.ts';

describe('withLiterals', () => {
  it('writes each value as a quoted literal, whatever its type', () => {
    const at = new Date('2026-01-31T12:00:00Z');
    const statement = sql`select ${1.5}::float8, ${true}::boolean, ${at}::timestamptz, ${null}::text`;
    expect(withLiterals(statement)).toBe(
      "select '1.5'::float8, 'true'::boolean, '2026-01-31T12:00:00.000Z'::timestamptz, null::text",
    );
  });

  it('lets no text out of its quotes', () => {
    expect(withLiterals(sql`select ${"x'; drop table users; --"}::text`)).toBe(
      "select 'x''; drop table users; --'::text",
    );
    expect(withLiterals(sql`select ${"\\'"}::text`)).toBe("select  E'\\\\'''::text");
  });

  it('writes lists as arrays, with their quotes and backslashes', () => {
    expect(withLiterals(sql`select ${['a', 'b,"c"', null]}::text[]`)).toBe(
      `select  E'{"a","b,\\\\"c\\\\"",NULL}'::text[]`,
    );
    expect(withLiterals(sql`select ${[1, 2]}::int[]`)).toBe(`select '{"1","2"}'::int[]`);
  });

  it.each([
    ['U+0000', 'a\0b'],
    ['not a number', Number.NaN],
    ['an object', {}],
  ])('refuses %s', (_name, value) => {
    expect(() => withLiterals(sql`select ${value}::text`)).toThrow(TypeError);
  });
});
