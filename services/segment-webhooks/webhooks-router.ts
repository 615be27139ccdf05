import { type Route, route } from '../http/route.ts';
import {
  deadLetterParamsSchema,
  deadLettersQuerySchema,
  deadLettersSchema,
  putWebhookSchema,
  webhookListSchema,
  webhookParamsSchema,
  webhookSchema,
  webhooksParamsSchema,
  writtenWebhookSchema,
} from './webhooks-schema.ts';
import type { WebhooksService } from './webhooks-service.ts';

const tag = 'segments';
const one = '/v1/segments/{segmentId}/webhooks/{webhookId}';

/** `/v1/segments/{id}/webhooks`. */
export function webhooksRoutes(webhooks: WebhooksService): Route[] {
  return [...webhookRoutes(webhooks), ...deadLetterRoutes(webhooks)];
}

function webhookRoutes(webhooks: WebhooksService): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/segments/{segmentId}/webhooks',
      operationId: 'listSegmentWebhooks',
      summary: 'Who is told when users enter and leave a segment',
      tag,
      params: webhooksParamsSchema,
      responses: { 200: { description: 'All of them', schema: webhookListSchema } },
      handle: async ({ params }) => ({
        status: 200,
        body: { webhooks: await webhooks.list(params.segmentId) },
      }),
    }),
    route({
      method: 'get',
      path: one,
      operationId: 'getSegmentWebhook',
      summary: 'A webhook, and how it is doing',
      tag,
      params: webhookParamsSchema,
      responses: { 200: { description: 'What it is', schema: webhookSchema } },
      handle: async ({ params }) => ({
        status: 200,
        body: await webhooks.get(params.segmentId, params.webhookId),
      }),
    }),
    route({
      method: 'put',
      path: one,
      operationId: 'putSegmentWebhook',
      summary: 'Make or replace a webhook',
      description:
        'It is told of every computation of a dynamic segment from now on: who entered and who left, in signed batches, in order, at least once. Private addresses are refused.',
      tag,
      params: webhookParamsSchema,
      body: putWebhookSchema,
      responses: {
        200: { description: 'It is so now', schema: writtenWebhookSchema },
        201: { description: 'It was made', schema: writtenWebhookSchema },
      },
      handle: async ({ params, body }) => {
        const { segmentId, webhookId } = params;
        const { created, webhook } = await webhooks.put(segmentId, webhookId, body);
        return { status: created ? 201 : 200, body: webhook };
      },
    }),
    route({
      method: 'delete',
      path: one,
      operationId: 'deleteSegmentWebhook',
      summary: 'Delete a webhook',
      description: 'With what waits for it and what was given up.',
      tag,
      params: webhookParamsSchema,
      responses: { 204: { description: 'It is gone' } },
      handle: async ({ params }) => {
        await webhooks.delete(params.segmentId, params.webhookId);
        return { status: 204 };
      },
    }),
  ];
}

function deadLetterRoutes(webhooks: WebhooksService): Route[] {
  return [
    route({
      method: 'get',
      path: `${one}/dead-letters`,
      operationId: 'listSegmentDeadLetters',
      summary: 'What a webhook would not take',
      tag,
      params: webhookParamsSchema,
      query: deadLettersQuerySchema,
      responses: { 200: { description: 'A page of them', schema: deadLettersSchema } },
      handle: async ({ params, query }) => ({
        status: 200,
        body: await webhooks.deadLetters(
          ...([params.segmentId, params.webhookId, query.limit, query.cursor] as const),
        ),
      }),
    }),
    route({
      method: 'post',
      path: `${one}/dead-letters/{deliveryId}/resend`,
      operationId: 'resendSegmentDeadLetter',
      summary: 'Send again what was given up',
      description:
        'With the same delivery id, behind what waits, without what is so no more: entered are those who are members still, exited those who are not.',
      tag,
      params: deadLetterParamsSchema,
      responses: { 202: { description: 'It waits to be sent' } },
      handle: async ({ params }) => {
        await webhooks.resend(params.segmentId, params.webhookId, params.deliveryId);
        return { status: 202 };
      },
    }),
  ];
}
