import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BuiltProcess {
  readonly process: ChildProcess;
  /** Resolves with the first line of standard output that matches; rejects if it ends without. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  readonly ended: Promise<Ended>;
}

/** Starts a program of dist with nothing in its environment but what is given. */
export function startBuilt(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): BuiltProcess {
  const child = spawn(process.execPath, [join(root, 'dist', program), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout: lines.join('\n'),
    stderr,
  }));
  const line = (pattern: RegExp) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const check = () => {
        const found = lines.map((text) => text.match(pattern)).find((match) => match !== null);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
      ended.then((end) =>
        reject(new Error(`${program} ended without ${pattern}: ${end.stdout}\n${end.stderr}`)),
      );
    });
  return { process: child, line, ended };
}

export interface BuiltService extends BuiltProcess {
  readonly url: string;
}

/** Starts the built service on a free port and waits until it listens. */
export async function startBuiltService(
  environment: Readonly<Record<string, string>>,
): Promise<BuiltService> {
  const started = startBuilt('services/main.js', [], { PORT: '0', ...environment });
  const [, url] = await started.line(/"url":"(http:[^"]+)".*"listening"/);
  return { ...started, url: url ?? '' };
}
