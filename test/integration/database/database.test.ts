import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../services/database/database.ts';
import { UnavailableError } from '../../../services/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

describe('Database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query('create table numbers (n integer primary key)');
  });
  afterAll(() => test.drop());

  const numbers = async () => {
    const rows = await test.database.query<{ n: number }>('select n from numbers order by n');
    return rows.map((row) => row.n);
  };

  it('keeps all of a transaction or nothing of it', async () => {
    await test.database.transaction((transaction) =>
      transaction.query('insert into numbers values (1), (2)'),
    );
    const failing = test.database.transaction(async (transaction) => {
      await transaction.query('insert into numbers values (3)');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await numbers()).toEqual([1, 2]);
  });

  it('copies in, reads with a cursor and copies out', async () => {
    const counted = await test.database.transaction(async (transaction) => {
      const copied = await transaction.copyIn(
        'copy numbers from stdin',
        Readable.from(['10\n11\n', '12\n']),
      );
      const seen: number[] = [];
      const rows = transaction.rows<{ n: number }>(
        'select n from numbers where n >= $1::int order by n',
        [11],
        1,
      );
      for await (const row of rows) seen.push(row.n);
      const out = await text(transaction.copyOut('copy (select 7) to stdout'));
      return { copied, seen, out };
    });
    expect(counted).toEqual({ copied: 3, seen: [11, 12], out: '7\n' });
  });

  it('rolls back when the source of a copy fails in the middle', async () => {
    const broken = Readable.from(
      (async function* source() {
        yield '20\n';
        throw new Error('the file ended early');
      })(),
    );
    const copying = test.database.transaction((transaction) =>
      transaction.copyIn('copy numbers from stdin', broken),
    );
    await expect(copying).rejects.toThrow('the file ended early');
    expect(await numbers()).not.toContain(20);
    expect(await test.database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('survives a connection that is cut in a transaction', async () => {
    const cut = test.database.transaction(async (transaction) => {
      const [row] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid');
      await test.database.query('select pg_terminate_backend($1::int)', [row?.pid]);
      await transaction.query('select 1');
    });
    await expect(cut).rejects.toThrow(UnavailableError);
    expect(await test.database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says that a database is unavailable when nothing answers', async () => {
    const nowhere = new Database({
      url: 'postgres://a:b@127.0.0.1:1/x',
      poolSize: 1,
      applicationName: 'test',
      statementTimeout: 0,
    });
    await expect(nowhere.query('select 1')).rejects.toThrow(UnavailableError);
    await expect(nowhere.transaction(async () => 1)).rejects.toThrow(UnavailableError);
    await nowhere.close();
  });

  it('gives up a server that has fallen silent, and comes back when it answers again', async () => {
    // A relay between the two: while it is frozen it takes what is sent and passes nothing on.
    const server = new URL(test.url);
    let frozen = false;
    const relay = createServer((socket) => {
      const upstream = connect(Number(server.port), server.hostname);
      socket.on('data', (data) => frozen || upstream.write(data)).on('error', () => undefined);
      upstream.on('data', (data) => socket.write(data)).on('error', () => undefined);
      socket.on('close', () => upstream.destroy());
      upstream.on('close', () => socket.destroy());
    });
    relay.listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const url = new URL(test.url);
    url.port = String((relay.address() as AddressInfo).port);
    const database = new Database({
      url: url.href,
      poolSize: 2,
      applicationName: 'test',
      statementTimeout: 500,
    });
    await Promise.all([database.query('select 1'), database.query('select 1')]);
    frozen = true;
    const asked = [database.query('select 1'), database.transaction(async () => 1)];
    for (const result of await Promise.allSettled(asked)) {
      expect(result.status === 'rejected' && result.reason).toBeInstanceOf(UnavailableError);
    }
    frozen = false;
    expect(await database.query('select 1 as n')).toEqual([{ n: 1 }]);
    await database.close();
    relay.close();
  });

  it('is no loss besides when a connection for listening cannot be made', async () => {
    const hangsUp = createServer((socket) => socket.destroy());
    hangsUp.listen(0, '127.0.0.1');
    await once(hangsUp, 'listening');
    const { port } = hangsUp.address() as AddressInfo;
    const url = `postgres://nobody@127.0.0.1:${port}/nothing`;
    const database = new Database({
      url,
      poolSize: 1,
      applicationName: 'test',
      statementTimeout: 0,
    });
    const lost: Error[] = [];
    const listening = database.listen(
      'news',
      () => undefined,
      (error) => lost.push(error),
    );
    await expect(listening).rejects.toThrow(UnavailableError);
    await database.close();
    await new Promise((resolve) => hangsUp.close(resolve));
    expect(lost).toEqual([]);
  });

  it('delivers notifications, and says once when it can no longer', async () => {
    const lost: Error[] = [];
    let heard: (payload: string) => void = () => undefined;
    const payload = new Promise<string>((resolve) => {
      heard = resolve;
    });
    const events = new EventTarget();
    await test.database.listen('news', heard, (error) => {
      lost.push(error);
      events.dispatchEvent(new Event('lost'));
    });
    await test.database.query(`select pg_notify('news', 'hello')`);
    expect(await payload).toBe('hello');
    const gone = once(events, 'lost');
    await test.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen "news"'`,
    );
    await gone;
    expect(lost).toHaveLength(1);
  });
});
