import { isOutage } from '../database/outage.ts';
import type { LoggedAnswer } from './logged-answer.ts';

/** Where answers are put: all of them or none. */
export interface AnswerSink {
  write(answers: readonly LoggedAnswer[]): Promise<void>;
}

/** What became of answers that were to be logged. */
export type LogOutcome = 'written' | 'dropped' | 'failed';

export interface ExposureLogOptions {
  /** Milliseconds that an answer waits for others, at most, while writing keeps up. */
  readonly gatherFor: number;
  /** A statement takes at most so many answers; as many waiting ones are written at once. */
  readonly largestBatch: number;
  /** Above so many waiting answers further ones are dropped. */
  readonly mostWaiting: number;
  readonly onOutcome: (outcome: LogOutcome, answers: number) => void;
  /** Told of a write that failed, and whether its answers will be tried again. */
  readonly onError: (error: unknown, isTriedAgain: boolean) => void;
}

/**
 * The log of what was shown. Answers are put into a queue and written in batches, one at a time;
 * nobody waits for it, and nothing that happens to it reaches an answer. While the database is out
 * the queue fills up; what does not fit is dropped and counted.
 */
export class ExposureLog {
  readonly #sink: AnswerSink;
  readonly #options: ExposureLogOptions;
  #queue: LoggedAnswer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(sink: AnswerSink, options: ExposureLogOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Takes an answer. It is read later, and must not be changed after. Empty ones say nothing. */
  add(answer: LoggedAnswer): void {
    if (answer.items.length === 0) return;
    const { mostWaiting, largestBatch } = this.#options;
    if (this.#closed || this.#queue.length >= mostWaiting) {
      this.#options.onOutcome('dropped', 1);
      return;
    }
    this.#queue.push(answer);
    if (this.#writing !== undefined) return;
    if (this.#queue.length >= largestBatch) this.#start();
    else this.#wait();
  }

  /** Takes no more answers and writes those that wait; what fails now is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    clearTimeout(this.#timer);
    while (this.#queue.length > 0 && (await this.#writeBatch()));
    this.#lose(this.#queue.splice(0).length);
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => this.#start(), this.#options.gatherFor).unref();
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#drain().finally(() => {
      this.#writing = undefined;
      if (this.#queue.length > 0 && !this.#closed) this.#wait();
    });
  }

  /** Writes until little is left, which waits for more, or until a write fails. */
  async #drain(): Promise<void> {
    do {
      if (!(await this.#writeBatch())) return;
    } while (this.#queue.length >= this.#options.largestBatch);
  }

  /** @returns whether it may go on */
  async #writeBatch(): Promise<boolean> {
    const batch = this.#queue.splice(0, this.#options.largestBatch);
    try {
      await this.#sink.write(batch);
      this.#options.onOutcome('written', batch.length);
      return true;
    } catch (error) {
      const isTriedAgain = isOutage(error) && !this.#closed;
      this.#options.onError(error, isTriedAgain);
      if (isTriedAgain) this.#queue = batch.concat(this.#queue);
      else this.#lose(batch.length);
      return !isOutage(error);
    }
  }

  #lose(answers: number): void {
    if (answers > 0) this.#options.onOutcome('failed', answers);
  }
}
