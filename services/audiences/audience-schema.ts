import { z } from 'zod';
import { tiers } from '../../models/segmentation/tiers.ts';
import { idSchema, limitSchema, textSchema } from '../http/schemas.ts';
import { didYouMean } from '../nearest-names.ts';
import { reservedIds } from '../segments/reserved-ids.ts';

export const mostTiers = tiers.length;

/** Says of an unknown tier which may have been meant. */
const tierSchema = z.string().superRefine((name, context) => {
  if (tiers.some((tier) => tier === name)) return;
  const message = `expected one of ${tiers.join(', ')}, got ${JSON.stringify(name.slice(0, 40))}${didYouMean(name, tiers)}`;
  context.addIssue({ code: 'custom', message, params: { code: 'unknown_tier' } });
});

const tierListSchema = z
  .string()
  .max(200)
  .transform((text) => text.split(','))
  .pipe(z.array(tierSchema))
  .meta({
    override: { type: 'string' },
    description: `One tier or several, with commas between: ${tiers.join(', ')}.`,
  });

const consentSchema = z.enum(['required', 'any']).default('required').meta({
  description:
    'By default only users who have consented to marketing are named. `any` is for invitations that need none, such as one inside the app.',
});

const shareSchema = (what: string) =>
  z
    .string()
    .regex(/^(0|0?\.\d{1,6}|0\.\d{1,6})$/, 'expected a share from 0 to less than 1, like 0.1')
    .transform(Number)
    .meta({ override: { type: 'number', minimum: 0, exclusiveMaximum: 1 }, description: what });

export const audienceParamsSchema = z.strictObject({ roomId: idSchema });
export const audienceQuerySchema = z.strictObject({
  limit: limitSchema(1000, 100),
  segment: idSchema.optional().meta({ description: 'Only members of this segment.' }),
  tier: tierListSchema.optional(),
  consent: consentSchema,
  holdout: shareSchema(
    'This share of all users is kept out, to compare with. Always the same users for a seed.',
  ).optional(),
  seed: textSchema(200).min(1).optional().meta({
    description:
      "Of the holdout: whose `random_bucket` is below the share. The room's id, unless given.",
  }),
});
export type AudienceQuery = z.infer<typeof audienceQuerySchema>;

const bothLanguages = z.strictObject({ en: z.string(), zh: z.string() });

const reasonSchema = z.strictObject({
  code: z.enum(['history', 'likely', 'category']),
  text: bothLanguages,
  itemIds: z.array(z.string()).meta({ description: 'Items that are spoken of.' }),
});
export type AudienceReason = z.infer<typeof reasonSchema>;

const degradedReasons = ['no_model', 'off', 'building', 'failed'] as const;

export const audienceSchema = z
  .strictObject({
    roomId: z.string(),
    modelVersion: z.string().nullable(),
    computedAt: z.string().nullable().meta({
      description: 'What users did up to then counts. Who may be named is of now.',
    }),
    degraded: z.boolean(),
    degradedReason: z.enum(degradedReasons).optional().meta({
      description:
        "Then users are in the order of what they did in the shelf's categories, by their tags: there is no model; this process keeps no users; they are being read; they could not be read.",
    }),
    shelf: z.strictObject({
      items: z.int().meta({ description: 'Of all.' }),
      sellable: z.int().meta({ description: 'In stock and not hidden: those that count.' }),
      known: z.int().meta({ description: 'Of these the model says something of.' }),
    }),
    indexed: z.int().meta({ description: 'Users whom the model says something of.' }),
    segmentId: z.string().nullable(),
    tiers: z.array(z.string()).nullable(),
    consent: z.enum(['required', 'any']),
    holdout: z
      .strictObject({
        share: z.number(),
        seed: z.string(),
        users: z.int().meta({ description: 'Who would have been named here.' }),
      })
      .nullable(),
    users: z.array(
      z.strictObject({
        rank: z.int().min(1),
        userId: z.string(),
        score: z.number().meta({
          description:
            'How many times as much is to be expected of this user as of the average one. Of a degraded answer: the weight of the tags.',
        }),
        tier: z.string().nullable(),
        items: z
          .array(
            z.strictObject({
              itemId: z.string(),
              title: z.string(),
              interest: z.number().meta({ description: 'In standard deviations of the model.' }),
            }),
          )
          .meta({ description: 'Of the shelf the best for this user, the best first.' }),
        reasons: z.array(reasonSchema),
      }),
    ),
  })
  .meta({ id: 'Audience' });
export type Audience = z.infer<typeof audienceSchema>;

export const mostSeeds = 10_000;
/** Of an answer; what is saved may be more. */
export const mostNamed = 1_000;

export const lookalikeBodySchema = z
  .strictObject({
    seedSegmentId: idSchema.optional().meta({ description: 'The members of this segment.' }),
    userIds: z.array(idSchema).min(1).max(mostSeeds).optional(),
    limit: z.int().min(1).max(100_000).default(1_000),
    minSimilarity: z.number().min(-1).max(1).optional().meta({
      description: 'Nobody whose cosine to the nearest taste of the seeds is below.',
    }),
    segmentId: idSchema.optional().meta({ description: 'Only members of this segment.' }),
    tiers: z.array(tierSchema).min(1).max(mostTiers).optional(),
    consent: consentSchema,
    save: z
      .strictObject({
        segmentId: idSchema.refine((id) => !reservedIds.includes(id), {
          error: 'expected an id that is not the name of an operation',
        }),
        name: textSchema(200).min(1),
      })
      .optional()
      .meta({ description: 'Makes a static segment of all that were found.' }),
  })
  .refine(
    ({ seedSegmentId, userIds }) => (seedSegmentId === undefined) !== (userIds === undefined),
    {
      path: ['seedSegmentId'],
      error: 'expected seedSegmentId or userIds, one of them',
    },
  )
  .meta({ id: 'LookalikeQuery' });
export type LookalikeQuery = z.infer<typeof lookalikeBodySchema>;

export const lookalikeSchema = z
  .strictObject({
    modelVersion: z.string(),
    computedAt: z.string(),
    seeds: z.strictObject({
      given: z.int(),
      used: z.int(),
      withoutHistory: z.int().meta({
        description: 'Those who have done nothing that the model knows. They say nothing.',
      }),
      withoutHistoryIds: z.array(z.string()).meta({ description: 'The first 100 of them.' }),
    }),
    found: z.int().meta({ description: `Of these up to ${mostNamed} are named here.` }),
    users: z.array(
      z.strictObject({
        rank: z.int().min(1),
        userId: z.string(),
        affinity: z.number().meta({
          description:
            'How many times as likely somebody like this is among the seeds as among all users.',
        }),
        similarity: z.number().meta({
          description: 'Cosine to the nearest taste of the seeds, −1 to 1.',
        }),
        tier: z.string().nullable(),
      }),
    ),
    saved: z.strictObject({ segmentId: z.string(), members: z.int() }).nullable(),
  })
  .meta({ id: 'Lookalike' });
export type Lookalike = z.infer<typeof lookalikeSchema>;
