import { type Route, route } from '../http/route.ts';
import {
  countSchema,
  createSegmentSchema,
  documentedCreateSchema,
  documentedPreviewSchema,
  documentedPutSchema,
  fieldsSchema,
  membersQuerySchema,
  membersSchema,
  overlapBodySchema,
  overlapSchema,
  previewBodySchema,
  previewSchema,
  putSegmentSchema,
  segmentListSchema,
  segmentParamsSchema,
  segmentSchema,
  segmentsQuerySchema,
} from './segments-schema.ts';
import type { SegmentsService } from './segments-service.ts';

const tag = 'segments';

/** `/v1/segments`. */
export function segmentsRoutes(segments: SegmentsService): Route[] {
  return [...readingRoutes(segments), ...writingRoutes(segments), ...askingRoutes(segments)];
}

function readingRoutes(segments: SegmentsService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/segments/fields',
      operationId: 'segmentFields',
      summary: 'What a rule can ask for',
      description:
        'Every field with its type, its operators and a few values in this shop; what can be counted of events; rules to start from.',
      tag,
      responses: { 200: { description: 'All of them', schema: fieldsSchema } },
      handle: async () => ({ status: 200, body: await segments.fields() }),
    }),
    route({
      method: 'get',
      path: '/v1/segments',
      operationId: 'listSegments',
      summary: 'The segments',
      tag,
      query: segmentsQuerySchema,
      responses: { 200: { description: 'A page of them', schema: segmentListSchema } },
      handle: async ({ query }) => ({
        status: 200,
        body: await segments.list(query.limit, query.cursor),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}',
      operationId: 'getSegment',
      summary: 'A segment',
      tag,
      params: segmentParamsSchema,
      responses: { 200: { description: 'What it is', schema: segmentSchema } },
      handle: async ({ params }) => ({ status: 200, body: await segments.get(params.segmentId) }),
    }),
  ];
}

function writingRoutes(segments: SegmentsService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/segments',
      operationId: 'createSegment',
      summary: 'Make a segment',
      description:
        'Dynamic, by a rule, or static, by a list of ids that is uploaded to it. Every mistake in a rule is named with its path, a field that is not known with the nearest ones. A rule that leads back to its own segment is refused.',
      tag,
      body: createSegmentSchema,
      documentedBody: documentedCreateSchema,
      responses: { 201: { description: 'It is there', schema: segmentSchema } },
      handle: async ({ body }) => {
        const segment = await segments.create(body);
        const headers = { Location: `/v1/segments/${encodeURIComponent(segment.segmentId)}` };
        return { status: 201, headers, body: segment };
      },
    }),
    route({
      method: 'put',
      path: '/v1/segments/{segmentId}',
      operationId: 'putSegment',
      summary: 'Make or replace a segment',
      description:
        'What is left out is as it is by default. Its kind stays: a dynamic one cannot become static. The list of a static one stays.',
      tag,
      params: segmentParamsSchema,
      body: putSegmentSchema,
      documentedBody: documentedPutSchema,
      responses: {
        200: { description: 'It is so now', schema: segmentSchema },
        201: { description: 'It was made', schema: segmentSchema },
      },
      handle: async ({ params, body }) => {
        const { segment, created } = await segments.put(params.segmentId, body);
        return { status: created ? 201 : 200, body: segment };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/segments/{segmentId}',
      operationId: 'deleteSegment',
      summary: 'Delete a segment',
      description: 'With its list. Refused while the rule of another one names it.',
      tag,
      params: segmentParamsSchema,
      responses: { 204: { description: 'It is gone' } },
      handle: async ({ params }) => {
        await segments.delete(params.segmentId);
        return { status: 204 };
      },
    }),
  ];
}

function askingRoutes(segments: SegmentsService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/segments/preview',
      operationId: 'previewSegment',
      summary: 'Who a rule would hold',
      description:
        'Exact count and share, 20 of them, what they have spent, their tiers, and what the question cost. Nothing is kept. A question that takes too long is answered with 503 and what to narrow.',
      tag,
      body: previewBodySchema,
      documentedBody: documentedPreviewSchema,
      responses: { 200: { description: 'As of this moment', schema: previewSchema } },
      handle: async ({ body }) => ({ status: 200, body: await segments.preview(body.rule) }),
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/count',
      operationId: 'countSegment',
      summary: 'How many users a segment holds',
      description: 'Exact, as of this moment.',
      tag,
      params: segmentParamsSchema,
      responses: { 200: { description: 'As of this moment', schema: countSchema } },
      handle: async ({ params }) => ({ status: 200, body: await segments.count(params.segmentId) }),
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/members',
      operationId: 'segmentMembers',
      summary: 'Whom a segment holds',
      description:
        'A page in the order of the ids. Each page is of its own moment: nobody comes twice, and who joins or leaves meanwhile may or may not come. For whole lists there are exports, for frozen ones snapshots.',
      tag,
      params: segmentParamsSchema,
      query: membersQuerySchema,
      responses: { 200: { description: 'A page of them', schema: membersSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await segments.members(params.segmentId, query.limit, query.cursor),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/segments/overlap',
      operationId: 'segmentOverlap',
      summary: 'How much segments have in common',
      description: 'Exact counts of up to ten segments, of each two of them, and of all together.',
      tag,
      body: overlapBodySchema,
      responses: { 200: { description: 'As of one moment', schema: overlapSchema } },
      handle: async ({ body }) => ({ status: 200, body: await segments.overlap(body.segments) }),
    }),
  ];
}
