import { type Route, route } from '../http/route.ts';
import { upsertResultSchema } from '../http/upsert.ts';
import { putUsersSchema } from './users-schema.ts';
import type { UsersService } from './users-service.ts';

/** `PUT /v1/users`. */
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
  ];
}
