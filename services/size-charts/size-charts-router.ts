import { type Route, route } from '../http/route.ts';
import {
  chartParamsSchema,
  deletedChartSchema,
  putSizeChartsResultSchema,
  putSizeChartsSchema,
  sizeChartsQuerySchema,
  sizeChartsSchema,
} from './size-charts-schema.ts';
import type { SizeChartsService } from './size-charts-service.ts';

/** `PUT`, `GET /v1/size-charts` and `DELETE /v1/size-charts/{chartId}`. */
export function sizeChartsRoutes(charts: SizeChartsService): Route[] {
  return [
    route({
      method: 'put',
      path: '/v1/size-charts',
      operationId: 'putSizeCharts',
      summary: "Create or replace up to 100 brands' own tables of sizes",
      description:
        "Which bodies each label of a brand is made for, by category and by whom the items are for; a chart of the same brand, category path and audience is replaced as a whole. All or none: everything that is wrong is named at its place. Ranges are in cm and kg or in inches and pounds; they may touch and not overlap (those of height and weight may, where there are others). From the next request on the brand's labels are understood by it. See docs/sizes.md.",
      tag: 'catalogue',
      body: putSizeChartsSchema,
      responses: { 200: { description: 'All are stored', schema: putSizeChartsResultSchema } },
      handle: async ({ body }) => ({ status: 200, body: await charts.put(body.charts) }),
    }),
    route({
      method: 'get',
      path: '/v1/size-charts',
      operationId: 'getSizeCharts',
      summary: "Brands' own tables of sizes",
      tag: 'catalogue',
      query: sizeChartsQuerySchema,
      responses: { 200: { description: 'A page of them', schema: sizeChartsSchema } },
      handle: async ({ query }) => ({ status: 200, body: await charts.list(query) }),
    }),
    route({
      method: 'delete',
      path: '/v1/size-charts/{chartId}',
      operationId: 'deleteSizeChart',
      summary: "Delete a brand's table of sizes",
      description: "The brand's labels are understood without it from the next request on.",
      tag: 'catalogue',
      params: chartParamsSchema,
      responses: { 200: { description: 'It is gone', schema: deletedChartSchema } },
      handle: async ({ params }) => ({ status: 200, body: await charts.delete(params.chartId) }),
    }),
  ];
}
