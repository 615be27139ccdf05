import { type ClickPrior, fitClickPrior } from '../../models/ranking/click-prior.ts';
import type { ClickPriorStore } from './click-prior-store.ts';

export interface ClickPriorOptions {
  readonly store: Pick<ClickPriorStore, 'sample'>;
  /** Told when the features could not be read: the prior stays as it was. */
  readonly onError: (error: unknown) => void;
}

// The features it comes from are built by a script, a few times a day at most.
const every = 10 * 60 * 1000;
const mostItems = 20_000;

/** What click rates the items of this shop have, for exploration; brought up to date in the background. */
export class ClickPriorService {
  readonly #options: ClickPriorOptions;
  #prior: ClickPrior = { clicks: 1, misses: 1 };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ClickPriorOptions) {
    this.#options = options;
  }

  current(): ClickPrior {
    return this.#prior;
  }

  /** Reads it now, and from time to time until it is closed. */
  async start(): Promise<void> {
    const run = () => {
      this.#running = this.refresh().catch(this.#options.onError);
    };
    run();
    this.#timer = setInterval(run, every).unref();
    await this.#running;
  }

  async refresh(): Promise<void> {
    this.#prior = fitClickPrior(await this.#options.store.sample(mostItems));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
