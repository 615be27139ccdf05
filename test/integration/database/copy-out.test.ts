import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../services/database/database.ts';
import { sql } from '../../../services/database/sql.ts';
import { UnavailableError } from '../../../services/errors.ts';
import { createDatabaseProxy, type DatabaseProxy } from '../../helpers/database-proxy.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

describe('Database.copyOut', () => {
  let test: TestDatabase;
  let proxy: DatabaseProxy;
  let database: Database;
  /** Through a network that can be cut. */
  let distant: Database;
  beforeAll(async () => {
    test = await createTestDatabase({ migrated: false });
    proxy = await createDatabaseProxy();
    // One connection: what is not given back is missed at once.
    const options = { poolSize: 1, applicationName: 'copying', statementTimeout: 0 };
    database = new Database({ url: test.url, ...options });
    distant = new Database({ url: proxy.url(test.url), ...options });
  });
  afterAll(async () => {
    await database.close();
    await distant.close();
    await proxy.cut();
    await test.drop();
  });

  const never = new AbortController().signal;
  const all = async (chunks: AsyncIterable<Buffer>) => {
    let text = '';
    for await (const chunk of chunks) text += chunk.toString();
    return text;
  };
  const copying = async () => {
    const rows = await test.database.query<{ query: string }>(
      `select query from pg_stat_activity where application_name = 'copying' and query like 'copy%'
         and state = 'active'`,
    );
    return rows.length;
  };
  // In the list of columns it is made row by row; in `from` all of it would be, first.
  const endless = sql`select generate_series(1, 1000000000)`;

  it('gives the rows as bytes, values and all', async () => {
    const values = ["it's", 'back\\slash', '"quoted", {braces}', '名\n'];
    const statement = sql`select v from unnest(${values}::text[]) v where v <> ${"' or '"}::text`;
    expect(await all(database.copyOut(statement, 'format csv', never))).toBe(
      'it\'s\nback\\slash\n"""quoted"", {braces}"\n"名\n"\n',
    );
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('ends a statement that is not read to its end, on the server too', async () => {
    for await (const chunk of database.copyOut(endless, 'format csv', never)) {
      expect(chunk.toString()).toMatch(/^1\n2\n/);
      break;
    }
    await eventually(async () => (await copying()) === 0);
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('ends one that has not said anything yet when the signal is aborted', async () => {
    const abort = new AbortController();
    const bytes = all(database.copyOut(sql`select pg_sleep(1000)`, 'format csv', abort.signal));
    const failed = expect(bytes).rejects.toThrow('gone');
    await eventually(async () => (await copying()) === 1);
    abort.abort(new Error('gone'));
    await failed;
    await eventually(async () => (await copying()) === 0);
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
    await expect(all(database.copyOut(endless, 'format csv', abort.signal))).rejects.toThrow(
      'gone',
    );
  });

  it('passes on errors of the server, before and after the first row', async () => {
    const wrong = database.copyOut(sql`select 1 / ${0}::int`, 'format csv', never);
    await expect(all(wrong)).rejects.toThrow('division by zero');
    const later = sql`select 1 / (n - 100000) from generate_series(1, 200000) n`;
    await expect(all(database.copyOut(later, 'format csv', never))).rejects.toThrow('division');
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('fails when the connection is cut in the middle, and works again afterwards', async () => {
    const halting = sql`select n, case when n > 100000 then pg_sleep(1000)::text end
      from generate_series(1, 200000) n`;
    const chunks = distant.copyOut(halting, 'format csv', never);
    await chunks.next();
    await proxy.cut();
    await expect(all(chunks)).rejects.toThrow(UnavailableError);
    await expect(all(distant.copyOut(endless, 'format csv', never))).rejects.toThrow(
      UnavailableError,
    );
    await proxy.restore();
    expect(await distant.query('select 1 as n')).toEqual([{ n: 1 }]);
    await test.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'copying' and query like 'copy%'`,
    );
  });

  it('fails when the server ends the connection', async () => {
    const chunks = database.copyOut(endless, 'format csv', never);
    await chunks.next();
    await test.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'copying' and query like 'copy%'`,
    );
    await expect(all(chunks)).rejects.toThrow(UnavailableError);
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
  });
});
