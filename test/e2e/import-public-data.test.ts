import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportBench, type ImportBench } from '../helpers/import-files.ts';
import { sharedData } from '../helpers/shared-data.ts';

const files = {
  renttherunway: sharedData('renttherunway', 'renttherunway.csv.gz'),
  onlineRetail: sharedData('online-retail', 'online_retail.csv.gz'),
  inter: sharedData('ml-100k', 'ml-100k.inter'),
  item: sharedData('ml-100k', 'ml-100k.item'),
  user: sharedData('ml-100k', 'ml-100k.user'),
  gowalla: sharedData('gowalla', 'valid.txt.gz'),
};

const there = Object.values(files).every((path) => path !== undefined);
const suite = there ? describe : describe.skip;
if (!there) process.stderr.write('public data sets: skipped, ../shared/data is not there\n');

// The numbers of rows, users and items are those that the data sets are published with.
suite('importing the public data sets', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await createImportBench();
  });
  afterAll(() => bench.close());

  const inserted = (count: number) => ({ inserted: count, updated: 0, unchanged: 0 });
  const run = (format: string, ...paths: readonly (string | undefined)[]) =>
    bench.run(
      format,
      paths.filter((path) => path !== undefined),
      { batchRows: 10_000 },
    );

  it('takes every row of renttherunway, and none a second time', async () => {
    const report = await run('renttherunway', files.renttherunway);
    expect(report).toMatchObject({ lines: 192_544, rejected: 0 });
    expect(report.tables).toMatchObject({
      users: inserted(105_571),
      items: inserted(5_850),
      events: inserted(192_544),
    });
    const again = await run('renttherunway', files.renttherunway);
    expect(again.tables.events).toEqual({ inserted: 0, updated: 0, unchanged: 192_544 });
    expect(again.tables.users).toEqual({ inserted: 0, updated: 0, unchanged: 105_571 });
    const [fits] = await bench.database.query(
      `select count(*) filter (where properties ->> 'fit' = 'fit') as fit,
         count(*) filter (where properties ->> 'fit' = 'small') as small,
         count(*) filter (where properties ->> 'fit' = 'large') as large,
         min(occurred_at) as first, max(occurred_at) as last
       from events`,
    );
    expect(fits).toMatchObject({ fit: 142_058, small: 25_779, large: 24_707 });
    await bench.database.query('truncate users, items, skus, events, event_keys');
  }, 300_000);

  it('takes or counts every row of online-retail', async () => {
    const report = await run('online-retail', files.onlineRetail);
    expect(report).toMatchObject({ lines: 541_909, rejected: 0 });
    expect(Object.fromEntries(report.leftOut)).toEqual({
      'without a customer': 135_080,
      'charges, corrections, samples and vouchers': 1_916,
    });
    expect(report.tables.events).toEqual(inserted(541_909 - 135_080 - 1_916));
    await bench.database.query('truncate users, items, skus, events, event_keys');
  }, 300_000);

  it('takes every rating, film and user of MovieLens 100k', async () => {
    const report = await run('movielens', files.inter, files.item, files.user);
    expect(report.tables).toEqual({
      users: inserted(943),
      items: inserted(1_682),
      skus: inserted(1_682),
      events: inserted(100_000),
    });
    // Ratings 4 and 5: 34,174 + 21,201.
    const liked = await bench.database.query(`select count(*) from events where type = 'like'`);
    expect(liked).toEqual([{ count: 55_375 }]);
    await bench.database.query('truncate users, items, skus, events, event_keys');
  }, 120_000);

  it('takes every pair of an interactions file', async () => {
    const report = await run('interactions', files.gowalla);
    expect(report.tables.events).toEqual(inserted(91_047));
  }, 120_000);
});
