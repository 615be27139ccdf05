import { runProcess } from '../../services/run-process.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof exitCodes;

/**
 * Runs a script that stops in good order: the first Ctrl-C (or SIGTERM) aborts the signal that
 * `main` is given, and when `main` has cleaned up the process exits with 130 (143). The second one
 * ends the process at once.
 *
 * @param main is given the signal, and what to tell of each result that is written and stays
 */
export async function runInterruptible(
  main: (signal: AbortSignal, wrote: (what: string) => void) => Promise<void>,
): Promise<void> {
  const written: string[] = [];
  const controller = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const names = Object.keys(exitCodes) as StopSignal[];
  const listeners = names.map((name) => {
    const stop = () => {
      stoppedBy = name;
      controller.abort(new Error(`stopped by ${name}`));
    };
    process.once(name, stop);
    return () => process.removeListener(name, stop);
  });
  await runProcess(async () => {
    try {
      await main(controller.signal, (what) => written.push(what));
    } catch (error) {
      if (stoppedBy === undefined) throw error;
      const what = written.length === 0 ? 'nothing' : `${written.join(', ')}, and no more,`;
      process.stderr.write(`stopped; ${what} was written\n`);
      process.exitCode = exitCodes[stoppedBy];
    } finally {
      for (const remove of listeners) remove();
    }
  });
}
