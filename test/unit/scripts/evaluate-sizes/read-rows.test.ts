import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRentals } from '../../../../scripts/evaluate-sizes/read-rows.ts';
import { UsageError } from '../../../../services/errors.ts';

const header =
  'fit,user_id,item_id,weight_lbs,rating,rented_for,body_type,category,size,age,review_date,bust_size_num,bust_size_letter,height_in,recommend';
const line = 'small,7,100,137.0,10.0,wedding,pear,gown,14,28.0,2016-04-20,34.0,d,68.0,1';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rentals-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(...lines: string[]): Promise<string> {
  const path = join(folder, `${Math.abs(lines.join().length)}-${lines.length}.csv`);
  await writeFile(path, `${[header, ...lines].join('\n')}\n`);
  return path;
}

describe('readRentals', () => {
  it('reads a row in metric units', async () => {
    const { rows } = await readRentals(await fileOf(line));
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row).toMatchObject({ row: 0, user: '7', item: '100', category: 'gown', code: 14 });
    expect(row).toMatchObject({ fit: 'small', at: Date.UTC(2016, 3, 20) / 1000 });
    expect(row?.body.heightCm).toBeCloseTo(172.72, 6);
    expect(row?.body.weightKg).toBeCloseTo(62.1422, 3);
    // A 34 band and the fourth letter after AA: 38 inches.
    expect(row?.body.bustCm).toBeCloseTo(96.52, 6);
    expect(row?.body).toMatchObject({ age: 28, bodyType: 'pear' });
  });

  it('takes impossible measurements and blanks for unknown', async () => {
    const blank = 'fit,8,100,,10.0,party,,gown,8,117.0,2016-04-20,,,7.0,1';
    const { rows } = await readRentals(await fileOf(blank));
    expect(rows[0]?.body).toEqual({});
  });

  it('counts a row that says the same again once, and keeps the places in the file', async () => {
    const other = line.replace('small,7', 'fit,9');
    const { rows, repeated } = await readRentals(await fileOf(line, line, other));
    expect(repeated).toBe(1);
    expect(rows.map(({ row }) => row)).toEqual([0, 2]);
  });

  it('reads a gzipped file', async () => {
    const path = join(folder, 'rows.csv.gz');
    await writeFile(path, gzipSync(`${header}\n${line}\n`));
    expect((await readRentals(path)).rows).toHaveLength(1);
  });

  it.each([
    ['a size that is none', line.replace(',14,28.0', ',XL,28.0'), /line 2: expected a size .*"XL"/],
    [
      'a date that is none',
      line.replace('2016-04-20', 'April'),
      /line 2: expected a date .*"April"/,
    ],
    ['an outcome that is none', line.replace('small', 'tight'), /expected small, fit or large/],
  ])('names the line with %s', async (_, wrong, message) => {
    await expect(readRentals(await fileOf(wrong))).rejects.toThrow(message);
    await expect(readRentals(await fileOf(wrong))).rejects.toThrow(UsageError);
  });

  it('says what a file lacks that is none of these, and which file is not there', async () => {
    const path = join(folder, 'other.csv');
    await writeFile(path, 'fit,size\nfit,8\n');
    await expect(readRentals(path)).rejects.toThrow(/lacks the columns user_id, item_id/);
    await writeFile(path, `${header}\n`);
    await expect(readRentals(path)).rejects.toThrow(/has no rows/);
    await expect(readRentals(join(folder, 'none.csv'))).rejects.toThrow(/none.csv cannot be read/);
    await expect(readRentals(join(folder, 'none.csv.gz'))).rejects.toThrow(UsageError);
  });
});
