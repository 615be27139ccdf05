import type { Logger } from 'pino';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import type { AudienceThread, StartThread } from './audience-thread.ts';

export interface AudienceIndexesOptions {
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly start: StartThread;
  readonly databaseUrl: string;
  /** Where the files of published models are kept. */
  readonly modelFolder: string;
  /** What events say where the model does not tell. */
  readonly weights: EventWeights;
  /** How many users are kept; 0: none, and audiences are degraded. */
  readonly mostUsers: number;
  /** Milliseconds after which users are read anew, when somebody asks. */
  readonly freshFor: number;
  /** Milliseconds that the first question waits for users to be read. */
  readonly patience?: number;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Why there is nobody to ask. */
export type Missing = 'no_model' | 'off' | 'building' | 'failed';

interface Leased {
  readonly thread: AudienceThread;
  leases: number;
  isOld: boolean;
}

interface Building {
  readonly version: string;
  readonly done: Promise<void>;
}

const usualPatience = 5_000;
/** Milliseconds before users that could not be read are tried again. */
const retryAfter = 60_000;

/**
 * Users as the active model sees them, in a thread that is started by the first question: a process
 * that is asked none has none. Later questions are answered by what there is; when it has grown old,
 * or another model is active, the question starts another thread, which takes over when it is ready.
 */
export class AudienceIndexes {
  readonly #options: AudienceIndexesOptions;
  readonly #closing = new AbortController();
  #current: Leased | undefined;
  #building: Building | undefined;
  #failed: { readonly version: string; readonly at: number } | undefined;

  constructor(options: AudienceIndexesOptions) {
    this.#options = options;
  }

  /** Gives `work` a thread that is not ended before it is done, or says why there is none. */
  async use<T>(
    work: (thread: AudienceThread) => Promise<T>,
  ): Promise<{ readonly result: T } | { readonly missing: Missing }> {
    const found = await this.#find();
    if (typeof found === 'string') return { missing: found };
    found.leases += 1;
    try {
      return { result: await work(found.thread) };
    } finally {
      found.leases -= 1;
      this.#retire(found);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#building?.done;
    await this.#current?.thread.close();
    this.#current = undefined;
  }

  async #find(): Promise<Leased | Missing> {
    const { models, mostUsers, patience = usualPatience } = this.#options;
    const version = models.current()?.version;
    if (version === undefined) return 'no_model';
    if (mostUsers === 0) return 'off';
    if (this.#current?.thread.hasEnded) this.#current = undefined;
    if (this.#isWanted(version)) this.#build(version);
    if (this.#current === undefined && this.#building) await within(this.#building.done, patience);
    return this.#current ?? (this.#building ? 'building' : 'failed');
  }

  /** Whether users have to be read, and it may succeed. */
  #isWanted(version: string): boolean {
    const { now, freshFor } = this.#options;
    if (this.#building || this.#closing.signal.aborted) return false;
    const thread = this.#current?.thread;
    const age = now().getTime() - (thread?.computedAt.getTime() ?? 0);
    if (thread?.version === version && age < freshFor) return false;
    const failed = this.#failed;
    return failed?.version !== version || performance.now() - failed.at > retryAfter;
  }

  #build(version: string): void {
    const { start, databaseUrl, modelFolder, weights, mostUsers, now, logger } = this.#options;
    const began = performance.now();
    const before = now().getTime();
    const job = { databaseUrl, modelFolder, version, weights, before, mostUsers };
    const done = start(job, this.#closing.signal).then(
      (thread) => {
        this.#failed = undefined;
        const seconds = (performance.now() - began) / 1000;
        const { users, bytes } = thread;
        logger.info({ version, users, bytes, seconds }, 'users are read for audiences');
        this.#replace(thread);
      },
      (error: unknown) => {
        this.#failed = { version, at: performance.now() };
        if (this.#closing.signal.aborted) return;
        logger.error({ err: error, version }, 'users cannot be read for audiences');
      },
    );
    this.#building = { version, done: done.then(() => this.#built()) };
  }

  #built(): void {
    this.#building = undefined;
  }

  #replace(thread: AudienceThread): void {
    const before = this.#current;
    this.#current = { thread, leases: 0, isOld: false };
    if (!before) return;
    before.isOld = true;
    this.#retire(before);
  }

  #retire({ thread, leases, isOld }: Leased): void {
    if (isOld && leases === 0) void thread.close();
  }
}

async function within(done: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
