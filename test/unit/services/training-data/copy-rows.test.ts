import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { takeCopyRows } from '../../../../services/training-data/copy-rows.ts';

async function rowsOf(...chunks: (string | Buffer)[]): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  const source = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  await takeCopyRows(source, (fields) => rows.push([...fields]));
  return rows;
}

describe('takeCopyRows', () => {
  it('cuts rows and fields wherever the chunks end, in the middle of a character too', async () => {
    const bytes = Buffer.from('红衣\t1\nb\t2\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await rowsOf(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual([
        ['红衣', '1'],
        ['b', '2'],
      ]);
    }
  });

  it('undoes the escapes of the format', async () => {
    expect(await rowsOf('a\\tb\\\\c\\n\t\\N\n')).toEqual([['a\tb\\c\n', null]]);
  });

  it('refuses a stream that ends in the middle of a row', async () => {
    await expect(rowsOf('a\t1\nb')).rejects.toThrow('in the middle of a row');
  });

  it('reads on to the end after a failure, so that the connection is free again', async () => {
    let ended = false;
    const source = Readable.from([Buffer.from('a\n'), Buffer.from('b\n')]).on('end', () => {
      ended = true;
    });
    const failing = takeCopyRows(source, () => {
      throw new Error('enough');
    });
    await expect(failing).rejects.toThrow('enough');
    expect(ended).toBe(true);
  });
});
