import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '../database/project-root.ts';
import { UnavailableError } from '../errors.ts';
import type {
  AudienceAnswers,
  AudienceJob,
  AudienceNews,
  AudienceReply,
  AudienceRequest,
} from './audience-protocol.ts';

type Answer<Request extends AudienceRequest> = AudienceAnswers[Request['op']];

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

/** Users as they were at one time by one version of the model, in a thread of their own. */
export interface AudienceThread {
  readonly version: string;
  readonly computedAt: Date;
  readonly users: number;
  readonly bytes: number;
  /** @throws UnavailableError when the thread has ended */
  ask<Request extends AudienceRequest>(request: Request): Promise<Answer<Request>>;
  readonly hasEnded: boolean;
  close(): Promise<void>;
}

/** Starts a thread; it resolves when the users are read. Rejects with why they cannot be. */
export type StartThread = (job: AudienceJob, signal: AbortSignal) => Promise<AudienceThread>;

/** Node's threads run JavaScript only, so that also from source the built program is started. */
const program = join(projectRoot(), 'dist/services/audience-worker.js');

export const startThread: StartThread = (job, signal) => {
  signal.throwIfAborted();
  const worker = new Worker(program, { workerData: job, execArgv: [] });
  worker.unref();
  const thread = new WorkerThread(worker, job);
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  return thread.ready().finally(() => signal.removeEventListener('abort', stop));
};

class WorkerThread implements AudienceThread {
  readonly version: string;
  readonly computedAt: Date;
  users = 0;
  bytes = 0;
  hasEnded = false;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #failure = 'the thread of audiences has ended';
  #started: Waiting | undefined;

  constructor(worker: Worker, { version, before }: AudienceJob) {
    this.version = version;
    this.computedAt = new Date(before);
    this.#worker = worker;
    worker.on('message', (message: AudienceNews | AudienceReply) => this.#receive(message));
    worker.on('error', (error) => this.#end(error.message));
    worker.on('exit', () => this.#end(this.#failure));
  }

  async ready(): Promise<AudienceThread> {
    await new Promise<void>((resolve, reject) => {
      this.#started = { resolve, reject };
    });
    return this;
  }

  ask<Request extends AudienceRequest>(request: Request): Promise<Answer<Request>> {
    if (this.hasEnded) return Promise.reject(new UnavailableError(this.#failure));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, request });
    });
  }

  async close(): Promise<void> {
    this.#end('the thread of audiences was ended');
    await this.#worker.terminate();
  }

  #receive(message: AudienceNews | AudienceReply): void {
    if ('kind' in message) this.#begin(message);
    else this.#settle(message);
  }

  #begin(news: AudienceNews): void {
    if (news.kind === 'failed') this.#end(news.reason);
    else {
      this.users = news.users;
      this.bytes = news.bytes;
      this.#started?.resolve(undefined as never);
    }
  }

  #settle(message: AudienceReply): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting?.resolve(message.answer as never);
    else waiting?.reject(new Error(message.error));
  }

  #end(reason: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#failure = reason;
    const error = new UnavailableError(reason);
    this.#started?.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    void this.#worker.terminate();
  }
}
