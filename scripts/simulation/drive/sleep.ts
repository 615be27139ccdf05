import { setTimeout as pause } from 'node:timers/promises';

/** Waits, or until it is over. */
export async function sleep(milliseconds: number, over: AbortSignal): Promise<void> {
  if (milliseconds <= 0 || over.aborted) return;
  await pause(milliseconds, undefined, { signal: over }).catch(() => undefined);
}
