import { type Route, route } from '../http/route.ts';
import { upsertResultSchema } from '../http/upsert.ts';
import { putItemsSchema, putSkusSchema } from './catalogue-schema.ts';
import type { CatalogueService } from './catalogue-service.ts';

/** `PUT /v1/items` and `PUT /v1/skus`. */
export function catalogueRoutes(catalogue: CatalogueService): Route[] {
  return [
    route({
      method: 'put',
      path: '/v1/items',
      operationId: 'putItems',
      summary: 'Create or replace up to 1,000 items',
      description:
        'All or none. Each item is replaced as a whole: a field that is left out is unset. ' +
        'Items that are just so already are not written.',
      tag: 'catalogue',
      body: putItemsSchema,
      responses: { 200: { description: 'All are stored', schema: upsertResultSchema } },
      handle: async ({ body }) => ({ status: 200, body: await catalogue.putItems(body.items) }),
    }),
    route({
      method: 'put',
      path: '/v1/skus',
      operationId: 'putSkus',
      summary: 'Create or replace up to 1,000 SKUs of known items',
      description:
        'All or none. Each SKU is replaced as a whole: a field that is left out is unset. Its ' +
        'stock is kept when it is left out, and 0 for a new SKU. SKUs that are just so already ' +
        'are not written. For stock that changes often see `PATCH /v1/skus/stock`.',
      tag: 'catalogue',
      body: putSkusSchema,
      responses: { 200: { description: 'All are stored', schema: upsertResultSchema } },
      handle: async ({ body }) => ({ status: 200, body: await catalogue.putSkus(body.skus) }),
    }),
  ];
}
