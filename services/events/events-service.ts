import { InvalidInputError, UnavailableError } from '../errors.ts';
import type { Metrics } from '../http/metrics.ts';
import { checkEvent, latestEventTime, newEvent } from './check-event.ts';
import type { WriteCounts } from './event-writer.ts';
import type { IngestResult, Rejection } from './events-schema.ts';
import type { NewEvent } from './events-store.ts';

export interface EventsServiceOptions {
  readonly now: () => Date;
  readonly metrics: Pick<Metrics, 'events'>;
}

/** Whatever stores events and says how many were new. */
export interface Writer {
  write(events: readonly NewEvent[]): Promise<WriteCounts>;
}

/** Takes in what users do. */
export class EventsService {
  readonly #writer: Writer;
  readonly #options: EventsServiceOptions;

  constructor(writer: Writer, options: EventsServiceOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  /**
   * Checks events one by one and stores the good ones durably. Sent again, an event is counted as
   * a duplicate and changes nothing.
   *
   * @throws InvalidInputError when none of them is good
   * @throws UnavailableError when they cannot be stored now
   */
  async ingest(inputs: readonly unknown[]): Promise<IngestResult> {
    const { good, rejected, bad } = this.#check(inputs);
    const { events } = this.#options.metrics;
    if (bad > 0) events.inc({ outcome: 'rejected' }, bad);
    if (good.length === 0) throw allRejected(rejected);
    const { accepted, duplicates } = await this.#writer.write(good).catch((error) => {
      if (error instanceof UnavailableError) events.inc({ outcome: 'refused' }, good.length);
      throw error;
    });
    events.inc({ outcome: 'accepted' }, accepted);
    if (duplicates > 0) events.inc({ outcome: 'duplicate' }, duplicates);
    return { accepted, duplicates, rejected };
  }

  #check(inputs: readonly unknown[]) {
    const latest = latestEventTime(this.#options.now());
    const good: NewEvent[] = [];
    const rejected: Rejection[] = [];
    let bad = 0;
    for (const [index, input] of inputs.entries()) {
      const checked = checkEvent(input, latest, `events[${index}]`);
      if ('event' in checked) {
        good.push(newEvent(checked.event));
        continue;
      }
      bad += 1;
      const eventId = readableId(input);
      for (const issue of checked.issues) rejected.push({ index, eventId, ...issue });
    }
    return { good, rejected, bad };
  }
}

function readableId(input: unknown): string | null {
  if (typeof input !== 'object' || input === null || !('eventId' in input)) return null;
  return typeof input.eventId === 'string' ? input.eventId.slice(0, 128) : null;
}

function allRejected(rejected: readonly Rejection[]): InvalidInputError {
  const issues = rejected.map(({ path, code, message }) => ({ path, code, message }));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const first = `${issues[0]?.path}: ${issues[0]?.message}`;
  return new InvalidInputError(`no event could be accepted; ${first}${more}`, issues);
}
