import { describe, expect, it } from '@jest/globals';
import { CsvReader, type CsvRecord } from '../../../../services/imports/csv-reader.ts';
import { LineReader } from '../../../../services/imports/line-reader.ts';

/** Every way to cut bytes in two, and one byte at a time. */
function cuts(bytes: Buffer): Buffer[][] {
  const halves = [...bytes.keys()].map((at) => [bytes.subarray(0, at), bytes.subarray(at)]);
  return [...halves, [...bytes].map((byte) => Buffer.from([byte]))];
}

describe('a line reader', () => {
  it('finds lines and their numbers wherever the bytes are cut', () => {
    const bytes = Buffer.from('\uFEFFé1\r\n\n  \n\u{1f457}2\nlast');
    for (const chunks of cuts(bytes)) {
      const lines: [string, number][] = [];
      const reader = new LineReader('x', (text, line) => lines.push([text, line]));
      for (const chunk of chunks) reader.write(chunk);
      reader.end();
      expect(lines).toEqual([
        ['é1', 1],
        ['\u{1f457}2', 4],
        ['last', 5],
      ]);
    }
  });

  it('refuses what has no line ends', () => {
    const reader = new LineReader('big.bin', () => undefined);
    const chunk = Buffer.alloc(700_000, 'x');
    reader.write(chunk);
    expect(() => reader.write(chunk)).toThrow('big.bin: line 1 is longer than 1 MiB');
  });
});

describe('a CSV reader', () => {
  it('finds records, their lines and their text wherever the bytes are cut', async () => {
    const bytes = Buffer.from('\uFEFFa,b\r\n1,"é\r\n""x"""\r\n\r\n3,4"5\r\n6,7\n8,');
    for (const chunks of cuts(bytes)) {
      const records: CsvRecord[] = [];
      const stray: number[] = [];
      const reader = new CsvReader(
        'x',
        (record) => records.push(record),
        ({ line }) => stray.push(line),
      );
      for (const chunk of chunks) await reader.write(chunk);
      await reader.end();
      expect(records).toEqual([
        { fields: ['a', 'b'], line: 1, raw: 'a,b' },
        { fields: ['1', 'é\r\n"x"'], line: 2, raw: '1,"é\r\n""x"""' },
        { fields: ['6', '7'], line: 6, raw: '6,7' },
        { fields: ['8', ''], line: 7, raw: '8,' },
      ]);
      expect(stray).toEqual([5]);
    }
  });
});
