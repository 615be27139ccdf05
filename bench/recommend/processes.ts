import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LoadOrder, LoadReport } from './load-process.ts';

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts a program of dist that prints a line with its URL when it listens. */
export async function startProgram(
  path: string,
  environment: Record<string, string>,
  execArgv: readonly string[] = [],
): Promise<RunningProgram> {
  const program = join(import.meta.dirname, path);
  const child = spawn(process.execPath, [...execArgv, program], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Read to the end: a program whose log is not read waits for room to write.
  const lines = createInterface(child.stdout);
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const [, url] = line.match(/"url":"(http:[^"]+)".*"listening"/) ?? [];
      if (url !== undefined) resolve({ child, url });
    });
    child.once('exit', () => reject(new Error(`${path} ended before it listened`)));
  });
}

export async function stopProgram({ child }: RunningProgram): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The process that makes the load. */
export class LoadProcess {
  readonly #child = fork(join(import.meta.dirname, 'load-process.js'), {
    serialization: 'advanced',
  });

  async run(order: LoadOrder): Promise<LoadReport> {
    this.#child.send(order);
    const [report] = (await once(this.#child, 'message')) as [LoadReport];
    return report;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

const ticksASecond = 100;

/** Seconds of processor time that a process has used; NaN where /proc does not tell. */
export function cpuOf(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) / ticksASecond : Number.NaN;
}

/** The process that has the database server's others, from one of its connections. */
export function serverOf(backend: number): number {
  return Number(statOf(backend)?.[1]);
}

/** What a database server has used: itself, its children, and those that have ended. */
export function cpuOfServer(server: number): number {
  let sum = cpuOf(server) + cpuOfEnded(server);
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name) && Number(statOf(Number(name))?.[1]) === server) {
      sum += cpuOf(Number(name));
    }
  }
  return sum;
}

/** Mebibytes of memory that a process has; NaN where /proc does not tell. */
export function memoryOf(pid: number): number {
  try {
    const [, size] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(size) / 1024;
  } catch {
    return Number.NaN;
  }
}

function cpuOfEnded(pid: number): number {
  const fields = statOf(pid);
  return fields ? (Number(fields[13]) + Number(fields[14])) / ticksASecond : 0;
}

/** The fields of /proc/pid/stat from the state on. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** A way to the database that can be cut. */
export class CuttableWay {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async to(databaseUrl: string): Promise<CuttableWay> {
    const target = new URL(databaseUrl);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = new URL(databaseUrl);
    url.host = `127.0.0.1:${port}`;
    const way = new CuttableWay(server, url.href);
    server.on('connection', (socket) => way.#pass(socket, target));
    return way;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #pass(socket: Socket, { hostname, port }: URL): void {
    if (this.#isCut) {
      socket.destroy();
      return;
    }
    const other = connect({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
