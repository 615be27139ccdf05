import { type Route, route } from '../http/route.ts';
import { nextItemsSchema, nextQuerySchema } from './next-schema.ts';
import type { NextService } from './next-service.ts';
import { roomParamsSchema } from './rooms-schema.ts';

/** `GET /v1/rooms/{roomId}/next`. */
export function nextRoutes(next: NextService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/rooms/{roomId}/next',
      operationId: 'nextItems',
      summary: 'What the host should show next',
      description:
        'For the people who are in the room now: what they are expected to click and buy of each item of the shelf, were it shown to all of them, as far as there is stock in their sizes, and less what was pinned a moment ago. Items that nobody could buy, and what is pinned now, are left out. Each item comes with the numbers behind it.',
      tag: 'rooms',
      params: roomParamsSchema,
      query: nextQuerySchema,
      responses: { 200: { description: 'Best first', schema: nextItemsSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await next.next(params.roomId, query.limit),
      }),
    }),
  ];
}
