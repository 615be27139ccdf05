import { z } from 'zod';
import { idSchema, limitSchema, textSchema } from '../http/schemas.ts';
import { tagKinds } from './tag-kinds.ts';

export const userParamsSchema = z.strictObject({ userId: idSchema });
export const tagParamsSchema = z.strictObject({ userId: idSchema, tag: textSchema(100).min(1) });
export const tagsQuerySchema = z.strictObject({ limit: limitSchema(1000, 200) });
export const tagValueQuerySchema = z.strictObject({
  value: textSchema(200)
    .min(1)
    .optional()
    .meta({ description: 'Left out: all values of the tag, those to come too.' }),
});

const count = z.int().min(0);

const kindNames = tagKinds.map(({ tag }) => `\`${tag}\``).join(', ');

export const tagSchema = z
  .strictObject({
    tag: z.string().meta({ description: `The kind: ${kindNames}.` }),
    value: z.string(),
    weight: z.number().meta({
      description:
        "Of interests the sum of the events' weights, each less by its age: a click of today is 1, a purchase 10; of habits the number of events, likewise. Both stand from 1.5 on. Of `size_returns` and `live_watching` the pieces and events that the share was made from, likewise. 0: only the profile says so.",
    }),
    share: z.number().min(0).max(1).nullable().meta({
      description:
        'Of `size_returns` and `live_watching` the share that the tag is made from; of others, of the weight of all tags of the kind.',
    }),
    evidenceCount: count.meta({
      description: 'Events that speak for it; of a share, what it is a share of.',
    }),
    lastEvidenceAt: z.string().nullable(),
    evidence: z.strictObject({
      clicks: count,
      views: count,
      likes: count,
      comments: count,
      shares: count,
      follows: count,
      carts: count,
      purchases: count,
      against: count.meta({ description: 'Short views, what was taken out of the cart, returns.' }),
    }),
    shareOf: z
      .strictObject({
        counted: count,
        outOf: count,
        shop: z.number().nullable().meta({ description: 'The same share of all users.' }),
      })
      .nullable()
      .meta({
        description:
          'Of `size_returns`: pieces that came back for their size, of all pieces bought. Of `live_watching`: events in live rooms, of all. Null: the tag is not a share.',
      }),
    why: z.string().meta({ description: 'To show, in English; the same as `reasons.en`.' }),
    reasons: z.strictObject({ zh: z.string(), en: z.string() }).meta({
      description: 'To show, in Chinese and English.',
    }),
  })
  .meta({ id: 'Tag' });
export type Tag = z.infer<typeof tagSchema>;

export const userTagsSchema = z
  .strictObject({
    userId: z.string(),
    personalised: z.boolean().meta({ description: 'False: the user has no tags.' }),
    tags: z.array(tagSchema).meta({ description: 'The highest weight first.' }),
    removed: z
      .array(
        z.strictObject({
          tag: z.string(),
          value: z.string().nullable().meta({ description: 'Null: all values.' }),
          removedAt: z.string(),
        }),
      )
      .meta({ description: 'What is not built and not used for this user.' }),
  })
  .meta({ id: 'UserTags' });
export type UserTags = z.infer<typeof userTagsSchema>;

export const removedTagSchema = z.strictObject({
  userId: z.string(),
  tag: z.string(),
  value: z.string().nullable(),
  removed: count.meta({ description: 'How many values with any evidence there were.' }),
});
export type RemovedTag = z.infer<typeof removedTagSchema>;
