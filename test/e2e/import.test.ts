import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startBuilt } from '../helpers/built-service.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const event = (id: number) =>
  `${JSON.stringify({ eventId: `e${id}`, userId: 'u', itemId: 'i', type: 'view', occurredAt: '2026-01-01T00:00:00Z' })}\n`;

describe('npm run import', () => {
  let test: TestDatabase;
  let folder: string;
  let file: string;
  beforeEach(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-test-import-'));
    file = join(folder, 'events.ndjson');
    await writeFile(file, event(1) + event(2));
  });
  afterEach(async () => {
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (...args: readonly string[]) =>
    startBuilt('scripts/import.js', args, { DATABASE_URL: test.url });

  const imported = async () => {
    const rows = await test.database.query<{ keys: number; events: number }>(
      `select (select count(*) from event_keys) as keys, (select count(*) from events) as events`,
    );
    return rows[0];
  };

  /** Runs `work` while an import cannot go on with its merge, and until it has gone. */
  const whileMerging = async (work: () => void | Promise<void>) => {
    await test.database.transaction(async (transaction) => {
      await transaction.query('lock table event_keys in share row exclusive mode');
      await importers(`wait_event_type = 'Lock'`, 1);
      await work();
      await importers('true', 0);
    });
  };

  const importers = async (condition: string, wanted: number) => {
    for (;;) {
      const rows = await test.database.query(
        `select from pg_stat_activity where application_name = 'wardrobe-import'
           and datname = current_database() and query like '%insert into event_keys%' and ${condition}`,
      );
      if (rows.length === wanted) return;
    }
  };

  it('says what it imported, and the second time that nothing changed', async () => {
    const first = await start('events', file).ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^events +2 inserted, 0 duplicates\n2 rows in [\d.]+ s, /);
    const second = await start('events', file).ended;
    expect(second.stdout).toMatch(/^events +0 inserted, 2 duplicates\nnothing changed: /);
    expect(await imported()).toEqual({ keys: 2, events: 2 });
  });

  it('leaves nothing when it is killed in the middle of the merge', async () => {
    const running = start('events', file);
    await test.database.transaction(async (transaction) => {
      await transaction.query('lock table event_keys in share row exclusive mode');
      await importers(`wait_event_type = 'Lock'`, 1);
      running.process.kill('SIGKILL');
      expect((await running.ended).signal).toBe('SIGKILL');
    });
    // The server finishes the statement, finds nobody to answer to, and rolls back.
    await importers('true', 0);
    expect(await imported()).toEqual({ keys: 0, events: 0 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('rolls back on %s and exits with %i', async (signal, code) => {
    const running = start('events', file);
    await whileMerging(() => {
      running.process.kill(signal);
    });
    const end = await running.ended;
    expect(end).toMatchObject({ code, stdout: '' });
    expect(end.stderr).toMatch(/interrupted: rolled back, nothing was imported\n$/);
    expect(await imported()).toEqual({ keys: 0, events: 0 });
  });

  it('reads standard input, packed or not', () => {
    const end = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../../dist/scripts/import.js'), 'events', '-'],
      { input: event(7), env: { PATH: process.env.PATH, DATABASE_URL: test.url } },
    );
    expect(end.stdout.toString()).toMatch(/^events +1 inserted/);
    expect(end.status).toBe(0);
  });

  const refused: readonly [readonly string[], RegExp][] = [
    [['shoes', 'x.csv'], /^unknown format "shoes"; expected one of: events, items, /],
    [['events', '/nowhere/x.csv'], /^\/nowhere\/x.csv: no such file$/],
    [['events'], /missing required argument 'files'/],
    [['events', 'x.csv', '--max-rejects', 'many'], /expected a whole number from 0/],
    [['events', 'x.csv', '--occurred-at', 'today'], /expected a time like 2026-01-31T12:00:00Z/],
  ];
  it.each(refused)('refuses %j with one line', async (args, line) => {
    const end = await start(...args).ended;
    expect(end.code).toBe(1);
    expect(end.stdout).toBe('');
    expect(end.stderr.trimEnd()).toMatch(line);
    expect(end.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes the reject file where it is told to', async () => {
    await writeFile(file, `${event(1)}{}\n`);
    const rejects = join(folder, 'bad.ndjson');
    const end = await start('events', file, '--rejects', rejects, '--max-rejects', '1').ended;
    expect(end.stdout).toContain(`bad lines: 1, in ${rejects}`);
    expect((await readdir(folder)).sort()).toEqual(['bad.ndjson', 'events.ndjson']);
  });
});
