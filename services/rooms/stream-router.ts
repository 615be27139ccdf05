import { type Route, route } from '../http/route.ts';
import { roomParamsSchema } from './rooms-schema.ts';
import { rankingSchema, streamQuerySchema } from './stream-schema.ts';
import type { StreamService } from './stream-service.ts';

const idForm = /^[\w-]{1,64}$/;

/** `GET /v1/rooms/{roomId}/stream`. */
export function streamRoutes(streams: StreamService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/rooms/{roomId}/stream',
      operationId: 'streamRoom',
      summary: 'What a viewer of a room should see, as it changes',
      description:
        'Server-sent events. The first message is the ranking of now; another one follows when the shelf, the pin, the stock or what the viewer does changes what they should see, at most one a second. `id` is the same for rankings that look the same (items, SKUs, sizes, prices, pin, state of the room): a client that comes again with it as `Last-Event-ID` gets nothing until something looks different. Comments in between show that the stream is alive. Streams end when the process stops; beyond the most that a process keeps open, 503.',
      tag: 'rooms',
      params: roomParamsSchema,
      query: streamQuerySchema,
      responses: {
        200: { description: 'A stream of `ranking` events', events: { ranking: rankingSchema } },
      },
      handle: ({ params, query, headers, requestId }) => {
        const last = headers['last-event-id'];
        const lastId = typeof last === 'string' && idForm.test(last) ? last : undefined;
        return streams.open({ roomId: params.roomId, ...query, lastId, requestId });
      },
    }),
  ];
}
