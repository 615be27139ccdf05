import { type Route, route } from '../http/route.ts';
import { upsertResultSchema } from '../http/upsert.ts';
import {
  forgettingSchema,
  patchUserSchema,
  putUsersSchema,
  userParamsSchema,
  userSwitchesSchema,
} from './users-schema.ts';
import type { UsersService } from './users-service.ts';

/** `PUT /v1/users`, `PATCH /v1/users/{userId}` and `DELETE /v1/users/{userId}/behaviour`. */
export function usersRoutes(users: UsersService): Route[] {
  return [
    route({
      method: 'put',
      path: '/v1/users',
      operationId: 'putUsers',
      summary: 'Create or replace up to 1,000 users',
      description:
        'All or none. Each profile is replaced as a whole: a field that is left out is unset. ' +
        'The switches personalised and marketingConsent are kept when they are left out. ' +
        'Users that are just so already are not written.',
      tag: 'users',
      body: putUsersSchema,
      responses: { 200: { description: 'All are stored', schema: upsertResultSchema } },
      handle: async ({ body }) => ({ status: 200, body: await users.putUsers(body.users) }),
    }),
    route({
      method: 'patch',
      path: '/v1/users/{userId}',
      operationId: 'patchUser',
      summary: "Turn a user's switches",
      description:
        'A switch that is left out stays as it is. With `personalised` off, from the next request on and on every path and process, nothing that the user did is used: what a room shows them is the host’s order, the trend and what is popular, no features or tags are built of them, and the log of answers does not name them. Turned on again, what was kept counts: what the user did before asking for its deletion (`DELETE …/behaviour`) does not. A user who is not known yet is created, so that the word is kept for when they are.',
      tag: 'users',
      params: userParamsSchema,
      body: patchUserSchema,
      responses: { 200: { description: 'As they stand now', schema: userSwitchesSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await users.patchUser(params.userId, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/v1/users/{userId}/behaviour',
      operationId: 'forgetBehaviour',
      summary: 'Forget what a user did',
      description:
        'From the next request on and on every path and process, no event of the user up to now counts: not for what is shown, not for sizes, tags or training. Features, tags and outcomes of sizes are deleted at once, the events by the next run of `build-features`. The profile, the switches and the tags that were removed stay, and so do totals of items and rooms, which name nobody. What the user does from now on counts, if the switch `personalised` is on. Now is the time of the database: an event whose `occurredAt` is later, because the clock that said so was ahead, counts; one that comes in later and is earlier does not. Asking again is harmless. A user who is not known yet is created, so that the word is kept for events that come late.',
      tag: 'users',
      params: userParamsSchema,
      responses: {
        202: { description: 'What is done, and what will be', schema: forgettingSchema },
      },
      handle: async ({ params }) => ({
        status: 202,
        body: await users.forgetBehaviour(params.userId),
      }),
    }),
  ];
}
