import { AppError } from './errors.ts';

/**
 * Runs the main function of a process. What a person can act on is said in one line; a fault of
 * ours with its stack. Either way the exit code is not 0.
 */
export async function runProcess(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const lookForParentEvery = 250;

/**
 * Resolves with the signal when the process is asked to stop: at the first SIGTERM or SIGINT. A
 * second one ends it at once.
 *
 * @param withParent also when the parent process has ended. npm runs a script in a shell that dies
 *   of a signal and leaves what it has started behind.
 */
export function untilStopped(withParent = false): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1);
        asked = true;
        resolve(signal);
      });
    }
    if (!withParent) return;
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      resolve('SIGTERM');
    }, lookForParentEvery);
    watch.unref();
  });
}
