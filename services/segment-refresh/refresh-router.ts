import { type Route, route } from '../http/route.ts';
import { segmentParamsSchema } from '../segments/segments-schema.ts';
import { historyQuerySchema, historySchema, refreshedSchema } from './refresh-schema.ts';
import type { RefreshService } from './refresh-service.ts';

const tag = 'segments';

/** `/v1/segments/{id}/refresh` and `/history`. */
export function refreshRoutes(refresh: RefreshService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/segments/{segmentId}/refresh',
      operationId: 'refreshSegment',
      summary: 'Compute the members of a segment now',
      description:
        'Of a dynamic one, with a schedule or without. Tells how many there are, who came and who left since the computation before; webhooks are told who. A computation that takes too long is answered with 503 and what to narrow.',
      tag,
      params: segmentParamsSchema,
      responses: { 200: { description: 'It was computed', schema: refreshedSchema } },
      handle: async ({ params }) => ({
        status: 200,
        body: await refresh.refresh(params.segmentId),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/history',
      operationId: 'segmentHistory',
      summary: 'How a segment has changed',
      description: 'What each computation found, the newest first, those that failed included.',
      tag,
      params: segmentParamsSchema,
      query: historyQuerySchema,
      responses: { 200: { description: 'A page of them', schema: historySchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await refresh.history(params.segmentId, query.limit, query.cursor),
      }),
    }),
  ];
}
