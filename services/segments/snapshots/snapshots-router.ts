import { type Route, route } from '../../http/route.ts';
import { segmentParamsSchema } from '../segments-schema.ts';
import {
  snapshotListSchema,
  snapshotMembersQuerySchema,
  snapshotMembersSchema,
  snapshotParamsSchema,
  snapshotSchema,
  snapshotsQuerySchema,
} from './snapshots-schema.ts';
import type { SnapshotsService } from './snapshots-service.ts';

const tag = 'segments';

/** `/v1/segments/{segmentId}/snapshots`. */
export function snapshotsRoutes(snapshots: SnapshotsService): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/segments/{segmentId}/snapshots',
      operationId: 'takeSnapshot',
      summary: 'Freeze a segment',
      description:
        'Keeps who is in it at this moment, under the next number, and says how many joined and left since the snapshot before. Two at once come one after the other. Only changes are stored.',
      tag,
      params: segmentParamsSchema,
      responses: { 201: { description: 'It is kept', schema: snapshotSchema } },
      handle: async ({ params }) => {
        const snapshot = await snapshots.take(params.segmentId);
        const path = `/v1/segments/${encodeURIComponent(params.segmentId)}/snapshots`;
        const headers = { Location: `${path}/${snapshot.snapshot}` };
        return { status: 201, headers, body: snapshot };
      },
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/snapshots',
      operationId: 'listSnapshots',
      summary: 'The snapshots of a segment',
      tag,
      params: segmentParamsSchema,
      query: snapshotsQuerySchema,
      responses: { 200: { description: 'A page of them', schema: snapshotListSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await snapshots.list(params.segmentId, query.limit, query.cursor),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/snapshots/{snapshot}',
      operationId: 'getSnapshot',
      summary: 'A snapshot',
      tag,
      params: snapshotParamsSchema,
      responses: { 200: { description: 'Its counts', schema: snapshotSchema } },
      handle: async ({ params }) => ({
        status: 200,
        body: await snapshots.get(params.segmentId, params.snapshot),
      }),
    }),
    ...(['members', 'joined', 'left'] as const).map((part) =>
      route({
        method: 'get',
        path: `/v1/segments/{segmentId}/snapshots/{snapshot}/${part}`,
        operationId: `snapshot${part.charAt(0).toUpperCase()}${part.slice(1)}`,
        ...described[part],
        tag,
        params: snapshotParamsSchema,
        query: snapshotMembersQuerySchema,
        responses: { 200: { description: 'A page of them', schema: snapshotMembersSchema } },
        handle: async ({ params, query }) => ({
          status: 200,
          body: await snapshots.members(params.segmentId, params.snapshot, part, query),
        }),
      }),
    ),
  ];
}

const frozen =
  'A page in the order of the ids. It does not change, but for those who must not be named any more.';

const described = {
  members: { summary: 'Who is in a snapshot', description: frozen },
  joined: { summary: 'Who is in a snapshot and not in the one before', description: frozen },
  left: { summary: 'Who is in the snapshot before and not in this one', description: frozen },
} as const;
