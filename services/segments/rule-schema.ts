import { z } from 'zod';
import { idSchema, textSchema, timestampSchema } from '../http/schemas.ts';
import { comparisons, eventTypes, measures } from './rule.ts';
import { operators } from './segment-fields.ts';

// What each node of a rule may hold. The tree and what depends on the field is checked in
// check-rule.ts, so that every mistake is told with its path.

const mostValues = 1000;

const everyOperator = [...new Set(Object.values(operators).flat())];
const scalarSchema = z.union([textSchema(1000), z.number(), z.boolean()], {
  error: 'expected a text, a number, true or false',
});
const names = z.array(textSchema(200).min(1)).min(1).max(mostValues);
const longestWindow = 3650;

export const fieldConditionSchema = z
  .strictObject({
    field: textSchema(200).min(1).meta({ description: 'One of `GET /v1/segments/fields`.' }),
    of: textSchema(200).min(1).optional(),
    op: z.string().meta({ override: { type: 'string', enum: everyOperator } }),
    value: z.union([scalarSchema, z.array(scalarSchema).min(1).max(mostValues)], {
      error: `expected a text, a number, true, false, or 1 to ${mostValues} of them`,
    }),
    minWeight: z.number().min(0).max(1e9).optional().meta({
      description: 'Of a tag: what weighs less does not count. Left out: every tag that stands.',
    }),
  })
  .meta({ id: 'FieldCondition' });

const daysSchema = z.strictObject({
  days: z
    .number()
    .gt(0)
    .max(longestWindow)
    .meta({ description: 'The last so many days, up to now.' }),
});
const momentsSchema = z
  .strictObject({
    from: timestampSchema.optional(),
    to: timestampSchema.optional().meta({ description: 'Up to it, itself left out.' }),
  })
  .refine(({ from, to }) => from !== undefined || to !== undefined, {
    error: 'expected days, or from, to or both',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'expected a time after from',
  });

const isOfDays = (input: unknown) => typeof input === 'object' && input !== null && 'days' in input;

/** Which of the two it is meant to be is told by `days`, so that the mistake in it can be named. */
const windowSchema = z
  .unknown()
  .transform((input, context) => {
    const parsed = (isOfDays(input) ? daysSchema : momentsSchema).safeParse(input);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue } as never);
    return z.NEVER;
  })
  .meta({
    override: {
      type: 'object',
      properties: {
        days: { type: 'number', exclusiveMinimum: 0, maximum: longestWindow },
        from: { type: 'string', format: 'date-time' },
        to: { type: 'string', format: 'date-time' },
      },
    },
    description: '`days`, or `from`, `to` or both.',
  });

const filterSchema = z
  .strictObject({
    category: names.optional().meta({ description: 'Any category of the item’s path.' }),
    brand: names.optional(),
    itemId: names.optional(),
    roomId: names.optional(),
    hostId: names.optional(),
    theme: names.optional(),
    inRoom: z.boolean().optional(),
    price: z
      .strictObject({ min: z.number().min(0).optional(), max: z.number().gt(0).optional() })
      .refine(({ min, max }) => min === undefined || max === undefined || min < max, {
        path: ['max'],
        error: 'expected more than min',
      })
      .optional()
      .meta({ description: 'What was paid, else what the item costs; `max` is left out.' }),
    reason: z
      .array(z.enum(['too_small', 'too_large', 'quality', 'not_as_described', 'other']))
      .min(1)
      .optional()
      .meta({ description: 'Of returns.' }),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    error: 'expected at least one filter',
  });

const eventTypeSchema = z.enum(eventTypes);

export const eventConditionSchema = z
  .strictObject({
    events: z
      .union(
        [
          z.literal('any'),
          eventTypeSchema.transform((type) => [type]),
          z.array(eventTypeSchema).min(1).max(eventTypes.length),
        ],
        { error: `expected any, or one or a list of ${eventTypes.join(', ')}` },
      )
      .meta({
        override: {
          oneOf: [
            { type: 'string', enum: ['any', ...eventTypes] },
            { type: 'array', items: { type: 'string', enum: [...eventTypes] } },
          ],
        },
      }),
    within: windowSchema.optional(),
    where: filterSchema.optional(),
    measure: z.enum(Object.keys(measures) as [keyof typeof measures]).default('count'),
    op: z.enum(comparisons),
    value: z.union([z.number(), z.tuple([z.number(), z.number()])], {
      error: 'expected a number, or two for between',
    }),
  })
  .refine(({ op, value }) => (op === 'between') === Array.isArray(value), {
    path: ['value'],
    error: 'expected a number, or for between the least and the most',
  })
  .refine(({ value }) => !Array.isArray(value) || value[0] <= value[1], {
    path: ['value'],
    error: 'expected the least before the most',
  })
  .meta({ id: 'EventCondition' });

export const segmentConditionSchema = z
  .strictObject({ segment: idSchema.meta({ description: 'Its members.' }) })
  .meta({ id: 'SegmentCondition' });

export const bucketConditionSchema = z
  .strictObject({
    bucket: z
      .strictObject({
        seed: textSchema(200).min(1),
        from: z.number().min(0).max(1).default(0),
        to: z.number().min(0).max(1).default(1),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], error: 'expected more than from' }),
  })
  .meta({
    id: 'BucketCondition',
    description:
      'Users by chance, always the same for a seed: the first 32 bits of md5(seed ":" userId), over 2^32, from `from` up to `to`, itself left out.',
  });

/** As the document shows it; what checks is `ruleSchema` in check-rule.ts. */
export const documentedRuleSchema: z.ZodType = z
  .union([
    z.strictObject({
      get all() {
        return z.array(documentedRuleSchema).min(1);
      },
    }),
    z.strictObject({
      get any() {
        return z.array(documentedRuleSchema).min(1);
      },
    }),
    z.strictObject({
      get not() {
        return documentedRuleSchema;
      },
    }),
    fieldConditionSchema,
    eventConditionSchema,
    segmentConditionSchema,
    bucketConditionSchema,
  ])
  .meta({ id: 'Rule' });
