import { z } from 'zod';
import { idSchema, limitSchema, textSchema } from '../http/schemas.ts';

export const webhooksParamsSchema = z.strictObject({ segmentId: idSchema });
export const webhookParamsSchema = z.strictObject({ segmentId: idSchema, webhookId: idSchema });
export const deadLetterParamsSchema = webhookParamsSchema.extend({ deliveryId: z.uuid() });

function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && `${username}${password}${hash}` === '';
}

const events = z
  .array(z.enum(['entered', 'exited']))
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'expected each event once' });

export const putWebhookSchema = z
  .strictObject({
    url: textSchema(2000)
      .refine(isTarget, {
        error: 'expected a URL of http or https, without a user, a password or a fragment',
      })
      .meta({ description: 'Where changes are posted to. Redirects are not followed.' }),
    events: events.default(['entered', 'exited']),
    active: z.boolean().default(true).meta({
      description: 'False: nothing is sent, and changes meanwhile are not kept for it.',
    }),
    batchSize: z.int().min(1).max(10_000).default(1000).meta({
      description: 'How many users a delivery names at most.',
    }),
    secret: z
      .string()
      .regex(/^[\x21-\x7e]{16,256}$/, 'expected 16 to 256 visible ASCII characters')
      .optional()
      .meta({
        description:
          'What deliveries are signed with. Left out: a new webhook gets one that the answer shows this once, another one keeps its own.',
      }),
  })
  .meta({ id: 'PutSegmentWebhook' });
export type PutWebhook = z.infer<typeof putWebhookSchema>;

const time = z.iso.datetime();
const count = z.int().min(0);

const webhookFields = {
  webhookId: z.string(),
  segmentId: z.string(),
  url: z.string(),
  events: z.array(z.enum(['entered', 'exited'])),
  active: z.boolean(),
  inactiveReason: z.string().nullable().meta({ description: 'Why the service set it inactive.' }),
  batchSize: z.int(),
  waiting: count.meta({ description: 'Deliveries that are to be sent.' }),
  deadLetters: count.meta({ description: 'Deliveries that were given up.' }),
  lastDeliveredAt: time.nullable(),
  lastError: z.string().nullable().meta({ description: 'Of the last attempt, if it failed.' }),
  createdAt: time,
  updatedAt: time,
};

export const webhookSchema = z.strictObject(webhookFields).meta({ id: 'SegmentWebhook' });
export type Webhook = z.infer<typeof webhookSchema>;

export const writtenWebhookSchema = z
  .strictObject({
    ...webhookFields,
    secret: z.string().optional().meta({ description: 'Of a new one that was given none.' }),
  })
  .meta({ id: 'WrittenSegmentWebhook' });

export const webhookListSchema = z.strictObject({ webhooks: z.array(webhookSchema) });

export const deadLettersQuerySchema = z.strictObject({
  limit: limitSchema(1000, 100),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'expected a nextCursor of an earlier answer')
    .transform(Number)
    .meta({ override: { type: 'string' } })
    .optional(),
});

export const deadLettersSchema = z
  .strictObject({
    deadLetters: z
      .array(
        z.strictObject({
          deliveryId: z.string(),
          computation: z.int(),
          evaluatedAt: time,
          entered: count.meta({ description: 'How many users it names.' }),
          exited: count,
          attempts: z.int(),
          lastError: z.string(),
          createdAt: time,
          diedAt: time,
        }),
      )
      .meta({ description: 'The oldest first. They are kept for 30 days.' }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SegmentDeadLetters' });
export type DeadLetters = z.infer<typeof deadLettersSchema>;
