import { type Route, route } from '../http/route.ts';
import { listQuerySchema, versionListSchema } from './model-registry-schema.ts';
import type { ModelRegistryService } from './model-registry-service.ts';

export function modelRoutes(service: ModelRegistryService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/models',
      operationId: 'listModels',
      summary: 'The published models',
      description: 'The version registered last comes first. At most one of each family is active.',
      tag: 'models',
      query: listQuerySchema,
      responses: { '200': { description: 'A page of versions.', schema: versionListSchema } },
      handle: async ({ query }) => ({
        status: 200,
        body: await service.list(query.limit, query.cursor),
      }),
    }),
  ];
}
