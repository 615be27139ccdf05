// A process of its own that runs the embedded server for as long as anybody uses it. Its clients
// hold a connection to its socket; the operating system closes it when a client ends, however it
// ends, so that the server is stopped after a crash as well. It is started by embedded-server.ts.
import { once } from 'node:events';
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { locateBinaries } from './binaries.ts';
import { embeddedLayout } from './layout.ts';
import { initialise, removeStaleLock, runningServer, start, stop } from './postgres-process.ts';
import { isRunning } from './running-process.ts';
import { serverAccount } from './server-account.ts';

/** Exit code: another guardian is there, or was faster. */
const anotherGuards = 3;

// Longer than it takes from seeing no guardian to writing one's own process id.
const settleTime = 100;

/** Of several that start at once the one that wrote last stays; Postgres' own lock stands behind. */
async function becomeTheGuardian(pidFile: string): Promise<boolean> {
  const holder = async () => Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (await isRunning(await holder(), /\bguardian\.js /)) return false;
  await writeFile(pidFile, String(process.pid));
  await delay(settleTime);
  return (await holder()) === process.pid;
}

// A server that ends by itself is started again, as often as it takes.
const restartAfter = 500;

// A guardian that nobody comes to has lost the process that started it.
const firstClientWithin = 30_000;

async function guard(dataDir: string): Promise<void> {
  const layout = embeddedLayout(dataDir);
  if (!(await becomeTheGuardian(layout.guardianPid))) process.exit(anotherGuards);
  const account = serverAccount();
  const binaries = await locateBinaries(account);
  await initialise(layout, binaries, account);
  // The server of a guardian that was killed: stopped, because this one could not watch over it.
  if ((await runningServer(layout)) !== undefined) await stop(layout, binaries, account);
  else await removeStaleLock(layout);
  let server = await start(layout, binaries, account);

  const clients = new Set<Socket>();
  let stopping = false;
  const stopWhenUnused = async () => {
    if (clients.size > 0 || stopping) return;
    stopping = true;
    listener.close();
    if (server.process.exitCode === null && server.process.signalCode === null) {
      const ended = once(server.process, 'exit');
      await stop(layout, binaries, account);
      await ended;
    }
    process.exit(0);
  };
  const watch = () =>
    server.process.once('exit', async () => {
      while (!stopping) {
        await delay(restartAfter);
        try {
          server = await start(layout, binaries, account);
          return watch();
        } catch (error) {
          process.stderr.write(`${(error as Error).message}\n`);
        }
      }
    });
  watch();

  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    clients.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    // A client ends its side first and waits for the other: by then the last one's server is down.
    socket.once('end', async () => {
      clients.delete(socket);
      await stopWhenUnused();
      socket.end();
    });
    socket.once('close', () => {
      clients.delete(socket);
      stopWhenUnused();
    });
    socket.write(`${JSON.stringify({ url: server.url })}\n`);
  });
  listener.on('connection', (socket) => socket.setKeepAlive(true));
  if (process.platform !== 'win32') await unlink(layout.socket).catch(() => undefined);
  await new Promise<void>((resolve) => listener.listen(layout.socket, resolve));

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      for (const client of clients) client.destroy();
      clients.clear();
      stopWhenUnused();
    });
  }
  process.on('SIGHUP', () => undefined);
  setTimeout(stopWhenUnused, firstClientWithin);
}

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error('expected the data folder as the only argument');
await guard(dataDir).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
