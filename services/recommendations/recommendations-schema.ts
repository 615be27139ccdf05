import { z } from 'zod';
import { idSchema, limitSchema } from '../http/schemas.ts';

export const userParamsSchema = z.strictObject({ userId: idSchema });
export const itemParamsSchema = z.strictObject({ itemId: idSchema });
export const limitQuerySchema = z.strictObject({ limit: limitSchema(200, 20) });

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
      ])
      .meta({
        description: 'What the viewer did with `itemId`, or what is so of the item itself.',
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
  price: z.number().nullable().meta({ description: "The SKU's, else the item's." }),
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
      'category',
      'newest',
    ])
    .meta({
      description:
        "The kind of model; `content`: an item newer than the model, by what the catalogue says of it; `profile`: the user's profile, before anything was done; or the list that filled up what those left.",
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

export const userRecommendationsSchema = z
  .strictObject({
    userId: z.string(),
    ...answerFields,
    personalised: z
      .boolean()
      .meta({ description: "Whether the order comes from the user's own behaviour or profile." }),
    items: z.array(z.strictObject({ ...itemFields, reasons: z.array(reasonSchema) })),
  })
  .meta({ id: 'UserRecommendations' });
export type UserRecommendations = z.infer<typeof userRecommendationsSchema>;

export const similarItemsSchema = z
  .strictObject({
    itemId: z.string(),
    ...answerFields,
    items: z.array(z.strictObject(itemFields)),
  })
  .meta({ id: 'SimilarItems' });
export type SimilarItems = z.infer<typeof similarItemsSchema>;

export type DegradedReason = NonNullable<UserRecommendations['degradedReason']>;
