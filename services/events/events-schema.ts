import { z } from 'zod';
import { idSchema, moneySchema, textSchema, timestampSchema } from '../http/schemas.ts';

const scalarSchema = z.union([textSchema(1000), z.number(), z.boolean(), z.null()], {
  error: 'expected a text, a number, true, false or null',
});

const nameSchema = textSchema(100).min(1);

const mostProperties = 32;

const fewProperties = {
  error: `expected at most ${mostProperties} names`,
};

const few = (object: object) => Object.keys(object).length <= mostProperties;

/** Whatever else the caller knows of an event: scalars, lists and one level of objects of them. */
const propertiesSchema = z
  .record(
    nameSchema,
    z.union(
      [
        scalarSchema,
        z.array(scalarSchema).max(100),
        z.record(nameSchema, scalarSchema).refine(few, fewProperties),
      ],
      { error: 'expected a scalar, or a list or an object of scalars' },
    ),
  )
  .refine(few, fewProperties)
  .refine((properties) => JSON.stringify(properties).length <= 4096, {
    error: 'expected at most 4,096 characters of JSON',
  })
  .nullish()
  .meta({
    description: `At most ${mostProperties} names, two levels, 4,096 characters of JSON.`,
  });

const common = {
  eventId: idSchema.meta({
    description: 'Made by the client, once an event: sent again it counts once.',
  }),
  userId: idSchema.nullish().meta({ description: 'userId or sessionId is needed.' }),
  sessionId: idSchema.nullish(),
  roomId: idSchema.nullish(),
  occurredAt: timestampSchema.meta({
    description: "From 2000-01-01 to one day ahead of the service's clock; kept in milliseconds.",
  }),
  properties: propertiesSchema,
};

const ofItem = { itemId: idSchema, skuId: idSchema.nullish() };

const maybeOfItem = { itemId: idSchema.nullish(), skuId: idSchema.nullish() };

const value = z.number().nullish();

const quantity = z.int().min(1).max(100_000);

const orderLine = {
  quantity: quantity.default(1),
  unitPrice: moneySchema
    .nullish()
    .meta({ description: 'Left out: the order counts, and adds nothing to spend.' }),
  orderId: idSchema.nullish(),
};

const byFeeling = z.strictObject({
  ...common,
  ...ofItem,
  type: z.enum(['impression', 'click', 'like']),
  value,
});

const view = z.strictObject({
  ...common,
  ...ofItem,
  type: z.literal('view'),
  value: z.number().min(0).max(86_400_000).nullish().meta({ description: 'Dwell, milliseconds.' }),
});

const cart = z.strictObject({
  ...common,
  ...ofItem,
  type: z.enum(['cart', 'uncart']),
  value,
  quantity: quantity.nullish(),
  unitPrice: moneySchema.nullish(),
});

const purchase = z.strictObject({
  ...common,
  ...ofItem,
  ...orderLine,
  type: z.literal('purchase').meta({ description: 'One line of an order.' }),
  value,
});

const returned = z.strictObject({
  ...common,
  ...ofItem,
  ...orderLine,
  type: z.literal('return'),
  reason: z.enum(['too_small', 'too_large', 'quality', 'not_as_described', 'other']).nullish(),
  value,
});

const said = z.strictObject({
  ...common,
  ...maybeOfItem,
  type: z
    .enum(['comment', 'share'])
    .meta({ description: 'Of an item or of a room: itemId or roomId is needed.' }),
  value,
});

const follow = z.strictObject({
  ...common,
  ...maybeOfItem,
  type: z
    .literal('follow')
    .meta({ description: 'Of a host: roomId, or hostId in properties, is needed.' }),
  value,
});

const types = [
  ...byFeeling.shape.type.options,
  'view',
  ...cart.shape.type.options,
  'purchase',
  'return',
  ...said.shape.type.options,
  'follow',
];

/** One event, checked by its type. The time window is the service's to check: it has the clock. */
export const eventSchema = z
  .discriminatedUnion('type', [byFeeling, view, cart, purchase, returned, said, follow], {
    error: ({ code }) =>
      code === 'invalid_union' ? `expected one of ${types.join(', ')}` : 'expected an event',
  })
  .superRefine((event, context) => {
    const missing = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code: 'missing' } });
    if (event.userId == null && event.sessionId == null) {
      missing('userId', 'expected userId or sessionId');
    }
    if (event.skuId != null && event.itemId == null) {
      missing('itemId', 'expected the itemId of the skuId');
    }
    if (event.type === 'follow') {
      if (event.roomId == null && typeof event.properties?.hostId !== 'string') {
        missing('roomId', 'expected roomId, or hostId in properties');
      }
    } else if (event.itemId == null && event.roomId == null) {
      missing('itemId', 'expected itemId or roomId');
    }
  })
  .meta({ id: 'Event' });

export type Event = z.infer<typeof eventSchema>;

/** What is asked of the body as a whole; its events are checked one by one. */
export const eventsEnvelopeSchema = z.strictObject({
  events: z.array(z.unknown()).min(1).max(1000),
});

export const postEventsSchema = z.strictObject({ events: z.array(eventSchema).min(1).max(1000) });

const rejectionSchema = z.object({
  index: z.int().meta({ description: 'Place in the list that was sent, from 0.' }),
  eventId: z.string().nullable().meta({ description: 'Null where there was none to read.' }),
  path: z.string().meta({ description: 'Such as events[3].occurredAt.' }),
  code: z.string(),
  message: z.string(),
});

export type Rejection = z.infer<typeof rejectionSchema>;

export const ingestResultSchema = z.object({
  accepted: z.int().meta({ description: 'Stored now, durably.' }),
  duplicates: z.int().meta({ description: 'Stored before under the same id; nothing changed.' }),
  rejected: z.array(rejectionSchema).meta({
    description: 'What is wrong with the others: an entry for each offending field.',
  }),
});

export type IngestResult = z.infer<typeof ingestResultSchema>;
