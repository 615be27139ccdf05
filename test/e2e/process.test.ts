import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBuilt, startBuiltService } from '../helpers/built-service.ts';
import { openEventSource } from '../helpers/event-source.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

describe('the built service as a process', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const refused = async (environment: Record<string, string>) => {
    const { ended } = startBuilt('services/main.js', [], environment);
    return ended;
  };

  it('answers, and exits with 0 when it is asked to stop', async () => {
    const service = await startBuiltService({ DATABASE_URL: test.url });
    const response = await fetch(`${service.url}/readyz`);
    expect(response.status).toBe(200);
    service.process.kill('SIGTERM');
    const end = await service.ended;
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toContain('"msg":"stopped"');
  });

  it('finishes a request that is under way when it is asked to stop', async () => {
    const service = await startBuiltService({ DATABASE_URL: test.url });
    const body = JSON.stringify({ events: [] });
    const posting = request(`${service.url}/v1/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    });
    posting.write(body.slice(0, 5));
    // The connection is in use once another request has been answered after it.
    await once(posting, 'socket');
    await fetch(`${service.url}/healthz`);
    service.process.kill('SIGTERM');
    posting.end(body.slice(5));
    const [response] = await once(posting, 'response');
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    response.resume();
    expect((await service.ended).code).toBe(0);
  });

  it('ends its streams when it is asked to stop, and they follow what other processes do', async () => {
    await test.database.query(`insert into items (item_id) values ('dress'), ('hat')`);
    await test.database.query(
      `insert into skus (sku_id, item_id, stock) values ('dress-M', 'dress', 1), ('hat-M', 'hat', 1)`,
    );
    await test.database.query(`insert into rooms (room_id) values ('r')`);
    await test.database.query(
      `insert into room_items (room_id, item_id, position) values ('r', 'dress', 0), ('r', 'hat', 1)`,
    );
    const [service, other] = await Promise.all([
      startBuiltService({ DATABASE_URL: test.url }),
      startBuiltService({ DATABASE_URL: test.url }),
    ]);
    const stream = await openEventSource(`${service.url}/v1/rooms/r/stream?userId=ann`);
    expect((await stream.message(1)).data).toMatchObject({ items: [{}, {}] });
    const soldOut = await fetch(`${other.url}/v1/skus/dress-M/stock`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ stock: 0, sequence: 1 }),
    });
    expect(soldOut.status).toBe(200);
    expect((await stream.message(2)).data).toMatchObject({ items: [{ itemId: 'hat' }] });
    service.process.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
    // To its end, and not cut off.
    expect(stream.response.complete).toBe(true);
    other.process.kill('SIGTERM');
    await other.ended;
  });

  it('stops when npm, which runs it, is gone', async () => {
    // A shell between, as npm has it: it dies of the signal and leaves the service behind.
    const program = join(import.meta.dirname, '../../dist/services/main.js');
    const environment = { PATH: process.env.PATH, DATABASE_URL: test.url, PORT: '0' };
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${program}"; true`], {
      env: { ...environment, npm_lifecycle_event: 'serve' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    for await (const text of shell.stdout.setEncoding('utf8')) {
      output += text;
      if (output.includes('"listening"')) shell.kill('SIGTERM');
    }
    expect(output).toContain('"msg":"stopped"');
  });

  it('says in one line that its port is taken', async () => {
    const service = await startBuiltService({ DATABASE_URL: test.url });
    const port = new URL(service.url).port;
    const end = await refused({ DATABASE_URL: test.url, PORT: port });
    expect(end.code).toBe(1);
    expect(end.stderr).toBe(
      `PORT: ${port} on 127.0.0.1 is taken by another process; choose another PORT\n`,
    );
    service.process.kill('SIGTERM');
    await service.ended;
  });

  it('says in one line that a setting is wrong', async () => {
    const end = await refused({ PORT: 'http', WARDROBE_TREADS: '1' });
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(
      /^settings: PORT: expected .*; WARDROBE_TREADS: unknown setting.*\n$/,
    );
  });

  it('says in one line that the database cannot be reached, without the password', async () => {
    const end = await refused({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/shop' });
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/^DATABASE_URL: cannot use 127.0.0.1:1\/shop: .*ECONNREFUSED.*\n$/);
    expect(end.stderr).not.toContain('secret');
  });

  it('says in one line that Node is too old', () => {
    const check = join(import.meta.dirname, '../../scripts/check-node.cjs');
    const old = `Object.defineProperty(process.versions, 'node', { value: '18.19.0' }); require(${JSON.stringify(check)})`;
    const run = () => execFileSync(process.execPath, ['-e', old], { stdio: 'pipe' });
    expect(run).toThrow('Wardrobe needs Node 20.11 or newer; this is 18.19.0');
  });
});
