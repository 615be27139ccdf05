import { z } from 'zod';
import { eventSchema } from '../events/events-schema.ts';
import { idSchema, limitSchema, moneySchema, textSchema } from '../http/schemas.ts';

export const userParamsSchema = z.strictObject({ userId: idSchema });
export const itemParamsSchema = z.strictObject({ itemId: idSchema });
export const limitQuerySchema = z.strictObject({ limit: limitSchema(200, 20) });
export const userQuerySchema = z.strictObject({
  limit: limitSchema(200, 20),
  roomId: idSchema.optional().meta({ description: "Only of this room's shelf." }),
});

const few = (what: string) => z.array(what === 'item' ? idSchema : textSchema(200).min(1)).min(1);

const filterSchema = z.strictObject({
  itemIds: few('item').max(1_000).optional(),
  categories: few('category')
    .max(50)
    .optional()
    .meta({ description: "Any category of an item's path." }),
  brands: few('brand').max(50).optional(),
});

/** A question with everything that can be asked. */
export const postRecommendationsSchema = z
  .strictObject({
    userId: idSchema.nullish(),
    sessionId: idSchema.nullish().meta({
      description: 'Of a viewer who is not known: its stored events count. Not with `userId`.',
    }),
    events: z
      .array(eventSchema)
      .max(200)
      .default([])
      .meta({ description: 'What the viewer did that has not been posted. Not stored.' }),
    roomId: idSchema.nullish().meta({ description: 'Left out: the whole catalogue.' }),
    include: filterSchema.default({}).meta({ description: 'Only items that match all of it.' }),
    exclude: filterSchema.default({}).meta({ description: 'No item that matches any of it.' }),
    price: z
      .strictObject({ min: moneySchema.optional(), max: moneySchema.optional() })
      .refine(({ min = 0, max = Number.POSITIVE_INFINITY }) => min <= max, {
        path: ['max'],
        error: 'expected max not to be below min',
      })
      .default({})
      .meta({ description: 'Of the SKU, in the room where one is named.' }),
    onlyMySize: z
      .boolean()
      .default(false)
      .meta({ description: 'Only what is in stock in the size that the viewer usually takes.' }),
    limit: z.int().min(1).max(200).default(20),
    explain: z.boolean().default(true).meta({ description: 'Whether reasons are given.' }),
  })
  .refine(({ userId, sessionId }) => userId == null || sessionId == null, {
    path: ['sessionId'],
    error: 'expected userId or sessionId, not both',
  })
  .meta({ id: 'RecommendationQuery' });
export type RecommendationQuery = z.infer<typeof postRecommendationsSchema>;

const reasonSchema = z
  .strictObject({
    code: z
      .enum([
        'viewed',
        'liked',
        'commented',
        'shared',
        'followed',
        'carted',
        'bought',
        'popular',
        'new',
        'profile',
        'room',
        'pinned',
        'size',
        'substitute',
      ])
      .meta({
        description:
          'What the viewer did with `itemId`, or what is so of the item itself; `size`: another than the usual, `substitute`: in the place of `itemId`, because of what is sold out.',
      }),
    text: z.string().meta({ description: 'To show, in English.' }),
    itemId: z.string().optional(),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof reasonSchema>;

const itemFields = {
  rank: z.int().min(1),
  itemId: z.string(),
  skuId: z.string().meta({ description: 'In stock at the time of the answer.' }),
  size: z.strictObject({ label: z.string().nullable() }),
  price: z
    .number()
    .nullable()
    .meta({ description: "The room's, else the SKU's, else the item's." }),
  score: z.number().meta({ description: 'Comparable among items of one source only.' }),
  source: z
    .enum([
      'popularity',
      'item-neighbours',
      'slim',
      'als',
      'spectral',
      'user-neighbours',
      'hybrid',
      'content',
      'profile',
      'segment',
      'category',
      'newest',
      'room',
      'asked',
      'exploration',
      'substitute',
    ])
    .meta({
      description:
        "The kind of model; `content`: an item newer than the model, by what the catalogue says of it; `profile`: the user's profile, before anything was done; `segment`: popular among people of the same gender and decade of birth; `room`: the host's order, what is liked in the room and in the shop; `asked`: an item that was asked for, of which nothing is known for this viewer; `exploration`: an item that few have seen; `substitute`: in the place of one that is sold out in the viewer's size; or the list that filled up what those left.",
    }),
};

const answerFields = {
  modelVersion: z.string().nullable().meta({ description: 'Null while no model is loaded.' }),
  degraded: z.boolean(),
  degradedReason: z
    .enum(['no_model', 'no_features', 'model_error', 'item_not_in_model'])
    .optional()
    .meta({ description: 'What was missing: a model, feature tables, the item in the model.' }),
};

const warningSchema = z
  .strictObject({
    code: z.enum(['unknown_item', 'unknown_size']),
    itemId: z.string().optional(),
    message: z.string(),
  })
  .meta({ id: 'RecommendationWarning' });
export type Warning = z.infer<typeof warningSchema>;

export const recommendationsSchema = z
  .strictObject({
    userId: z.string().nullable(),
    sessionId: z.string().nullable(),
    roomId: z.string().nullable(),
    roomState: z.enum(['upcoming', 'live', 'ended']).optional(),
    ...answerFields,
    variant: z.string().meta({ description: 'Which ranking policy made the order.' }),
    personalised: z
      .boolean()
      .meta({ description: "Whether the order comes from the viewer's own behaviour or profile." }),
    warnings: z.array(warningSchema),
    items: z.array(
      z.strictObject({
        ...itemFields,
        size: z.strictObject({
          label: z.string().nullable(),
          probability: z.number().min(0).max(1).nullable().meta({
            description:
              'That this size is the one to keep, by the model of sizes or by what was kept before; null: nothing.',
          }),
          confidence: z.enum(['high', 'medium']).nullable().meta({
            description:
              '`high`: sure enough to be chosen for the viewer beforehand; null: not by the model of sizes.',
          }),
        }),
        reasons: z.array(reasonSchema),
        substituteFor: z
          .string()
          .optional()
          .meta({ description: "The item that is sold out in the viewer's size." }),
      }),
    ),
  })
  .meta({ id: 'Recommendations' });
export type Recommendations = z.infer<typeof recommendationsSchema>;

export const similarItemsSchema = z
  .strictObject({
    itemId: z.string(),
    ...answerFields,
    items: z.array(z.strictObject(itemFields)),
  })
  .meta({ id: 'SimilarItems' });
export type SimilarItems = z.infer<typeof similarItemsSchema>;

export type DegradedReason = NonNullable<Recommendations['degradedReason']>;
