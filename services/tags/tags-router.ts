import { type Route, route } from '../http/route.ts';
import {
  removedTagSchema,
  tagParamsSchema,
  tagsQuerySchema,
  tagValueQuerySchema,
  userParamsSchema,
  userTagsSchema,
} from './tags-schema.ts';
import type { TagsService } from './tags-service.ts';

/** `/v1/users/{userId}/tags`. */
export function tagsRoutes(tags: TagsService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/users/{userId}/tags',
      operationId: 'userTags',
      summary: "A user's tags, and why they are there",
      description:
        'Categories, brands, colours, prices and discounts that the user has shown an interest in; when, where and by what they are active; and how much comes back for its size: from the events up to the last run of `build-features`. A user whose `personalised` switch is off has none.',
      tag: 'users',
      params: userParamsSchema,
      query: tagsQuerySchema,
      responses: { 200: { description: 'The highest weight first', schema: userTagsSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await tags.of(params.userId, query.limit),
      }),
    }),
    route({
      method: 'delete',
      path: '/v1/users/{userId}/tags/{tag}',
      operationId: 'removeUserTag',
      summary: 'Remove a tag of a user for good',
      description:
        'With `?value=` one value of it, without all values, those to come too. From now on it is not used, and it is not built again from past or new events. Removing what is not there is remembered too.',
      tag: 'users',
      params: tagParamsSchema,
      query: tagValueQuerySchema,
      responses: { 200: { description: 'It is removed', schema: removedTagSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await tags.remove(params.userId, params.tag, query.value),
      }),
    }),
  ];
}
