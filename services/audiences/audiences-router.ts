import { type Route, route } from '../http/route.ts';
import {
  audienceParamsSchema,
  audienceQuerySchema,
  audienceSchema,
  lookalikeBodySchema,
  lookalikeSchema,
} from './audience-schema.ts';
import type { AudienceService } from './audience-service.ts';
import type { LookalikeService } from './lookalike-service.ts';

/** `GET /v1/rooms/{roomId}/audience` and `POST /v1/segments/lookalike`. */
export function audiencesRoutes(audiences: AudienceService, lookalikes: LookalikeService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/rooms/{roomId}/audience',
      operationId: 'roomAudience',
      summary: 'Whom to invite to a room',
      description:
        'The users most likely to buy from the shelf, by the model that recommends, turned round: what it says of a user and all that can be bought there, less the longer the user has not been seen. Only users who have consented to marketing, unless asked otherwise; nobody whose `personalised` switch is off, and nobody by what they wanted forgotten.',
      tag: 'rooms',
      params: audienceParamsSchema,
      query: audienceQuerySchema,
      responses: { 200: { description: 'The most likely first', schema: audienceSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await audiences.audience(params.roomId, query),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/segments/lookalike',
      operationId: 'lookalike',
      summary: 'Users like those of a segment',
      description:
        'The users nearest to some, who may be of several tastes, in the space of the model; those themselves are left out. The result can be saved as a static segment.',
      tag: 'segments',
      body: lookalikeBodySchema,
      responses: { 200: { description: 'The most alike first', schema: lookalikeSchema } },
      handle: async ({ body }) => ({ status: 200, body: await lookalikes.lookalike(body) }),
    }),
  ];
}
