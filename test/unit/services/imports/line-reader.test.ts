import { describe, expect, it } from '@jest/globals';
import { CsvReader, type CsvRecord } from '../../../../services/imports/csv-reader.ts';
import { lineReader } from '../../../../services/imports/line-reader.ts';

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
      const reader = lineReader('x', (text, line) => lines.push([text, line]));
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
    const reader = lineReader('big.bin', () => undefined);
    const chunk = Buffer.alloc(700_000, 'x');
    reader.write(chunk);
    expect(() => reader.write(chunk)).toThrow('big.bin: line 1 is longer than 1 MiB');
  });
});

describe('a CSV reader', () => {
  it('finds records, their lines and their text wherever the bytes are cut', () => {
    const bytes = Buffer.from('\uFEFFa,b\r\n1,"é\r\n""x"""\r\n\r\n3,4"5\r\n6,7\n8,');
    for (const chunks of cuts(bytes)) {
      const records: CsvRecord[] = [];
      const stray: [number, string][] = [];
      const reader = new CsvReader('x', {
        onRecord: (record) => records.push(record),
        onStrayQuote: ({ line, raw }) => stray.push([line, raw]),
      });
      for (const chunk of chunks) reader.write(chunk);
      reader.end();
      expect(records).toEqual([
        { fields: ['a', 'b'], line: 1, raw: 'a,b' },
        { fields: ['1', 'é\r\n"x"'], line: 2, raw: '1,"é\r\n""x"""' },
        { fields: ['6', '7'], line: 6, raw: '6,7' },
        { fields: ['8', ''], line: 7, raw: '8,' },
      ]);
      expect(stray).toEqual([[5, '3,4"5']]);
    }
  });

  const read = (text: string) => {
    const records: CsvRecord[] = [];
    const reader = new CsvReader('x.csv', {
      onRecord: (record) => records.push(record),
      onStrayQuote: ({ line }) => records.push({ fields: ['stray'], line, raw: '' }),
    });
    reader.write(Buffer.from(text));
    reader.end();
    return records.map(({ fields, line }) => [line, ...fields]);
  };

  it('reads records with quotes and without in their order', () => {
    expect(read('a,b\n"1",2\n3,4\n5,"x\n\ny"\n"6","7"\n"",\n8,9\n')).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [3, '3', '4'],
      [4, '5', 'x\n\ny'],
      [7, '6', '7'],
      [8, '', ''],
      [9, '8', '9'],
    ]);
  });

  it('goes on after a record with a stray quote', () => {
    expect(read('a,34"\nb,c\nd,36"\n"e",f\n')).toEqual([
      [1, 'stray'],
      [2, 'b', 'c'],
      [3, 'stray'],
      [4, 'e', 'f'],
    ]);
  });

  it('reads a long file of records over several lines', () => {
    const record = `"${'x'.repeat(3000)}\n${'y'.repeat(3000)}",z\n`;
    const records = read(record.repeat(500));
    expect(records).toHaveLength(500);
    expect(records.at(-1)?.[0]).toBe(999);
  });

  it('names the line of a quote that is never closed, or closed in the middle', () => {
    expect(() => read('a,b\n1,2\n"3,4\n5,6\n')).toThrow('x.csv:3: Quote Not Closed');
    expect(() => read('a,b\n"1"2,3\n')).toThrow('x.csv:2: Invalid Closing Quote');
    expect(() => read(`a,b\n"${'1\n'.repeat(600_000)}`)).toThrow(
      'x.csv: a record from line 2 on is longer than 1 MiB; is a quote not closed?',
    );
  });
});
