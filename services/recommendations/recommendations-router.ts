import { type Route, route } from '../http/route.ts';
import type { ViewerEvent } from '../live/live-rows.ts';
import { type Asking, anything } from './asking.ts';
import {
  itemParamsSchema,
  limitQuerySchema,
  postRecommendationsSchema,
  type RecommendationQuery,
  recommendationsSchema,
  similarItemsSchema,
  userParamsSchema,
  userQuerySchema,
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
        "Items ranked for the user by everything they did up to now, each as a SKU that is in stock, in their size. What they have bought is left out, unless it came back because of its size. Items that are new to them come before those they have looked at already. A user who is not known, who has done nothing, or whose `personalised` switch is off gets what is popular; with the switch off nothing of the user's behaviour is read. With `roomId`, the items of that room's shelf, with what is being clicked and bought in the room counted in.",
      tag: 'recommendations',
      params: userParamsSchema,
      query: userQuerySchema,
      responses: {
        '200': { description: 'Best first.', schema: recommendationsSchema },
      },
      handle: async ({ params: { userId }, query: { limit, roomId = null }, log, requestId }) => {
        const viewer = { ...anything, userId, sessionId: null };
        const asking = { ...viewer, roomId, limit, explain: true, requestId };
        return { status: 200, body: await service.recommend(asking, log) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/recommendations',
      operationId: 'recommend',
      summary: 'What to show a viewer now, with everything that can be asked',
      description:
        'For a user, a session that is not known to be one, or nobody; with events that have not been posted; from a room, the items named, categories and brands, or the whole catalogue. Items that are named and not in the catalogue are said in `warnings`.',
      tag: 'recommendations',
      body: postRecommendationsSchema,
      responses: {
        '200': { description: 'Best first.', schema: recommendationsSchema },
      },
      handle: async ({ body, log, requestId }) => ({
        status: 200,
        body: await service.recommend(askingOf(body, requestId), log),
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

function askingOf(query: RecommendationQuery, requestId: string): Asking {
  const { userId, sessionId, roomId, events, ...rest } = query;
  return {
    ...rest,
    userId: userId ?? null,
    sessionId: sessionId ?? null,
    roomId: roomId ?? null,
    events: viewerEvents(events),
    requestId,
  };
}

/** Those about an item, newest first. */
function viewerEvents(events: RecommendationQuery['events']): ViewerEvent[] {
  const ofItems = events.flatMap((event): ViewerEvent[] => {
    const { itemId, type, value = null, occurredAt } = event;
    if (itemId == null) return [];
    const reason = 'reason' in event ? (event.reason ?? null) : null;
    return [{ itemId, type, value, reason, occurredAt: Date.parse(occurredAt) / 1000 }];
  });
  return ofItems.sort((a, b) => b.occurredAt - a.occurredAt);
}
