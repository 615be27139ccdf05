import { type Route, type RouteInput, route } from '../../http/route.ts';
import { segmentParamsSchema } from '../segments-schema.ts';
import { listBodySchema, listResultSchema, listUpload } from './segment-lists-schema.ts';
import type { GivenList, SegmentListsService } from './segment-lists-service.ts';

const report =
  'All or nothing. Ids that come twice count once; those that no user has are left out and reported, the first 100 with their line. A dynamic segment has no list: 409.';

/** `/v1/segments/{segmentId}/members`, of static segments. */
export function segmentListsRoutes(lists: SegmentListsService): Route[] {
  const shared = {
    tag: 'segments',
    params: segmentParamsSchema,
    body: listBodySchema,
    upload: listUpload,
    responses: { 200: { description: 'What became of the list', schema: listResultSchema } },
  };
  return [
    route({
      ...shared,
      method: 'put',
      path: '/v1/segments/{segmentId}/members',
      operationId: 'replaceSegmentList',
      summary: 'Replace the list of a static segment',
      description: `${report} A list of which no id is known is refused, and the old one stays.`,
      handle: async (input) => ({
        status: 200,
        body: await lists.change(input.params.segmentId, 'replace', listOf(input)),
      }),
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/segments/{segmentId}/members',
      operationId: 'appendSegmentList',
      summary: 'Add to the list of a static segment',
      description: report,
      handle: async (input) => ({
        status: 200,
        body: await lists.change(input.params.segmentId, 'append', listOf(input)),
      }),
    }),
    route({
      ...shared,
      method: 'post',
      path: '/v1/segments/{segmentId}/members/remove',
      operationId: 'removeFromSegmentList',
      summary: 'Take ids off the list of a static segment',
      description: report,
      handle: async (input) => ({
        status: 200,
        body: await lists.change(input.params.segmentId, 'remove', listOf(input)),
      }),
    }),
  ];
}

type Input = RouteInput<unknown, unknown, { readonly userIds: readonly string[] }>;

function listOf({ upload, body }: Input): GivenList {
  return upload === undefined ? { userIds: body.userIds } : { upload };
}
