import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';
import { projectRoot } from '../project-root.ts';
import { canReach, canWrite } from './data-dir.ts';
import { type EmbeddedLayout, embeddedLayout } from './layout.ts';
import { serverAccount } from './server-account.ts';

export interface EmbeddedServer {
  readonly url: string;
  /** Lets go of the server. The last one to do so waits until it has stopped. */
  release(): Promise<void>;
}

// Recovery after a crash replays at most max_wal_size.
const startWithin = 120_000;

const lookEvery = 25;
// Each look for another process's guardian to be gone costs a process.
const lookForOtherEvery = 250;

/**
 * The embedded Postgres of a data folder: started when it is not running, shared with every other
 * process that asks for it, and stopped when the last of them has let go or has died.
 *
 * @param dataDir absolute path
 * @throws UsageError when the folder cannot be written or entered by the account Postgres runs as
 */
export async function acquireEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  const layout = embeddedLayout(dataDir);
  await prepareFolder(dataDir, layout.folder);
  const deadline = Date.now() + startWithin;
  let guardian: ChildProcess | undefined;
  while (Date.now() < deadline) {
    const attached = await attach(layout.socket);
    if (attached !== undefined) return attached;
    // Exit code 3: another process's guardian is starting. When that one has gone, start anew.
    if (guardian === undefined || guardian.exitCode === 3) guardian = await startGuardian(layout);
    if (guardian.exitCode !== null && guardian.exitCode !== 3) throw await startError(layout);
    await delay(guardian.exitCode === 3 ? lookForOtherEvery : lookEvery);
  }
  throw await startError(layout);
}

async function prepareFolder(dataDir: string, folder: string): Promise<void> {
  if (!canWrite(folder)) throw new UsageError(`DATA_DIR: cannot write to ${dataDir}`);
  const account = serverAccount();
  // Enterable, not readable, for the account that the server runs as under root.
  makeFolders(folder, account === undefined ? 0o700 : 0o711);
  if (account === undefined || canReach(account, folder)) return;
  throw new UsageError(
    `DATA_DIR: Postgres does not run as root, and its user (uid ${account.uid}) cannot enter ${folder}; choose another folder or run as an ordinary user`,
  );
}

/**
 * Makes a folder and those above it that are missing, one by one: `recursive` never ends where the
 * system lets nothing be made (/proc). In one go, so that no other start of this process sees a
 * folder before it has its mode, which the umask may have cut.
 */
function makeFolders(folder: string, mode: number): void {
  const missing: string[] = [];
  for (let part = folder; !existsSync(part); part = dirname(part)) missing.unshift(part);
  for (const part of missing) {
    try {
      mkdirSync(part, { mode });
      chmodSync(part, mode);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      throw new UsageError(`DATA_DIR: cannot make ${part} (${code})`, [], { cause });
    }
  }
}

async function startGuardian(layout: EmbeddedLayout): Promise<ChildProcess> {
  const log = await open(layout.guardianLog, 'w', 0o600);
  const program = join(projectRoot(), 'dist/services/database/embedded/guardian.js');
  if (!existsSync(program)) throw new UsageError(`${program} is missing; run npm run build`);
  const child = spawn(process.execPath, [program, join(layout.folder, '..')], {
    cwd: '/',
    // A session of its own: an interrupt at the terminal must not reach the server before us.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  child.unref();
  return child;
}

async function startError(layout: EmbeddedLayout): Promise<Error> {
  const said = await Promise.all(
    [layout.guardianLog, layout.log].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const last = said.flatMap((text) => text.trim().split('\n').slice(-3)).filter(Boolean);
  return new Error(`the embedded Postgres did not start (${layout.log}): ${last.join(' | ')}`);
}

/** Connects to a running guardian; undefined when there is none. */
function attach(path: string): Promise<EmbeddedServer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let said = '';
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
    socket.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (!said.includes('\n')) return;
      // Held open, but not a reason for the process to stay.
      socket.unref();
      resolve({ url: JSON.parse(said).url, release: () => release(socket) });
    });
  });
}

function release(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.ref();
    socket.once('close', () => resolve());
    socket.end();
  });
}
