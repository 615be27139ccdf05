import type { EventsStore } from './events-store.ts';

export interface EventPartitionsOptions {
  readonly now: () => Date;
  /** Told of partitions that could not be made ahead. Writing makes them then. */
  readonly onError: (error: unknown) => void;
}

const daily = 24 * 60 * 60 * 1000;
const monthsAhead = 2;

/**
 * The month partitions of the events: made ahead of time for this month and the next two, and at
 * need for every other one.
 */
export class EventPartitions {
  readonly #store: Pick<EventsStore, 'ensurePartitions'>;
  readonly #options: EventPartitionsOptions;
  readonly #known = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #ahead: Promise<void> = Promise.resolve();

  constructor(store: Pick<EventsStore, 'ensurePartitions'>, options: EventPartitionsOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Makes what these events need and is not known to be there. */
  async ensure(events: readonly { readonly occurredAt: string }[]): Promise<void> {
    const months = new Set<string>();
    for (const { occurredAt } of events) {
      const month = occurredAt.slice(0, 7);
      if (!this.#known.has(month)) months.add(month);
    }
    for (const month of months) {
      await this.#store.ensurePartitions(`${month}-01T00:00:00Z`, `${month}-01T00:00:00Z`);
      this.#known.add(month);
    }
  }

  /** Forgets what it knows, for when a partition has been taken away. */
  forget(): void {
    this.#known.clear();
  }

  /** Makes partitions ahead now and every day until it is stopped. */
  start(): void {
    const run = () => {
      this.#ahead = this.#makeAhead().catch(this.#options.onError);
    };
    run();
    this.#timer = setInterval(run, daily).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ahead;
  }

  async #makeAhead(): Promise<void> {
    const now = this.#options.now();
    const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsAhead));
    await this.#store.ensurePartitions(now.toISOString(), last.toISOString());
  }
}
