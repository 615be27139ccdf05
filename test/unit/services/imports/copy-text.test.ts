import { describe, expect, it } from '@jest/globals';
import {
  copyField,
  copyJson,
  copyTexts,
  UnstorableTextError,
} from '../../../../services/imports/copy-text.ts';

// The text format: https://www.postgresql.org/docs/current/sql-copy.html.
describe('the text format of copy', () => {
  it('writes null as \\N, which text that reads \\N is not', () => {
    expect([copyField(null), copyField(undefined), copyField('\\N')]).toEqual([
      '\\N',
      '\\N',
      '\\\\N',
    ]);
  });

  it('escapes what would end a field or a line', () => {
    expect(copyField('a\tb\nc\rd\\e')).toBe('a\\tb\\nc\\rd\\\\e');
  });

  it('writes numbers and booleans', () => {
    expect([copyField(0), copyField(-1.5), copyField(1e21), copyField(false)]).toEqual([
      '0',
      '-1.5',
      '1e+21',
      'f',
    ]);
  });

  it('escapes JSON twice: for JSON, and for copy', () => {
    expect(copyJson({ a: 'x"\\\n' })).toBe('{"a":"x\\\\"\\\\\\\\\\\\n"}');
  });

  it('quotes the elements of a list', () => {
    expect(copyTexts(['a', 'b,"c"', '', 'd\\'])).toBe('{"a","b,\\\\"c\\\\"","","d\\\\\\\\"}');
    expect(copyTexts([])).toBe('{}');
  });

  it('refuses what Postgres cannot store, and only that', () => {
    expect(() => copyField('a\0')).toThrow(UnstorableTextError);
    expect(() => copyJson({ a: '\0' })).toThrow(UnstorableTextError);
    expect(() => copyJson({ a: '\ud800' })).toThrow(UnstorableTextError);
    // A backslash followed by plain text, a control character, and a whole pair.
    expect(copyJson('\\u0000')).toBe('"\\\\\\\\u0000"');
    expect(copyJson('\u0001')).toBe('"\\\\u0001"');
    expect(copyJson('\u{1f457}')).toBe('"\u{1f457}"');
  });
});
