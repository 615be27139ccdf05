import { isOutage } from '../database/outage.ts';
import { UnavailableError } from '../errors.ts';
import type { NewEvent } from './events-store.ts';

export interface WriteCounts {
  readonly accepted: number;
  readonly duplicates: number;
}

/** Where events are put: all of them or none. */
export interface EventSink {
  /** @returns the ids that had been stored before; the ids given differ from each other */
  insert(events: readonly NewEvent[]): Promise<ReadonlySet<string>>;
}

export interface EventWriterOptions {
  /** Statements under way at once, at most. */
  readonly inFlight: number;
  /** Beside one that is under way, a statement is started only for so many events. */
  readonly worthwhileBatch: number;
  /** Calls are put together up to so many events. */
  readonly largestBatch: number;
  /** Above so many waiting events further calls are refused. */
  readonly mostWaiting: number;
  /** Told of every statement's events. */
  readonly onBatch: (events: number) => void;
  /** Told when a statement of several calls failed for another reason than an outage. */
  readonly onSplit: (error: unknown) => void;
}

interface Call {
  readonly events: readonly NewEvent[];
  readonly resolve: (counts: WriteCounts) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: while one statement is being written, the calls that arrive gather, and the next
 * statement takes all of them. A call is answered when its statement has been committed.
 */
export class EventWriter {
  readonly #sink: EventSink;
  readonly #options: EventWriterOptions;
  readonly #running = new Set<Promise<void>>();
  #queue: Call[] = [];
  #waiting = 0;
  #closed = false;

  constructor(sink: EventSink, options: EventWriterOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /**
   * Stores events durably. An id that is there already, in the database or earlier in `events`, is
   * a duplicate.
   *
   * @throws UnavailableError when too much is waiting, the database is out, or after `close`
   */
  write(events: readonly NewEvent[]): Promise<WriteCounts> {
    if (this.#closed) return Promise.reject(new UnavailableError('the service is stopping'));
    if (this.#waiting > 0 && this.#waiting + events.length > this.#options.mostWaiting) {
      const message = `${this.#waiting} events are waiting to be written; send these again later`;
      return Promise.reject(new UnavailableError(message));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ events, resolve, reject });
      this.#waiting += events.length;
      this.#start();
    });
  }

  /** Takes no more calls, and waits until those taken are written. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(): void {
    while (this.#mayStart()) {
      const running = this.#write(this.#take()).finally(() => {
        this.#running.delete(running);
        this.#start();
      });
      this.#running.add(running);
    }
  }

  #mayStart(): boolean {
    if (this.#queue.length === 0) return false;
    if (this.#running.size === 0) return true;
    const { inFlight, worthwhileBatch } = this.#options;
    return this.#running.size < inFlight && this.#waiting >= worthwhileBatch;
  }

  /** The next calls up to the largest batch, at least one. */
  #take(): Call[] {
    let taken = 0;
    let events = 0;
    for (const call of this.#queue) {
      if (taken > 0 && events + call.events.length > this.#options.largestBatch) break;
      events += call.events.length;
      taken += 1;
    }
    const calls = this.#queue.slice(0, taken);
    this.#queue = this.#queue.slice(taken);
    this.#waiting -= events;
    return calls;
  }

  async #write(calls: readonly Call[]): Promise<void> {
    try {
      await this.#insert(calls);
    } catch (error) {
      // No data is to blame, so that trying the calls one by one would only add to the trouble.
      if (isOutage(error)) return reject(calls, unavailable(error));
      // One call's data must not fail the others'. A call that was alone has a second try too: it
      // may have met a deadlock or a partition that was taken away.
      this.#options.onSplit(error);
      for (const call of calls) {
        await this.#insert([call]).catch((reason) =>
          reject([call], isOutage(reason) ? unavailable(reason) : reason),
        );
      }
    }
  }

  async #insert(calls: readonly Call[]): Promise<void> {
    const distinct = new Map<string, NewEvent>();
    const fresh = calls.map(({ events }) =>
      events.filter((event) => {
        if (distinct.has(event.eventId)) return false;
        distinct.set(event.eventId, event);
        return true;
      }),
    );
    const known = await this.#sink.insert([...distinct.values()]);
    this.#options.onBatch(distinct.size);
    for (const [index, { events, resolve }] of calls.entries()) {
      const first = fresh[index] ?? [];
      const accepted =
        known.size === 0 ? first.length : first.filter((event) => !known.has(event.eventId)).length;
      resolve({ accepted, duplicates: events.length - accepted });
    }
  }
}

function reject(calls: readonly Call[], error: unknown): void {
  for (const call of calls) call.reject(error);
}

function unavailable(error: unknown): UnavailableError {
  if (error instanceof UnavailableError) return error;
  return new UnavailableError('the database cannot write now', [], { cause: error });
}
