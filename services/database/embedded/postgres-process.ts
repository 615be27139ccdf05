import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Binaries } from './binaries.ts';
import type { EmbeddedLayout } from './layout.ts';
import { isAlive, isRunning } from './running-process.ts';
import type { ServerAccount } from './server-account.ts';

const run = promisify(execFile);

const userName = 'wardrobe';
const databaseName = 'wardrobe';

interface Credentials {
  readonly password: string;
  readonly port: number;
}

// For a server that shares a small machine with the service. Durability stays at the defaults:
// fsync, full_page_writes and synchronous_commit are on.
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  maintenance_work_mem: '128MB',
  work_mem: '16MB',
  max_wal_size: '2GB',
  jit: 'off',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
};

/** Makes the cluster where there is none. A cluster is whole or not there at all. */
export async function initialise(
  layout: EmbeddedLayout,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<void> {
  if (existsSync(layout.data)) return;
  const password = randomBytes(24).toString('base64url');
  const port = await freePort();
  await writeFile(layout.credentials, JSON.stringify({ password, port }), { mode: 0o600 });
  const partial = `${layout.data}.partial-${process.pid}`;
  await mkdir(partial, { mode: 0o700 });
  const passwordFile = `${partial}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    await chown(partial, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${partial}`,
        `--username=${userName}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--data-checksums',
      ],
      { ...account, cwd: '/' },
    );
    await rename(partial, layout.data);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Starts the server on its port, or on a free one when that is taken. */
export async function start(
  layout: EmbeddedLayout,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<{ process: ChildProcess; url: string }> {
  const stored: Credentials = JSON.parse(await readFile(layout.credentials, 'utf8'));
  const port = (await isFree(stored.port)) ? stored.port : await freePort();
  if (port !== stored.port) {
    await writeFile(layout.credentials, JSON.stringify({ ...stored, port }), { mode: 0o600 });
  }
  const log = await open(layout.log, 'a', 0o600);
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(binaries.postgres, ['-D', layout.data, '-p', String(port), ...flags], {
    ...account,
    cwd: '/',
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  await untilReady(child, urlOf(port, stored.password, 'postgres'), layout.log);
  await createDatabase(urlOf(port, stored.password, 'postgres'));
  return { process: child, url: urlOf(port, stored.password, databaseName) };
}

/** Stops a running server: connections are cut, transactions rolled back, data is flushed. */
export async function stop(
  layout: EmbeddedLayout,
  binaries: Binaries,
  account: ServerAccount | undefined,
): Promise<void> {
  await run(binaries.pgCtl, ['stop', '-D', layout.data, '-m', 'fast', '-w', '-t', '60'], {
    ...account,
    cwd: '/',
  });
}

/** The process id in the server's lock file when that is a running server. */
export async function runningServer(layout: EmbeddedLayout): Promise<number | undefined> {
  const pid = await lockHolder(layout);
  return (await isRunning(pid, /\bpostgres(\.exe)? -D /)) ? pid : undefined;
}

/**
 * Takes away a lock file of a server that has ended when another process has its id by now. Postgres
 * would take that for the server; a lock file whose process is gone it takes away itself.
 */
export async function removeStaleLock(layout: EmbeddedLayout): Promise<void> {
  if (isAlive(await lockHolder(layout))) await rm(lockFile(layout), { force: true });
}

async function lockHolder(layout: EmbeddedLayout): Promise<number> {
  return Number.parseInt(await readFile(lockFile(layout), 'utf8').catch(() => ''), 10);
}

function lockFile(layout: EmbeddedLayout): string {
  return `${layout.data}/postmaster.pid`;
}

async function untilReady(child: ChildProcess, url: string, logFile: string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  child.once('exit', (code, signal) => {
    failure ??= new Error(
      `Postgres ended at once (${signal ?? `exit code ${code}`}); see ${logFile}`,
    );
  });
  while (failure === undefined) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw failure;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1::text', [
      databaseName,
    ]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${userName}:${password}@127.0.0.1:${port}/${database}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
