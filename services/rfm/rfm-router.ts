import { type Route, route } from '../http/route.ts';
import { rfmSummarySchema, transitionsQuerySchema, transitionsSchema } from './rfm-schema.ts';
import type { RfmService } from './rfm-service.ts';

/** `/v1/rfm/…`. */
export function rfmRoutes(rfm: RfmService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/rfm/summary',
      operationId: 'rfmSummary',
      summary: 'How many users are in which tier, and what they are worth',
      description:
        'As of the last run of `build-features` or `build-rfm`: the grid of recency and frequency scores, tiers and finer groups with what is recommended for each. Users whose `personalised` switch is off are in none, from the next request on.',
      tag: 'rfm',
      responses: { 200: { description: 'Counts and money', schema: rfmSummarySchema } },
      handle: async () => ({ status: 200, body: await rfm.summary() }),
    }),
    route({
      method: 'get',
      path: '/v1/rfm/transitions',
      operationId: 'rfmTransitions',
      summary: 'Who moved between tiers from one moment to another',
      description:
        'Exact, from the history, which has a point for each run of `build-features` or `build-rfm` (and for each month that `build-rfm --backfill-from` filled). A change counts from the run on that found it. What was forgotten is not in it, and neither are users whose switch is off.',
      tag: 'rfm',
      query: transitionsQuerySchema,
      responses: { 200: { description: 'A matrix of users', schema: transitionsSchema } },
      handle: async ({ query }) => ({
        status: 200,
        body: await rfm.transitions(query.from, query.to),
      }),
    }),
  ];
}
