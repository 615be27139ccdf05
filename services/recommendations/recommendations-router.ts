import { type Route, route } from '../http/route.ts';
import {
  itemParamsSchema,
  limitQuerySchema,
  similarItemsSchema,
  userParamsSchema,
  userRecommendationsSchema,
} from './recommendations-schema.ts';
import type { RecommendationsService } from './recommendations-service.ts';

export function recommendationRoutes(service: RecommendationsService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/users/{userId}/recommendations',
      operationId: 'recommendForUser',
      summary: 'What to show a user now',
      description:
        "Items ranked for the user by everything they did up to now, each as a SKU that is in stock, in their size. What they have bought is left out, unless it came back because of its size. Items that are new to them come before those they have looked at already. A user who is not known, who has done nothing, or whose `personalised` switch is off gets what is popular; with the switch off nothing of the user's behaviour is read.",
      tag: 'recommendations',
      params: userParamsSchema,
      query: limitQuerySchema,
      responses: {
        '200': { description: 'Best first.', schema: userRecommendationsSchema },
      },
      handle: async ({ params, query, log }) => ({
        status: 200,
        body: await service.forUser(params.userId, query.limit, log),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/items/{itemId}/similar',
      operationId: 'similarItems',
      summary: 'Items like an item',
      description:
        'The items nearest to an item in the active model, each as a SKU that is in stock, and after them popular items of the same category. An item that the model does not know yet has only the latter, marked as degraded.',
      tag: 'recommendations',
      params: itemParamsSchema,
      query: limitQuerySchema,
      responses: {
        '200': { description: 'The most similar first.', schema: similarItemsSchema },
      },
      handle: async ({ params, query, log }) => ({
        status: 200,
        body: await service.similar(params.itemId, query.limit, log),
      }),
    }),
  ];
}
