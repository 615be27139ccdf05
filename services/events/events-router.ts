import { type Route, route } from '../http/route.ts';
import { eventsEnvelopeSchema, ingestResultSchema, postEventsSchema } from './events-schema.ts';
import type { EventsService } from './events-service.ts';

/** `POST /v1/events`. */
export function eventsRoutes(events: EventsService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/events',
      operationId: 'postEvents',
      summary: 'Send 1 to 1,000 events',
      description:
        'Answered when the events are durable. Each is checked on its own: a bad one is listed ' +
        'under rejected and does not cost the others; when all are bad the answer is 400. An id ' +
        'that was sent before is a duplicate and changes nothing, so that a call without an ' +
        'answer, or with a 503, can be sent again as it is. Events may be of users and items ' +
        'that are not known yet. The body may be compressed (Content-Encoding: gzip); its limit ' +
        'holds for the size after decompression.',
      tag: 'events',
      body: eventsEnvelopeSchema,
      documentedBody: postEventsSchema,
      responses: { 202: { description: 'The events are stored', schema: ingestResultSchema } },
      handle: async ({ body }) => ({ status: 202, body: await events.ingest(body.events) }),
    }),
  ];
}
