import { bodyOf } from '../../models/sizing/measurements.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import {
  postSuggestionsSchema,
  reportParamsSchema,
  reportQuerySchema,
  type SizeQueryBody,
  sizeParamsSchema,
  sizeQuerySchema,
  sizeReportSchema,
  suggestionSchema,
  suggestionsSchema,
} from './sizes-schema.ts';
import type { SizeProblem, SizeQuery, SizesService } from './sizes-service.ts';

/** Which size fits, and how an item's sizes turn out. */
export function sizesRoutes(service: SizesService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/users/{userId}/items/{itemId}/size',
      operationId: 'suggestSize',
      summary: 'Which size of an item to take',
      description:
        "The size to take, in stock, with the chance that it is the one to be kept and the chance that it fits; from the user's measurements, what they kept and sent back, and how the item runs. Where too little is known, no size is named, and `abstained` says what would help. A piece that was sent back counts from the next request on.",
      tag: 'sizes',
      params: sizeParamsSchema,
      query: sizeQuerySchema,
      responses: { 200: { description: 'The suggestion.', schema: suggestionSchema } },
      handle: async ({ params: { userId, itemId }, query: { label } }) => {
        const query = { userId, itemId, body: {}, label: label ?? null };
        const [answer] = await service.suggest([query]);
        if (answer === undefined || 'code' in answer) throw errorOf(answer, itemId);
        return { status: 200, body: answer };
      },
    }),
    route({
      method: 'post',
      path: '/v1/size-suggestions',
      operationId: 'suggestSizes',
      summary: 'Which sizes to take, up to 200 at once',
      description:
        'Each for a user, or for a guest with measurements, in centimetres and kilograms or inches and pounds. One that cannot be answered does not cost the others: it has an `error`.',
      tag: 'sizes',
      body: postSuggestionsSchema,
      responses: { 200: { description: 'One a query, in order.', schema: suggestionsSchema } },
      handle: async ({ body: { queries } }) => {
        const answers = await service.suggest(queries.map(queryOf));
        const suggestions = answers.map((answer, n) => {
          if (!('code' in answer)) return answer;
          const { userId, itemId = '' } = queries[n] ?? {};
          const { code, message } = answer;
          return { userId: userId ?? null, itemId, error: { code, message } };
        });
        return { status: 200, body: { suggestions } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/items/{itemId}/size-report',
      operationId: 'sizeReport',
      summary: "How an item's sizes turn out, sell and are stocked",
      description:
        'For buyers and hosts: how the item runs, with an interval; how much of each size comes back and why; and the share of each size in the demand against its share in the stock.',
      tag: 'sizes',
      params: reportParamsSchema,
      query: reportQuerySchema,
      responses: { 200: { description: 'The report.', schema: sizeReportSchema } },
      handle: async ({ params: { itemId }, query: { days } }) => ({
        status: 200,
        body: await service.report(itemId, days),
      }),
    }),
  ];
}

function queryOf({ userId, itemId, label, measurements }: SizeQueryBody): SizeQuery {
  const body = measurements ? bodyOf(measurements) : {};
  return { userId: userId ?? null, itemId, body, label: label ?? null };
}

function errorOf(problem: SizeProblem | undefined, itemId: string): Error {
  if (problem?.code !== 'unknown_label') {
    return new NotFoundError(problem?.message ?? `item ${itemId} is not in the catalogue`);
  }
  const { code, message } = problem;
  return new InvalidInputError('the request is not valid', [
    { path: 'query.label', code, message },
  ]);
}
