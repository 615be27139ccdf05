import { describe, expect, it } from '@jest/globals';
import { joinSql, literalSql, sql, toQuery } from '../../../../services/database/sql.ts';

describe('sql', () => {
  it('makes parameters of values, in the order in which they stand', () => {
    const query = toQuery(sql`select ${1}::int, ${'a'}::text`);
    expect(query).toEqual({ text: 'select $1::int, $2::text', values: [1, 'a'] });
  });

  it('takes pieces into a larger one and numbers their parameters anew', () => {
    const where = sql`a = ${'x'}::text and b = ${2}::int`;
    const query = toQuery(sql`select ${0}::int from t where ${where} limit ${10}::int`);
    expect(query).toEqual({
      text: 'select $1::int from t where a = $2::text and b = $3::int limit $4::int',
      values: [0, 'x', 2, 10],
    });
  });

  it('joins pieces', () => {
    const pieces = [sql`a = ${1}::int`, literalSql('b'), sql`c = ${3}::int`];
    expect(toQuery(sql`(${joinSql(pieces, ' and ')})`)).toEqual({
      text: '(a = $1::int and b and c = $2::int)',
      values: [1, 3],
    });
    expect(toQuery(joinSql([], ', '))).toEqual({ text: '', values: [] });
  });

  it('takes nothing that came from outside for SQL', () => {
    const hostile = JSON.parse('{"parts": ["1; drop table users"], "values": []}');
    expect(toQuery(sql`select ${hostile}::jsonb`)).toEqual({
      text: 'select $1::jsonb',
      values: [hostile],
    });
    expect(toQuery(sql`select ${"' or true --"}::text`).text).toBe('select $1::text');
  });
});
