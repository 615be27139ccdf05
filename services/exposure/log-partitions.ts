import type { RecommendationLogStore } from './recommendation-log-store.ts';

export interface LogPartitionsOptions {
  readonly now: () => Date;
  /** How many days are kept, today not counted. */
  readonly keptDays: number;
  /** Told when days could not be made ahead or dropped. It is tried again. */
  readonly onError: (error: unknown) => void;
}

type Store = Pick<RecommendationLogStore, 'ensurePartitions' | 'dropPartitions'>;

const day = 24 * 60 * 60 * 1000;
const every = 60 * 60 * 1000;
const daysAhead = 2;

/**
 * The day partitions of the log: made ahead for today and the next two days and at need for every
 * other one, dropped when they are older than is kept.
 */
export class LogPartitions {
  readonly #store: Store;
  readonly #options: LogPartitionsOptions;
  readonly #known = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, options: LogPartitionsOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Makes the days that these answers need and that are not known to be there. */
  async ensure(answers: readonly { readonly shownAt: Date }[]): Promise<void> {
    const missing = new Set<number>();
    for (const { shownAt } of answers) {
      const number = Math.floor(shownAt.getTime() / day);
      if (!this.#known.has(number)) missing.add(number);
    }
    for (const number of missing) {
      const start = new Date(number * day);
      await this.#store.ensurePartitions(start, start);
      this.#known.add(number);
    }
  }

  /** Forgets what it knows, for when a partition has been taken away. */
  forget(): void {
    this.#known.clear();
  }

  /** Makes and drops days now and every hour until it is stopped. */
  start(): void {
    const run = () => {
      this.#running = this.#maintain().catch(this.#options.onError);
    };
    run();
    this.#timer = setInterval(run, every).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #maintain(): Promise<void> {
    const now = this.#options.now().getTime();
    await this.#store.ensurePartitions(new Date(now), new Date(now + daysAhead * day));
    await this.#store.dropPartitions(new Date(now - this.#options.keptDays * day));
  }
}
