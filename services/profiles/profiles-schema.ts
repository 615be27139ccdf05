import { z } from 'zod';
import { rfmGroups, tiers } from '../../models/segmentation/tiers.ts';
import { churnBands } from '../../models/segmentation/value/churn-band.ts';
import { idSchema, limitSchema } from '../http/schemas.ts';
import { tagSchema } from '../tags/tags-schema.ts';

export const profileParamsSchema = z.strictObject({ userId: idSchema });
export const profileQuerySchema = z.strictObject({
  tags: limitSchema(200, 20).meta({ description: 'How many tags at most.' }),
});

const count = z.int();
const score = z.int().min(1).max(5).nullable();
const known = z.number().nullable();

const detailsSchema = z
  .strictObject({
    birthYear: known,
    gender: z.enum(['female', 'male', 'other']).nullable(),
    cityTier: known,
    channel: z.string().nullable(),
    heightCm: known,
    weightKg: known,
    bustCm: known,
    waistCm: known,
    hipCm: known,
    bodyType: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserDetails', description: 'As `PUT /v1/users` has told.' });

const wordsSchema = z.strictObject({ zh: z.string(), en: z.string() }).nullable();

const tierSchema = z
  .strictObject({
    tier: z.enum(tiers),
    name: wordsSchema,
    treatment: wordsSchema.meta({
      description: 'What the rules recommend for the tier, in Chinese and English.',
    }),
    group: z.enum(rfmGroups).meta({ description: 'One of the finer names.' }),
    groupName: wordsSchema,
    groupTreatment: wordsSchema.meta({ description: 'The same for the finer one.' }),
    scores: z.strictObject({ recency: score, frequency: score, monetary: score }).meta({
      description: 'From 1 to 5; null: no order in the window.',
    }),
    recencyDays: count.nullable().meta({
      description: 'Whole days since the last order; null: none.',
    }),
    frequency: count.meta({ description: 'Orders in the window.' }),
    monetary: z.number().meta({ description: 'Their money, less what came back.' }),
    firstOrderAt: z.iso.datetime().nullable(),
    lastOrderAt: z.iso.datetime().nullable(),
    previousTier: z.enum(tiers).nullable(),
    tierSince: z.iso.datetime(),
    computedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserTier' });

const aheadSchema = z.strictObject({
  days30: z.number(),
  days90: z.number(),
  days365: z.number(),
});

const valueSchema = z
  .strictObject({
    probabilityAlive: z.number().min(0).max(1),
    churnBand: z.enum(churnBands),
    expectedOrders: aheadSchema,
    expectedSpend: aheadSchema,
    modelVersion: z.string(),
    computedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserValue' });

const sizesSchema = z
  .strictObject({
    category: z.string(),
    usual: z.string().nullable().meta({
      description: 'The size that was kept most often; null: none was kept.',
    }),
    sizes: z.array(
      z.strictObject({ label: z.string(), kept: count, tooSmall: count, tooLarge: count }),
    ),
  })
  .meta({ id: 'UserSizes', description: 'Pieces by size, in one category.' });

export const userProfileSchema = z
  .strictObject({
    userId: z.string(),
    profile: detailsSchema.nullable().meta({
      description: 'Null: the user is known by what they did alone.',
    }),
    personalised: z.boolean(),
    marketingConsent: z.boolean(),
    reason: z.enum(['not_personalised', 'forgetting']).nullable().meta({
      description:
        'Why nothing derived is here: the switch is off, or a deletion that the user asked for waits for the next run of `build-features`. Null: nothing is left out.',
    }),
    tier: tierSchema.nullable().meta({ description: 'Null: none has been computed.' }),
    value: valueSchema.nullable().meta({ description: 'Null: none has been computed.' }),
    tags: z.array(tagSchema).meta({ description: 'The highest weight first.' }),
    sizes: z.array(sizesSchema),
  })
  .meta({ id: 'UserProfile' });
export type UserProfile = z.infer<typeof userProfileSchema>;
