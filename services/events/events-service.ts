import { InvalidInputError, type Issue, UnavailableError } from '../errors.ts';
import type { Metrics } from '../http/metrics.ts';
import { issuesOf, reportInput } from '../http/validation.ts';
import type { WriteCounts } from './event-writer.ts';
import { type Event, eventSchema, type IngestResult, type Rejection } from './events-schema.ts';
import type { NewEvent } from './events-store.ts';

export interface EventsServiceOptions {
  readonly now: () => Date;
  readonly metrics: Pick<Metrics, 'events'>;
}

/** Whatever stores events and says how many were new. */
export interface Writer {
  write(events: readonly NewEvent[]): Promise<WriteCounts>;
}

const earliest = '2000-01-01T00:00:00.000Z';
const day = 24 * 60 * 60 * 1000;

// An object can have any number of unknown fields; nobody reads more of them than these.
const mostIssuesOfAnEvent = 20;

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
    const latest = new Date(this.#options.now().getTime() + day).toISOString();
    const good: NewEvent[] = [];
    const rejected: Rejection[] = [];
    let bad = 0;
    for (const [index, input] of inputs.entries()) {
      const checked = check(input, `events[${index}]`, latest);
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

function check(
  input: unknown,
  path: string,
  latest: string,
): { readonly event: Event } | { readonly issues: readonly Issue[] } {
  const parsed = eventSchema.safeParse(input, reportInput);
  if (!parsed.success)
    return { issues: issuesOf(parsed.error, path).slice(0, mostIssuesOfAnEvent) };
  const { occurredAt } = parsed.data;
  if (occurredAt < earliest) {
    const message = `expected a time not before 2000-01-01, got ${occurredAt}`;
    return { issues: [{ path: `${path}.occurredAt`, code: 'too_early', message }] };
  }
  if (occurredAt > latest) {
    const message = `expected a time not more than a day ahead of the service's clock, got ${occurredAt}`;
    return { issues: [{ path: `${path}.occurredAt`, code: 'too_late', message }] };
  }
  return { event: parsed.data };
}

/** The fields that some types of events have and others do not. */
interface Optional {
  readonly value?: number | null | undefined;
  readonly quantity?: number | null | undefined;
  readonly unitPrice?: number | null | undefined;
  readonly orderId?: string | null | undefined;
  readonly reason?: string | null | undefined;
}

function newEvent(event: Event): NewEvent {
  const optional: Optional = event;
  return {
    eventId: event.eventId,
    userId: event.userId ?? null,
    sessionId: event.sessionId ?? null,
    itemId: event.itemId ?? null,
    skuId: event.skuId ?? null,
    roomId: event.roomId ?? null,
    type: event.type,
    value: optional.value ?? null,
    quantity: optional.quantity ?? null,
    unitPrice: optional.unitPrice ?? null,
    orderId: optional.orderId ?? null,
    reason: optional.reason ?? null,
    properties: event.properties ? JSON.stringify(event.properties) : null,
    occurredAt: event.occurredAt,
  };
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
