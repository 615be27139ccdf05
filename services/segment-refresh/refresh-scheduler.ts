import type { Logger } from 'pino';
import { UnavailableError } from '../errors.ts';
import type { ComputeSegment, RefreshPasses } from './refresh-passes.ts';
import type { DueSegment, RefreshScheduleStore } from './refresh-schedule-store.ts';

export interface RefreshSchedulerOptions {
  readonly schedule: RefreshScheduleStore;
  readonly passes: RefreshPasses;
  /** How many segments are computed at once; 0: none by this process. */
  readonly workers: number;
  /** Milliseconds that a segment may take. */
  readonly limit: number;
  readonly logger: Logger;
  readonly now: () => Date;
}

const lookEvery = 5_000;

/** Segments that are due one after the other take the same sets of users for so long. */
const lasting = 60_000;
const mostSets = 20;

/** Computes segments when they are due, each by one of the processes that share the database. */
export class RefreshScheduler {
  readonly #options: RefreshSchedulerOptions;
  #timer: NodeJS.Timeout | undefined;
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: RefreshSchedulerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.workers === 0) return;
    this.#timer = setInterval(() => {
      if (this.#running.size > 0) return;
      this.runDue().catch((error) => {
        this.#options.logger.warn({ err: error }, 'no segment that is due could be taken');
      });
    }, lookEvery).unref();
  }

  /**
   * Computes what is due until nothing is.
   *
   * @returns how many segments were taken, those that failed included
   */
  async runDue(): Promise<number> {
    const workers = Array.from({ length: this.#options.workers }, () => this.#work());
    const done = Promise.all(workers);
    this.#running.add(done);
    try {
      const taken = await done;
      return taken.reduce((sum, count) => sum + count, 0);
    } finally {
      this.#running.delete(done);
    }
  }

  /** Gives up what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.passes.close();
    await Promise.allSettled(this.#running);
  }

  async #work(): Promise<number> {
    const { passes, schedule, now } = this.#options;
    // A connection is not opened for nothing.
    let due = await this.#claim();
    if (due === undefined) return 0;
    let taken = 0;
    try {
      await passes.run({ lasting, mostSets }, async (compute) => {
        while (due !== undefined) {
          taken += 1;
          await this.#one(due, compute);
          due = passes.isClosing ? undefined : await this.#claim();
        }
      });
    } catch (error) {
      // Without a database this fails too; then the claim ends in time.
      if (due !== undefined) await schedule.giveBack(due, now());
      if (!passes.isClosing) throw error;
    }
    return taken;
  }

  #claim() {
    const { schedule, now, limit } = this.#options;
    // It may wait for another computation as long as it may take itself.
    return schedule.claim(now(), (3 * limit) / 1000 + 30);
  }

  /** One that fails does not keep the others from being computed. */
  async #one(due: DueSegment, compute: ComputeSegment): Promise<void> {
    const { schedule, passes, now } = this.#options;
    try {
      await compute(due.segmentId);
      await schedule.done(due);
    } catch (error) {
      if (passes.isClosing || error instanceof UnavailableError) throw error;
      // It was logged where it was counted.
      await schedule.failed(due, now());
    }
  }
}
