import { type Route, route } from '../../http/route.ts';
import { segmentParamsSchema } from '../segments-schema.ts';
import { exportQuerySchema } from './segment-exports-schema.ts';
import type { SegmentExportsService } from './segment-exports-service.ts';

/** `GET /v1/segments/{segmentId}/export`. */
export function segmentExportsRoutes(exports: SegmentExportsService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/export',
      operationId: 'exportSegment',
      summary: 'The whole list of a segment, as a file',
      description:
        'Streamed from the database, of any length, in the order of the user ids, without the share that is held out. The file is whole when the answer ends as HTTP says that it does (the last chunk; of gzip its end, too); when anything fails in the middle the connection is broken, and `cursor` with the user id of the last whole line goes on after it. Lists of static segments and snapshots go on as they were; of dynamic ones those come whom the rule holds at that moment. A process does a few exports, uploads and snapshots at once; further ones get 503 with `Retry-After`.',
      tag: 'segments',
      params: segmentParamsSchema,
      query: exportQuerySchema,
      responses: {
        200: {
          description: 'A row a user',
          files: {
            'text/csv':
              'RFC 4180 but for line ends, which are LF; UTF-8. Missing values are empty.',
            'application/x-ndjson': 'A JSON object a line; UTF-8. Missing values are null.',
            'application/gzip': 'One of these as a gzip file.',
          },
        },
      },
      handle: ({ params, query }) => exports.open(params.segmentId, query),
    }),
  ];
}
