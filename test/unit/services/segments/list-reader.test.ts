import { describe, expect, it } from '@jest/globals';
import { InvalidInputError } from '../../../../services/errors.ts';
import { listOfIds, readCsvList } from '../../../../services/segments/lists/list-reader.ts';

async function read(text: string, chunkSize = 1000): Promise<string> {
  async function* chunks() {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
  }
  let rows = '';
  for await (const row of readCsvList(chunks())) rows += row.toString();
  return rows;
}

describe('readCsvList', () => {
  it.each([
    ['one id a line', 'ann\nben\n', '1\tann\n2\tben\n'],
    ['no line end at the end', 'ann\nben', '1\tann\n2\tben\n'],
    ['a byte order mark and CRLF', '\uFEFFann\r\nben\r\n', '1\tann\n2\tben\n'],
    ['blank lines', 'ann\n\n\nben\n', '1\tann\n4\tben\n'],
    ['a header', 'user_id\nann\n', '2\tann\n'],
    ['a header in camel case, with a BOM', '\uFEFFuserId\nann\n', '2\tann\n'],
    ['a column of a table', 'name,user_id,city\nAnn,ann,3\n"B,n",ben,1\n', '2\tann\n3\tben\n'],
    ['quotes', '"an""n"\n"b\nn"\ncat\n', '1\tan"n\n2\tb\\nn\n4\tcat\n'],
    ['a quoted header', '"user_id","n"\n"ann","1"\n', '2\tann\n'],
    ['blanks around an id, which are part of it', ' ann \n', '1\t ann \n'],
    ['tabs and backslashes', 'a\tb\\c\n', '1\ta\\tb\\\\c\n'],
    ['Chinese', '用户1\n用户2\n', '1\t用户1\n2\t用户2\n'],
  ])('reads %s', async (_name, text, rows) => {
    expect(await read(text)).toBe(rows);
    expect(await read(text, 1)).toBe(rows);
  });

  it.each([
    ['nothing', '', 'got none'],
    ['a header alone', 'user_id\n', 'got none'],
    ['columns of which none is the id', 'name,email\nAnn,a@x\n', '"name", "email"'],
    ['a row with another number of fields', 'user_id,name\nann,Ann\nben\n', 'line 3'],
    ['a stray quote', 'ann\nb"en"\n', 'line 2'],
    ['a quote that is not closed', 'ann\n"ben\n', 'the body:2'],
    ['what Postgres cannot store', 'ann\nb\0n\n', 'line 2'],
  ])('refuses %s', async (_name, text, message) => {
    await expect(read(text)).rejects.toThrow(InvalidInputError);
    await expect(read(text)).rejects.toThrow(message);
  });

  it('does not make a known id of one that is too long', async () => {
    expect(await read(`${'x'.repeat(1000)}\n`)).toBe(`1\t${'x'.repeat(200)}\n`);
  });

  it('gives rows on while more are read', async () => {
    let given = 0;
    async function* chunks() {
      for (given = 0; given < 1000; given += 1) yield Buffer.from('12345678\n'.repeat(1000));
    }
    const rows = readCsvList(chunks());
    await rows.next();
    expect(given).toBeLessThan(50);
    await rows.return(undefined);
  });
});

describe('listOfIds', () => {
  it('numbers ids from 1', () => {
    expect(Buffer.concat([...listOfIds(['ann', 'b\\n'])]).toString()).toBe('1\tann\n2\tb\\\\n\n');
    expect(Buffer.concat([...listOfIds([])]).toString()).toBe('');
  });
});
