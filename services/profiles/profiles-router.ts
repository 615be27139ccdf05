import { type Route, route } from '../http/route.ts';
import { profileParamsSchema, profileQuerySchema, userProfileSchema } from './profiles-schema.ts';
import type { ProfilesService } from './profiles-service.ts';

/** `GET /v1/users/{userId}`. */
export function profilesRoutes(profiles: ProfilesService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/users/{userId}',
      operationId: 'userProfile',
      summary: 'Who a user is to the shop, in one call',
      description:
        'Profile and switches, tier with its scores and what to do about it, expected value, tags with their reasons, and sizes kept and sent back by category. Derived parts are as of their last build; the switch `personalised` and a deletion that was asked for count from the next request on: nothing derived is here then, and `reason` says why. A user who is only known by what they did has no `profile`. 404: nothing is known.',
      tag: 'users',
      params: profileParamsSchema,
      query: profileQuerySchema,
      responses: { 200: { description: 'As of one moment', schema: userProfileSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await profiles.of(params.userId, query.tags),
      }),
    }),
  ];
}
