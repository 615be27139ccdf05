import { type Route, route } from '../http/route.ts';
import {
  complementsQuerySchema,
  complementsSchema,
  itemParamsSchema,
  substitutesQuerySchema,
  substitutesSchema,
} from './related-items-schema.ts';
import type { RelatedItemsService } from './related-items-service.ts';

/** `GET /v1/items/{itemId}/substitutes` and `/complements`. */
export function relatedItemsRoutes(service: RelatedItemsService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/items/{itemId}/substitutes',
      operationId: 'substitutes',
      summary: 'What may stand in for an item',
      description:
        'Items of the same category, nearest in the space of the model and in price first, each as a SKU that is in stock, in the size asked for where one is. An item that nothing is known of has those nearest in price, marked as degraded.',
      tag: 'recommendations',
      params: itemParamsSchema,
      query: substitutesQuerySchema,
      responses: { 200: { description: 'The closest first.', schema: substitutesSchema } },
      handle: async ({ params: { itemId }, query: { limit, size } }) => ({
        status: 200,
        body: await service.substitutes({ itemId, limit, size: size ?? null }),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/items/{itemId}/complements',
      operationId: 'complements',
      summary: 'What goes with an item',
      description:
        'Items of other categories that are bought together with it more often than by chance, each as a SKU that is in stock: first the best of each category, then the second of each. Empty where nothing has been bought together often enough, or not since `build-complements` ran.',
      tag: 'recommendations',
      params: itemParamsSchema,
      query: complementsQuerySchema,
      responses: { 200: { description: 'Best first.', schema: complementsSchema } },
      handle: async ({ params: { itemId }, query: { limit } }) => ({
        status: 200,
        body: await service.complements(itemId, limit),
      }),
    }),
  ];
}
