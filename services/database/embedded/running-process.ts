import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether the process that wrote its id into a lock file is still there. Its id alone does not say
 * so: after a restart of the machine or the container another process has it, and often this very
 * one. One whose command line cannot be read is taken for the one that wrote it.
 *
 * @param command what its command line looks like, its words with a space between them
 */
export async function isRunning(pid: number, command: RegExp): Promise<boolean> {
  if (pid === process.pid || !isAlive(pid)) return false;
  const found = await commandLine(pid);
  return found === undefined || command.test(found);
}

async function commandLine(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    }
    if (process.platform === 'win32') return undefined;
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    // Hidden from us, or gone this moment: the next look finds that.
    return undefined;
  }
}
