import { type Route, route } from '../http/route.ts';
import {
  pinResultSchema,
  pinSchema,
  putRoomResultSchema,
  putRoomSchema,
  putShelfResultSchema,
  putShelfSchema,
  roomParamsSchema,
  roomSchema,
} from './rooms-schema.ts';
import type { RoomsService } from './rooms-service.ts';

/** `/v1/rooms/{roomId}`, its shelf and its pin. */
export function roomsRoutes(rooms: RoomsService): Route[] {
  return [
    route({
      method: 'put',
      path: '/v1/rooms/{roomId}',
      operationId: 'putRoom',
      summary: 'Create or replace a room',
      description:
        'A field that is left out is unset. The shelf and the pin stay as they are. A room that is just so already is not written.',
      tag: 'rooms',
      params: roomParamsSchema,
      body: putRoomSchema,
      responses: { 200: { description: 'It is stored', schema: putRoomResultSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await rooms.putRoom(params.roomId, body),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/rooms/{roomId}',
      operationId: 'getRoom',
      summary: 'A room, its shelf and what is pinned',
      tag: 'rooms',
      params: roomParamsSchema,
      responses: { 200: { description: 'As of one moment', schema: roomSchema } },
      handle: async ({ params }) => ({ status: 200, body: await rooms.room(params.roomId) }),
    }),
    route({
      method: 'put',
      path: '/v1/rooms/{roomId}/shelf',
      operationId: 'putShelf',
      summary: "Replace a room's shelf, up to 2,000 items in order",
      description:
        'All or none; two calls at once leave the shelf of one of them, whole. Items that are not in the catalogue are named under warnings, stay on the shelf, and are shown once they are put. What was pinned and is no longer on the shelf is unpinned.',
      tag: 'rooms',
      params: roomParamsSchema,
      body: putShelfSchema,
      responses: { 200: { description: 'The shelf is so now', schema: putShelfResultSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await rooms.putShelf(params.roomId, body.items),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/rooms/{roomId}/pin',
      operationId: 'pinItem',
      summary: 'Pin what the host shows now',
      description:
        'An item of the shelf, or null for none. One that is not on the shelf is refused with `not_on_shelf`. Pinning what is pinned already changes nothing, not its time either.',
      tag: 'rooms',
      params: roomParamsSchema,
      body: pinSchema,
      responses: { 200: { description: 'It is so now', schema: pinResultSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await rooms.pin(params.roomId, body.itemId),
      }),
    }),
  ];
}
