import { type Route, route } from '../http/route.ts';
import { upsertResultSchema } from '../http/upsert.ts';
import {
  patchUserSchema,
  putUsersSchema,
  userParamsSchema,
  userSwitchesSchema,
} from './users-schema.ts';
import type { UsersService } from './users-service.ts';

/** `PUT /v1/users` and `PATCH /v1/users/{userId}`. */
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
        'A switch that is left out stays as it is. With `personalised` off, from the next request on and on every path and process, nothing that the user did is used: what a room shows them is the host’s order, the trend and what is popular, no features or tags are built of them, and the log of answers does not name them. Turned on again, what was kept counts. A user who is not known yet is created, so that the word is kept for when they are.',
      tag: 'users',
      params: userParamsSchema,
      body: patchUserSchema,
      responses: { 200: { description: 'As they stand now', schema: userSwitchesSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await users.patchUser(params.userId, body),
      }),
    }),
  ];
}
