import { z } from 'zod';
import { measurementsSchema } from '../http/measurements.ts';
import { idSchema, textSchema } from '../http/schemas.ts';

const chance = z.number().min(0).max(1);
const labelSchema = textSchema(50).min(1);

export const sizeParamsSchema = z.strictObject({ userId: idSchema, itemId: idSchema });
export const reportParamsSchema = z.strictObject({ itemId: idSchema });

export const sizeQuerySchema = z.strictObject({
  label: labelSchema.optional().meta({
    description: 'A size of the item that the answer is to speak of as well, in `asked`.',
  }),
});

const sentenceSchema = z
  .strictObject({
    code: z.enum([
      'measurements',
      'kept',
      'too_small',
      'too_large',
      'runs_small',
      'runs_large',
      'runs_true',
      'one_size',
      'sold_out',
      'several_people',
      'nothing_known',
    ]),
    zh: z.string(),
    en: z.string(),
  })
  .meta({ id: 'SizeSentence', description: 'To show, in Chinese and English.' });
export type Sentence = z.infer<typeof sentenceSchema>;

const sizeSchema = z.strictObject({
  label: z.string(),
  inStock: z.boolean(),
  pChosen: chance.meta({
    description: "That of the item's sizes this is the one to be kept: these sum to one.",
  }),
  pSmall: chance.meta({ description: 'That it turns out too small; the three sum to one.' }),
  pFit: chance,
  pLarge: chance,
});

const offeredSchema = z.strictObject({
  skuId: z.string().meta({ description: 'In stock at the time of the answer.' }),
  label: z.string(),
});

export const abstentionSchema = z.strictObject({
  reason: z
    .enum([
      'not_sure',
      'several_people',
      'sold_out',
      'no_sizes',
      'not_comparable',
      'not_personalised',
    ])
    .meta({
      description:
        '`not_sure`: too little is known; `several_people`: it is not clear whom of them it is for (`persons`); `sold_out`: the size to take is, and none in stock is likely enough; `no_sizes`: the item has none; `not_comparable`: the item’s size labels say nothing and it has no outcomes; `not_personalised`: the switch of the user is off.',
    }),
  zh: z.string(),
  en: z.string(),
  wouldHelp: z
    .array(
      z.strictObject({
        field: z.enum([
          'heightCm',
          'weightKg',
          'bustCm',
          'waistCm',
          'hipCm',
          'footCm',
          'age',
          'gender',
          'bodyType',
          'purchases',
        ]),
        zh: z.string(),
        en: z.string(),
      }),
    )
    .meta({ description: 'What is missing and would help, the most helpful first.' }),
});
export type Abstention = z.infer<typeof abstentionSchema>;

const personSchema = z.strictObject({
  share: chance.meta({ description: 'That the piece is for this person.' }),
  label: z.string().meta({ description: 'The size to take for this person.' }),
  probability: chance,
  zh: z.string(),
  en: z.string(),
});

export const suggestionSchema = z
  .strictObject({
    userId: z.string().nullable(),
    itemId: z.string(),
    suggested: offeredSchema
      .nullable()
      .meta({ description: 'The size to take, in stock; null: `abstained` says why.' }),
    probability: chance.nullable().meta({
      description: "That of the item's sizes the suggested one is the one to be kept.",
    }),
    fitProbability: chance.nullable().meta({ description: 'That the suggested size fits.' }),
    confidence: z.enum(['high', 'medium', 'low']).meta({
      description:
        '`high`: sure enough to choose it for the user beforehand; `medium`: to be shown as a hint, beside how the item runs; `low`: nothing is suggested.',
    }),
    soldOut: z
      .strictObject({ label: z.string(), probability: chance })
      .nullable()
      .meta({ description: 'The size to take, where it is sold out.' }),
    alternatives: z
      .array(offeredSchema.extend({ probability: chance }))
      .meta({ description: 'Other sizes in stock, the likeliest first.' }),
    asked: sizeSchema.nullable().meta({ description: 'The size that was asked about.' }),
    distribution: z.array(sizeSchema).meta({ description: 'All sizes of the item, in order.' }),
    runs: z.strictObject({
      direction: z.enum(['small', 'true', 'large', 'unknown']).meta({
        description: '`small`: one’s own size is too small in it. `unknown`: too few outcomes.',
      }),
      outcomes: z.int().meta({ description: 'How many there are.' }),
      small: z.int(),
      large: z.int(),
    }),
    abstained: abstentionSchema.nullable(),
    evidence: z.array(sentenceSchema).meta({ description: 'Why, the strongest first.' }),
    persons: z
      .array(personSchema)
      .meta({ description: 'Where several people seem to buy from the account: one each.' }),
    warnings: z.array(
      z.strictObject({
        code: z.enum(['unread_label', 'outside_chart', 'order_only']).meta({
          description:
            '`unread_label`: the system of the other labels does not have it; `outside_chart`: the brand’s own table does not; `order_only`: the labels say nothing of bodies, and only their order is used.',
        }),
        label: z.string().nullable(),
        message: z.string(),
      }),
    ),
    personalised: z.boolean().meta({ description: 'Whether it says something of the user.' }),
    modelVersion: z
      .string()
      .nullable()
      .meta({ description: 'Null: no model of sizes is published; the size chart answers.' }),
  })
  .meta({ id: 'SizeSuggestion' });
export type Suggestion = z.infer<typeof suggestionSchema>;

export const reportQuerySchema = z.strictObject({
  days: z
    .string()
    .regex(/^\d{1,4}$/, 'expected a whole number from 1 to 1095')
    .transform(Number)
    .refine((days) => days >= 1 && days <= 1095, {
      error: 'expected a whole number from 1 to 1095',
    })
    .prefault('90')
    .meta({ override: { type: 'integer', minimum: 1, maximum: 1095, default: 90 } }),
});

const shareSchema = z
  .strictObject({ share: chance, low: chance, high: chance })
  .nullable()
  .meta({ id: 'Share', description: 'With its 95 % interval; null: of nothing.' });

export const sizeReportSchema = z
  .strictObject({
    itemId: z.string(),
    from: z.iso.datetime().meta({ description: 'What was bought before it is not counted.' }),
    to: z.iso.datetime(),
    runs: z.strictObject({
      direction: z.enum(['small', 'true', 'large', 'unknown']),
      lean: z.number().min(-1).max(1).meta({
        description:
          'Share of those who find it small less that of those who find it large, expected.',
      }),
      low: z.number().min(-1).max(1),
      high: z.number().min(-1).max(1).meta({ description: 'The middle 95 % of what it may be.' }),
      outcomes: z.int().meta({ description: 'Of the latest 2,000 pieces, whenever bought.' }),
      small: z.int(),
      large: z.int(),
    }),
    bought: z.int().meta({ description: 'Pieces in the period.' }),
    returned: shareSchema.meta({ description: 'Of the pieces bought in the period.' }),
    returnedForSize: shareSchema,
    sizes: z.array(
      z.strictObject({
        label: z.string().nullable(),
        bought: z.int(),
        returned: shareSchema,
        tooSmall: shareSchema,
        tooLarge: shareSchema,
        demand: shareSchema.meta({
          description:
            'Share of the pieces that were bought and not sent back for their size. What could not be bought because it was sold out is not in it.',
        }),
        stock: z.int(),
        stockShare: z.number().min(0).max(1).nullable(),
        daysLeft: z.number().nullable().meta({
          description:
            'For which the stock lasts at the pace of the period; null: none was bought.',
        }),
        supply: z.enum(['short', 'even', 'long']).meta({
          description:
            '`short`: its share of the stock is below what its share of the demand is for certain; `long`: above.',
        }),
      }),
    ),
  })
  .meta({ id: 'SizeReport' });
export type SizeReport = z.infer<typeof sizeReportSchema>;

const querySchema = z
  .strictObject({
    userId: idSchema.nullish(),
    measurements: measurementsSchema.nullish().meta({
      description: "Of a guest; with a user they go before those of the user's profile.",
    }),
    itemId: idSchema,
    label: labelSchema.nullish().meta({
      description: 'A size of the item that the answer is to speak of as well, in `asked`.',
    }),
  })
  .meta({ id: 'SizeQuery' });

export const postSuggestionsSchema = z.strictObject({
  queries: z.array(querySchema).min(1).max(200),
});
export type SizeQueryBody = z.infer<typeof querySchema>;

const problemSchema = z.strictObject({
  userId: z.string().nullable(),
  itemId: z.string(),
  error: z.strictObject({
    code: z.enum(['unknown_item', 'unknown_label']),
    message: z.string(),
  }),
});

export const suggestionsSchema = z.strictObject({
  suggestions: z
    .array(z.union([suggestionSchema, problemSchema]))
    .meta({ description: 'One a query, in their order.' }),
});
