import { setImmediate } from 'node:timers/promises';

/** Milliseconds that a piece of work may keep the process from everything else. */
const longest = 3;

/**
 * Divides long work, so that requests are answered in between: `pause` resolves at once while little
 * time has passed since the last turn of the event loop that it gave away.
 */
export class TimeSlices {
  #since = performance.now();

  /** Whether it is time to pause: to be asked in tight loops, which a promise each would slow down. */
  get isOver(): boolean {
    return performance.now() - this.#since >= longest;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
