import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { UnavailableError } from '../errors.ts';
import type { Metrics } from '../http/metrics.ts';
import type { ModelCache } from './model-cache.ts';
import { cursorOf, type VersionList } from './model-registry-schema.ts';
import {
  type ListPosition,
  type ModelRegistryStore,
  modelChannel,
} from './model-registry-store.ts';
import type { ServingModel } from './serving-model.ts';

export interface ModelRegistryOptions<Model> {
  /** Of the family that is followed. */
  readonly store: ModelRegistryStore;
  /**
   * Makes a model of the files of its artifact.
   *
   * @throws ArtifactError when they are not whole
   */
  readonly decode: (files: ReadonlyMap<string, Uint8Array>, registered: unknown) => Model;
  readonly database: Pick<Database, 'listen'>;
  readonly cache: ModelCache;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds between looks at the registry, beside being told. */
  readonly pollEvery?: number;
}

export interface ModelStatus {
  /** The version that answers; null: none. */
  readonly version: string | null;
  /** The active version that could not be loaded, and why. */
  readonly failed?: { readonly version: string; readonly reason: string };
}

interface Failure {
  readonly version: string;
  readonly reason: string;
  readonly attempts: number;
  /** Looks at the registry to let pass before the next attempt. */
  wait: number;
}

// A version that could not be loaded is tried again after 1, 2, 4 … looks.
const longestWait = 64;
const firstRelisten = 100;
const longestRelisten = 30_000;

/**
 * Keeps the active model of a family of the registry in memory. It is told of changes by Postgres and looks for
 * them every few seconds as well. A version that cannot be loaded leaves the one before it.
 */
export class ModelRegistryService<Model extends { readonly version: string } = ServingModel> {
  readonly #options: ModelRegistryOptions<Model>;
  #current: Model | undefined;
  #failure: Failure | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #poll: NodeJS.Timeout | undefined;
  #relisten: NodeJS.Timeout | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  #listening: Promise<void> = Promise.resolve();

  constructor(options: ModelRegistryOptions<Model>) {
    this.#options = options;
  }

  /** Loads the active model, and follows the registry from then on. */
  async start(): Promise<void> {
    const { pollEvery = 3_000 } = this.#options;
    this.#listening = this.#listen(firstRelisten);
    await this.refresh();
    this.#poll = setInterval(() => void this.refresh(), pollEvery);
    this.#poll.unref();
  }

  /**
   * The model that answers now; undefined when none is active or none could be loaded. A request
   * asks once and works with that one to its end, whatever is activated meanwhile.
   */
  current(): Model | undefined {
    return this.#current;
  }

  status(): ModelStatus {
    const version = this.#current?.version ?? null;
    if (this.#failure === undefined) return { version };
    const { version: failed, reason } = this.#failure;
    return { version, failed: { version: failed, reason } };
  }

  /** Looks at the registry. Resolves when what was active at the call is loaded or has failed. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#refresh();
    return this.#running;
  }

  /** A page of the registered versions, newest first. */
  async list(limit: number, after?: ListPosition): Promise<VersionList> {
    const found = await this.#options.store.list(limit + 1, after);
    const versions = found.slice(0, limit);
    const last = found.length > limit ? versions.at(-1) : undefined;
    return { versions, nextCursor: last === undefined ? null : cursorOf(last) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#relisten);
    await this.#listening;
    await this.#stopListening?.().catch(() => undefined);
    await this.#running;
  }

  async #refresh(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        await this.#follow();
      } catch (error) {
        // The next look is a few seconds away, and the requests say that the database is gone.
        const level = error instanceof UnavailableError ? 'debug' : 'error';
        this.#options.logger[level]({ err: error }, 'cannot look at the model registry');
      }
    }
    // In the same turn as the last look at #again: a refresh that is asked for now starts anew.
    this.#running = undefined;
  }

  async #follow(): Promise<void> {
    const version = await this.#options.store.activeVersion();
    if (version !== this.#failure?.version) this.#failure = undefined;
    if (version === this.#current?.version) return;
    if (version === undefined) return this.#serve(undefined);
    if (this.#failure !== undefined && this.#failure.wait > 0) {
      this.#failure.wait--;
      return;
    }
    await this.#load();
  }

  async #load(): Promise<void> {
    const { store } = this.#options;
    const registered = await store.active();
    if (registered === undefined) return this.#serve(undefined);
    const { version, manifest } = registered;
    try {
      const model =
        (await this.#fromCache(version, manifest)) ?? (await this.#fetch(version, manifest));
      this.#failure = undefined;
      this.#serve(model);
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      this.#fail(version, error);
    }
    await this.#options.cache.prune(version);
  }

  async #fromCache(version: string, manifest: unknown): Promise<Model | undefined> {
    const { cache, logger, decode } = this.#options;
    try {
      const files = await cache.read(version);
      return files && decode(files, manifest);
    } catch (error) {
      logger.warn({ err: error, version }, 'the cached model is broken; fetching it again');
      return undefined;
    }
  }

  async #fetch(version: string, manifest: unknown): Promise<Model> {
    const { cache, decode, logger, store } = this.#options;
    const files = await store.files(version);
    const model = decode(files, manifest);
    try {
      await cache.write(version, files);
    } catch (error) {
      logger.warn(
        { err: error, version },
        'cannot keep the model on disk; it will be fetched anew',
      );
    }
    return model;
  }

  #serve(model: Model | undefined): void {
    const { logger, metrics } = this.#options;
    const before = this.#current;
    this.#current = model;
    if (before) metrics.modelLoaded.remove({ version: before.version });
    if (model) metrics.modelLoaded.set({ version: model.version }, 1);
    logger.info({ version: model?.version ?? null }, 'model in use');
  }

  #fail(version: string, error: unknown): void {
    const { logger, metrics } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const attempts = (this.#failure?.attempts ?? 0) + 1;
    if (attempts === 1) {
      const serving = this.#current?.version ?? null;
      logger.error({ err: error, version, serving }, 'the active model cannot be loaded');
    }
    metrics.modelLoadFailures.inc();
    const wait = Math.min(2 ** (attempts - 1), longestWait);
    this.#failure = { version, reason, attempts, wait };
  }

  /** Listens, and listens anew, ever more slowly, when the connection is lost. */
  async #listen(delay: number): Promise<void> {
    const { database, logger } = this.#options;
    const again = (error: Error, after: number) => {
      this.#stopListening = undefined;
      if (this.#closed) return;
      logger.debug({ err: error, after }, 'not told of new models for now');
      this.#relisten = setTimeout(() => {
        this.#listening = this.#listen(Math.min(2 * after, longestRelisten));
      }, after);
      this.#relisten.unref();
    };
    try {
      this.#stopListening = await database.listen(
        modelChannel,
        () => this.#told(),
        (error) => again(error, firstRelisten),
      );
    } catch (error) {
      return again(error as Error, delay);
    }
    // What was activated while nobody listened.
    void this.refresh();
  }

  /** Somebody has activated a version: also one that failed is worth another attempt. */
  #told(): void {
    if (this.#failure) this.#failure.wait = 0;
    void this.refresh();
  }
}
