import { setImmediate } from 'node:timers/promises';
import type { Logger } from 'pino';
import { UnavailableError } from '../errors.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { CataloguedItem, ContentStore } from './content-store.ts';
import { noSnapshot } from './content-store.ts';

export interface NewItemsOptions {
  readonly store: ContentStore;
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly logger: Logger;
  /** Milliseconds between looks at the catalogue. */
  readonly pollEvery?: number;
  /** How many items at most are kept, and looked at in one go. */
  readonly most?: number;
}

/** Vectors of items that a model does not know (see `ContentEncoder.encodeNewItem`), by their ids. */
export type NewItems = ReadonlyMap<string, Float32Array>;

/** A new item is to be found within a second. */
const usualPoll = 400;
/** 20,000 vectors of 64 numbers are 5 MB, and are scored in about a millisecond. */
const usualMost = 20_000;
const itemsBetweenPauses = 500;

const none: NewItems = new Map();

/**
 * Keeps the vectors of the catalogue's items that the serving model has not been trained on: the
 * ones written last. It looks for changes every few hundred milliseconds, and at the whole of what
 * it may keep when another model serves.
 */
export class NewItemsService {
  readonly #options: NewItemsOptions;
  readonly #most: number;
  #serving: ServingModel | undefined;
  #generation = 0;
  /** In the order they were written in, the newest last. */
  #vectors = new Map<string, Float32Array>();
  #through = noSnapshot;
  #poll: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #failing = false;

  constructor(options: NewItemsOptions) {
    this.#options = options;
    this.#most = options.most ?? usualMost;
  }

  /** Looks once, and every so often from then on. */
  async start(): Promise<void> {
    await this.refresh();
    this.#poll = setInterval(() => void this.refresh(), this.#options.pollEvery ?? usualPoll);
    this.#poll.unref();
  }

  /** What this model does not know; nothing while it is being looked for. */
  of(serving: ServingModel): NewItems {
    return this.#serving === serving ? this.#vectors : none;
  }

  /** Another number whenever there is something else to be had from `of`. */
  get generation(): number {
    return this.#generation;
  }

  /** Resolves when what was written before the call has its vector, or the look has failed. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#look();
        this.#failing = false;
      } catch (error) {
        // Said once: the next look is a moment away, and requests say that the database is gone.
        const isExpected = this.#failing || error instanceof UnavailableError;
        this.#options.logger[isExpected ? 'debug' : 'error'](
          { err: error },
          'cannot look for new items',
        );
        this.#failing = true;
      }
    }
    this.#running = undefined;
  }

  async #look(): Promise<void> {
    const serving = this.#options.models.current();
    const encoder = serving?.content;
    const isOther = serving !== this.#serving;
    if (!serving || !encoder) {
      this.#serving = serving;
      this.#vectors = new Map();
      this.#generation++;
      return;
    }
    const since = isOther ? noSnapshot : this.#through;
    const { items, through } = await this.#options.store.written(since, this.#most);
    if (!isOther && items.length === 0) {
      this.#through = through;
      return;
    }
    const vectors = isOther ? new Map<string, Float32Array>() : this.#vectors;
    await this.#encode(items, serving, vectors);
    this.#serving = serving;
    this.#vectors = vectors;
    this.#through = through;
    this.#generation++;
  }

  async #encode(
    items: readonly CataloguedItem[],
    { items: known, content }: ServingModel,
    vectors: Map<string, Float32Array>,
  ): Promise<void> {
    for (const [n, item] of items.toReversed().entries()) {
      if (n % itemsBetweenPauses === itemsBetweenPauses - 1) await setImmediate();
      if (this.#closed || !content) return;
      if (known.indexOf(item.itemId) !== undefined) continue;
      // Taken out first, so that it becomes the newest.
      vectors.delete(item.itemId);
      vectors.set(item.itemId, content.encodeNewItem(item.content));
    }
    for (const itemId of vectors.keys()) {
      if (vectors.size <= this.#most) return;
      vectors.delete(itemId);
    }
  }
}
