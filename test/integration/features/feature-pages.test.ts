import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../services/database/database.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { makePartitions } from '../../helpers/test-events.ts';

describe('an incremental build', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  it('reads no page of the months that nothing was added to, and few of the others', async () => {
    await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-02-29T00:00:00Z');
    // It reads pages too, whenever it likes.
    for (const month of ['events_2020_01', 'events_2020_02']) {
      await test.database.query(`alter table ${month} set (autovacuum_enabled = false)`);
    }
    await writeMonth(test.url, '2020-01-01T00:00:00Z', 40_000);
    await writeMonth(test.url, '2020-02-01T00:00:00Z', 40_000);
    await build(test.url);
    await alone(test.url, (database) => database.query('analyze events'));
    await writeMonth(test.url, '2020-02-20T00:00:00Z', 10);

    const before = await pagesRead(test.database);
    await build(test.url);
    const after = await pagesRead(test.database);
    expect((after.events_2020_01 ?? 0) - (before.events_2020_01 ?? 0)).toBe(0);
    // A user, an item, two size and a tag statement each look at the last range of pages.
    const read = (after.events_2020_02 ?? 0) - (before.events_2020_02 ?? 0);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(5 * 2 * pagesPerRange);
    const [size] = await test.database.query<{ pages: number }>(
      `select pg_relation_size('events_2020_02') / 8192 as pages`,
    );
    expect(size?.pages).toBeGreaterThan(5 * 2 * pagesPerRange);
  });
});

const pagesPerRange = 32;

/** On a connection of its own: what it has read and written is counted when it is closed. */
async function alone(url: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  const database = new Database({
    url,
    poolSize: 1,
    applicationName: 'wardrobe-test-build',
    statementTimeout: 0,
  });
  await work(database);
  await database.close();
}

function build(url: string): Promise<void> {
  return alone(url, (database) => new FeatureService(database).build());
}

function writeMonth(url: string, from: string, count: number): Promise<void> {
  return alone(url, (database) =>
    database.query(
      `insert into events (event_id, user_id, item_id, type, occurred_at)
       select gen_random_uuid()::text, 'u' || n % 100, 'i' || n % 100, 'click',
         $1::timestamptz + n * interval '1 second'
       from generate_series(1, $2::integer) as n`,
      [from, count],
    ),
  );
}

/**
 * Heap pages read so far, from memory or disk, by partition; once the server has seen the
 * connections go, which is when they report what they read.
 */
async function pagesRead(database: Database): Promise<Record<string, number>> {
  for (;;) {
    const rows = await database.query<{ name: string; pages: number; busy: boolean }>(
      `select relname as name, heap_blks_read + heap_blks_hit as pages,
         exists (select from pg_stat_activity where application_name = 'wardrobe-test-build') as busy
       from pg_statio_user_tables where relname like 'events\\_%'`,
    );
    if (rows.every((row) => !row.busy)) {
      return Object.fromEntries(rows.map(({ name, pages }) => [name, pages]));
    }
  }
}
