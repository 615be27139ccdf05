import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const good = (invoice: number) =>
  `${invoice},85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom`;
const bad = '536365,85123A,HEART,six,2010-12-01 08:26:00,2.55,17850.0,United Kingdom';

describe('an import', () => {
  let bench: ImportBench;
  beforeEach(async () => {
    bench = await createImportBench();
  });
  afterEach(() => bench.close());

  const counts = async () => {
    const [row] = await bench.database.query(
      `select (select count(*) from users) as users, (select count(*) from items) as items,
         (select count(*) from skus) as skus, (select count(*) from events) as events,
         (select count(*) from event_keys) as keys`,
    );
    return row;
  };
  const nothing = { users: 0, items: 0, skus: 0, events: 0, keys: 0 };

  it('imports nothing when a line is bad, and names it', async () => {
    const path = await bench.file('a.csv', [header, good(1), bad, good(2), 'x,y', ''].join('\n'));
    await expect(bench.run('online-retail', [path], { batchRows: 1 })).rejects.toThrow(
      [
        '2 bad lines, 0 allowed (--max-rejects); nothing was imported',
        `  ${path}:3: Quantity: expected a number, got "six"`,
        `  ${path}:5: expected 8 fields, got 2`,
        `see ${join(bench.folder, 'rejects.ndjson')}`,
      ].join('\n'),
    );
    expect(await counts()).toEqual(nothing);
    expect(await bench.rejects()).toEqual([
      { file: path, line: 3, reason: 'Quantity: expected a number, got "six"', raw: bad },
      { file: path, line: 5, reason: 'expected 8 fields, got 2', raw: 'x,y' },
    ]);
  });

  it('leaves bad lines out when so many are allowed', async () => {
    const path = await bench.file('a.csv', [header, good(1), bad, good(2), ''].join('\n'));
    const report = await bench.run('online-retail', [path], { maxRejects: 1 });
    expect(report).toMatchObject({ rejected: 1, rejectFile: join(bench.folder, 'rejects.ndjson') });
    expect(await counts()).toEqual({ users: 1, items: 1, skus: 1, events: 2, keys: 2 });
  });

  it('leaves no reject file when nothing was rejected', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1)}\n`);
    expect((await bench.run('online-retail', [path])).rejectFile).toBeUndefined();
    expect(await readdir(bench.folder)).toEqual(['a.csv']);
  });

  it('stops reading a file that is bad from end to end', async () => {
    const path = await bench.file('a.csv', `${header}\n${`${bad}\n`.repeat(5000)}`);
    await expect(bench.run('online-retail', [path])).rejects.toThrow(
      '1000 bad lines (stopped reading), 0 allowed',
    );
    expect(await bench.rejects()).toHaveLength(1000);
  });

  it('takes several files as one', async () => {
    const first = await bench.file('a.csv', `${header}\n${good(1)}\n`);
    const second = await bench.file('b.csv', `${header}\n${good(2)}\n${bad}\n`);
    await expect(bench.run('online-retail', [first, second])).rejects.toThrow(`${second}:3: `);
    expect(await counts()).toEqual(nothing);
  });

  it('counts the lines of records that take several', async () => {
    const long = good(1).replace('HEART', '"HEART\r\n(RED)"');
    const path = await bench.file('a.csv', [header, long, '', bad, ''].join('\r\n'));
    await expect(bench.run('online-retail', [path])).rejects.toThrow(`${path}:5: Quantity`);
  });

  it('rejects a line that is not UTF-8', async () => {
    const text = `${header}\n${good(1).replace('HEART', 'CAF\u00c9')}\n`;
    const path = await bench.file('a.csv', Buffer.from(text, 'latin1'));
    await expect(bench.run('online-retail', [path])).rejects.toThrow(`${path}:2: is not UTF-8`);
  });

  it('rejects text with a NUL character, which Postgres cannot store', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1).replace('HEART', 'HE\0RT')}\n`);
    await expect(bench.run('online-retail', [path])).rejects.toThrow(
      `${path}:2: holds the character U+0000`,
    );
  });

  it('names a quote that is never closed', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1)}\n536365,"85123A\n${good(2)}\n`);
    await expect(bench.run('online-retail', [path])).rejects.toThrow(`${path}:3: Quote Not Closed`);
    expect(await counts()).toEqual(nothing);
  });

  const refused: readonly [string, string, string | Buffer, string][] = [
    ['is empty', 'a.csv', '', 'is empty'],
    ['is empty once unpacked', 'a.csv.gz', '', 'is empty'],
    ['is not gzip', 'a.csv.gz', Buffer.from(header), 'is not gzip, though its name ends in .gz'],
    [
      'is cut off',
      'a.csv.gz',
      gzipSync(`${header}\n${good(1)}\n`).subarray(0, -12),
      'is cut off: its gzip has no end',
    ],
    [
      'has another header',
      'a.csv',
      'a,b\n1,2\n',
      '1: wrong header: expected the columns InvoiceNo',
    ],
  ];
  it.each(refused)('refuses a file that %s', async (_what, name, content, message) => {
    const path = await bench.file(name, content);
    await expect(bench.run('online-retail', [path])).rejects.toThrow(message);
    await expect(bench.run('online-retail', [path])).rejects.toThrow(path);
    expect(await counts()).toEqual(nothing);
  });

  it('refuses files that are missing and folders before it reads any', async () => {
    const path = join(bench.folder, 'missing.csv');
    await expect(bench.run('online-retail', [path])).rejects.toThrow(`${path}: no such file`);
    await expect(bench.run('online-retail', [bench.folder])).rejects.toThrow(
      `${bench.folder}: is a folder, expected a file`,
    );
  });

  it('rolls back when it is interrupted while merging', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1)}\n${bad}\n`);
    const abort = new AbortController();
    const steps: string[] = [];
    const progress = {
      reading: () => undefined,
      read: () => undefined,
      stop: () => undefined,
      step: (what: string) => {
        steps.push(what);
        if (what.endsWith(' events')) abort.abort();
      },
    };
    const options = { progress, signal: abort.signal, maxRejects: 1 };
    await expect(bench.run('online-retail', [path], options)).rejects.toThrow();
    expect(steps).toHaveLength(6);
    expect(await counts()).toEqual(nothing);
  });

  it('lets events be written while it is merging', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1)}\n`);
    const progress = {
      reading: () => undefined,
      read: () => undefined,
      stop: () => undefined,
      step: () => undefined,
    };
    await bench.database.query(`select ensure_event_partitions('2010-12-01', '2010-12-01')`);
    await bench.database.transaction(async (transaction) => {
      // What ingestion does, in a transaction that stays open all the time.
      await transaction.query(`insert into event_keys values ('live', '2010-12-05T00:00:00Z')`);
      await transaction.query(
        `insert into events (event_id, user_id, item_id, type, occurred_at)
         values ('live', 'u', 'i', 'view', '2010-12-05T00:00:00Z')`,
      );
      const report = await bench.run('online-retail', [path], { progress });
      expect(report.tables.events.inserted).toBe(1);
    });
    expect(await counts()).toMatchObject({ events: 2 });
  });

  it('says when the reject file cannot be written, and imports nothing', async () => {
    const path = await bench.file('a.csv', `${header}\n${good(1)}\n${bad}\n`);
    const rejectFile = join(bench.folder, 'missing', 'rejects.ndjson');
    await expect(bench.run('online-retail', [path], { rejectFile, maxRejects: 5 })).rejects.toThrow(
      `${rejectFile}: the reject file cannot be written`,
    );
    await expect(access(rejectFile)).rejects.toThrow();
    expect(await counts()).toEqual(nothing);
  });
});
