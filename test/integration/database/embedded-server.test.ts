import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  acquireEmbeddedServer,
  type EmbeddedServer,
} from '../../../services/database/embedded/embedded-server.ts';
import { isAlive } from '../../../services/database/embedded/running-process.ts';
import { serverAccount } from '../../../services/database/embedded/server-account.ts';

describe('the embedded server', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-embedded-'));
    if (process.getuid?.() === 0) execFileSync('chmod', ['755', folder]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const pidIn = async (file: string) =>
    Number.parseInt(await readFile(join(folder, 'postgres', file), 'utf8'), 10);
  const run = async (server: EmbeddedServer, sql: string) => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const result = await client.query(sql);
    await client.end();
    return result.rows;
  };
  const untilDead = async (pid: number) => {
    while (isAlive(pid)) await delay(10);
  };

  it('is started once for all that ask at the same time, and stopped by the last to let go', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => acquireEmbeddedServer(folder)));
    expect(new Set(servers.map((server) => server.url)).size).toBe(1);
    const postgres = await pidIn('data/postmaster.pid');
    const [first, ...others] = servers as [EmbeddedServer, ...EmbeddedServer[]];
    for (const other of others) await other.release();
    await run(first, 'create table kept (n integer); insert into kept values (7)');
    expect(isAlive(postgres)).toBe(true);
    await first.release();
    expect(isAlive(postgres)).toBe(false);
    expect(existsSync(join(folder, 'postgres/data/postmaster.pid'))).toBe(false);
  });

  it('keeps its data, and keeps its credentials from others', async () => {
    const server = await acquireEmbeddedServer(folder);
    expect(await run(server, 'select n from kept')).toEqual([{ n: 7 }]);
    const mode = execFileSync('stat', ['-c', '%a', join(folder, 'postgres/credentials.json')]);
    expect(mode.toString().trim()).toBe('600');
    await server.release();
  });

  it('comes back after its guardian and the server were killed', async () => {
    const server = await acquireEmbeddedServer(folder);
    const [guardian, postgres] = [await pidIn('guardian.pid'), await pidIn('data/postmaster.pid')];
    await run(server, 'insert into kept values (8)');
    process.kill(guardian, 'SIGKILL');
    process.kill(postgres, 'SIGKILL');
    await Promise.all([untilDead(guardian), untilDead(postgres)]);
    const again = await acquireEmbeddedServer(folder);
    expect(await run(again, 'select n from kept order by n')).toEqual([{ n: 7 }, { n: 8 }]);
    await again.release();
  });

  it('starts when other processes have got the ids in its lock files', async () => {
    const server = await acquireEmbeddedServer(folder);
    const [guardian, postgres] = [await pidIn('guardian.pid'), await pidIn('data/postmaster.pid')];
    const lock = join(folder, 'postgres/data/postmaster.pid');
    const locked = await readFile(lock, 'utf8');
    process.kill(guardian, 'SIGKILL');
    process.kill(postgres, 'SIGKILL');
    await Promise.all([untilDead(guardian), untilDead(postgres)]);
    const other = spawn('sleep', ['600'], serverAccount());
    await writeFile(join(folder, 'postgres/guardian.pid'), String(other.pid));
    await writeFile(lock, locked.replace(/^\d+/, String(other.pid)));
    try {
      const again = await acquireEmbeddedServer(folder);
      expect(await run(again, 'select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
      expect(other.exitCode ?? other.signalCode).toBeNull();
      await again.release();
    } finally {
      other.kill();
      await server.release();
    }
  });

  it('starts the server again when it is killed', async () => {
    const server = await acquireEmbeddedServer(folder);
    process.kill(await pidIn('data/postmaster.pid'), 'SIGKILL');
    const rows = async (): Promise<unknown[]> =>
      run(server, 'select count(*)::int as n from kept').catch(() => delay(20).then(rows));
    await untilDead(await pidIn('data/postmaster.pid'));
    expect(await rows()).toEqual([{ n: 2 }]);
    await server.release();
  });

  it('takes the place of a server whose guardian was killed', async () => {
    await acquireEmbeddedServer(folder);
    const [guardian, orphan] = [await pidIn('guardian.pid'), await pidIn('data/postmaster.pid')];
    process.kill(guardian, 'SIGKILL');
    await untilDead(guardian);
    const server = await acquireEmbeddedServer(folder);
    await untilDead(orphan);
    expect(await run(server, 'select count(*)::int as n from kept')).toEqual([{ n: 2 }]);
    await server.release();
  });

  it.each(['/proc/wardrobe', '/dev/null/wardrobe'])('says that it cannot use %s', async (place) => {
    await expect(acquireEmbeddedServer(place)).rejects.toThrow(/^DATA_DIR: cannot/);
  });

  it('says why it cannot start', async () => {
    const server = await acquireEmbeddedServer(folder);
    await server.release();
    await rm(join(folder, 'postgres/data/PG_VERSION'));
    await expect(acquireEmbeddedServer(folder)).rejects.toThrow(/did not start .*PG_VERSION/);
  });
});
