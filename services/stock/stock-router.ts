import { type Route, route } from '../http/route.ts';
import {
  patchStockSchema,
  patchStocksSchema,
  skuParamsSchema,
  stockOutcomeSchema,
  stockOutcomesSchema,
} from './stock-schema.ts';
import type { StockService } from './stock-service.ts';

/** `PATCH /v1/skus/stock` and `PATCH /v1/skus/{skuId}/stock`. */
export function stockRoutes(stock: StockService): Route[] {
  return [
    route({
      method: 'patch',
      path: '/v1/skus/stock',
      operationId: 'patchStocks',
      summary: 'Set the stock of up to 1,000 SKUs',
      description:
        'Each by itself: one that is ignored or not known does not cost the others, and `results` says what became of each. A SKU that is given twice gets the level with the higher sequence number. See also `PATCH /v1/skus/{skuId}/stock`.',
      tag: 'catalogue',
      body: patchStocksSchema,
      responses: { 200: { description: 'What became of each', schema: stockOutcomesSchema } },
      handle: async ({ body }) => ({ status: 200, body: await stock.setMany(body.stocks) }),
    }),
    route({
      method: 'patch',
      path: '/v1/skus/{skuId}/stock',
      operationId: 'patchStock',
      summary: 'Set the stock of a SKU',
      description:
        'The number of pieces, with a sequence number that grows with every change. What comes with the number of what holds, or a lower one, is late or was sent before, and is ignored: `applied` is false and the answer says what holds. `PUT /v1/skus` sets stock without a number: its stock holds until the next higher number, and the number stays as it was, so that what was late before is late after it too.',
      tag: 'catalogue',
      params: skuParamsSchema,
      body: patchStockSchema,
      responses: { 200: { description: 'What holds now', schema: stockOutcomeSchema } },
      handle: async ({ params, body }) => ({
        status: 200,
        body: await stock.set({ skuId: params.skuId, ...body }),
      }),
    }),
  ];
}
