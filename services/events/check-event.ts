import type { Issue } from '../errors.ts';
import { issuesOf, pathText, reportInput } from '../http/validation.ts';
import { type Event, eventSchema } from './events-schema.ts';
import type { NewEvent } from './events-store.ts';

const earliest = '2000-01-01T00:00:00.000Z';
const day = 24 * 60 * 60 * 1000;

// An object can have any number of unknown fields; nobody reads more of them than these.
const mostIssuesOfAnEvent = 20;

/** The latest time that an event may have now: clocks of clients run ahead, by a day at most. */
export function latestEventTime(now: Date): string {
  return new Date(now.getTime() + day).toISOString();
}

/**
 * Checks one event, its time too.
 *
 * @param latest by `latestEventTime`
 * @param path where it stands, for the paths of the issues; empty for an event alone
 */
export function checkEvent(
  input: unknown,
  latest: string,
  path = '',
): { readonly event: Event } | { readonly issues: readonly Issue[] } {
  const parsed = eventSchema.safeParse(input, reportInput);
  if (!parsed.success)
    return { issues: issuesOf(parsed.error, path).slice(0, mostIssuesOfAnEvent) };
  const { occurredAt } = parsed.data;
  if (occurredAt < earliest) {
    const message = `expected a time not before 2000-01-01, got ${occurredAt}`;
    return { issues: [{ path: pathText(['occurredAt'], path), code: 'too_early', message }] };
  }
  if (occurredAt > latest) {
    const message = `expected a time not more than a day ahead of the service's clock, got ${occurredAt}`;
    return { issues: [{ path: pathText(['occurredAt'], path), code: 'too_late', message }] };
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

/** An event as it is stored. */
export function newEvent(event: Event): NewEvent {
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
