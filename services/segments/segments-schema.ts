import { z } from 'zod';
import { idCursorSchema } from '../http/id-cursor.ts';
import { idSchema, limitSchema, textSchema } from '../http/schemas.ts';
import { documentedRuleSchema } from './rule-schema.ts';

export const segmentParamsSchema = z.strictObject({ segmentId: idSchema });

const holdoutSchema = z.strictObject({
  share: z.number().min(0).lt(1).meta({ description: 'Of the members: kept out of exports.' }),
  seed: textSchema(200).min(1).optional().meta({
    description:
      'Who they are: those whose first 32 bits of md5(seed ":" userId), over 2^32, are below the share. Left out: the segment’s id.',
  }),
});

/** The rule is checked apart, with the path of every mistake. */
const writtenFields = {
  name: textSchema(200).min(1),
  description: textSchema(2000).default(''),
  kind: z.enum(['dynamic', 'static']).default('dynamic').meta({
    description: 'By a rule, or by a list of ids. It stays what it is.',
  }),
  holdout: holdoutSchema.optional(),
  refreshMinutes: z.int().min(1).max(525_600).nullish().meta({
    description:
      'How often its members are computed, for webhooks and history. Lists and counts are of this moment without it.',
  }),
};

export const putSegmentSchema = z.strictObject({ ...writtenFields, rule: z.unknown().optional() });
export const createSegmentSchema = putSegmentSchema.extend({ segmentId: idSchema.optional() });
export type PutSegment = z.infer<typeof putSegmentSchema>;
export type CreateSegment = z.infer<typeof createSegmentSchema>;

const documentedRule = documentedRuleSchema
  .optional()
  .meta({ description: 'Of a dynamic segment; a static one has none.' });
export const documentedPutSchema = z
  .strictObject({ ...writtenFields, rule: documentedRule })
  .meta({ id: 'PutSegment' });
export const documentedCreateSchema = z
  .strictObject({
    segmentId: idSchema.optional().meta({ description: 'Left out: one is made up.' }),
    ...writtenFields,
    rule: documentedRule,
  })
  .meta({ id: 'CreateSegment' });

export const previewBodySchema = z.strictObject({ rule: z.unknown() });
export const documentedPreviewSchema = z.strictObject({ rule: documentedRuleSchema });

export const segmentsQuerySchema = z.strictObject({
  limit: limitSchema(200, 50),
  cursor: idCursorSchema.optional(),
});
export const membersQuerySchema = z.strictObject({
  limit: limitSchema(1000, 100),
  cursor: idCursorSchema.optional(),
});

export const segmentSchema = z
  .strictObject({
    segmentId: z.string(),
    name: z.string(),
    description: z.string(),
    kind: z.enum(['dynamic', 'static']),
    rule: z.unknown().meta({ description: 'As it was checked. Null: a static segment.' }),
    holdout: z.strictObject({ share: z.number(), seed: z.string() }),
    refreshMinutes: z.int().nullable(),
    refreshedAt: z.iso.datetime().nullable().meta({
      description: 'When its members were computed or its list written last.',
    }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Segment' });
export type Segment = z.infer<typeof segmentSchema>;

export const segmentListSchema = z.strictObject({
  segments: z.array(segmentSchema).meta({ description: 'In the order of their ids.' }),
  nextCursor: z.string().nullable().meta({ description: 'Null: there are no more.' }),
});
export type SegmentList = z.infer<typeof segmentListSchema>;

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const costSchema = z.strictObject({
  ms: z.number().meta({ description: 'How long the database took.' }),
  planCost: z.number().meta({ description: 'What its planner expected, in its own units.' }),
  conditions: z
    .array(z.strictObject({ path: z.string(), planCost: z.number(), rows: z.number() }))
    .meta({ description: 'Each condition alone, as planned, the costliest first.' }),
});

export const memberSchema = z
  .strictObject({
    userId: z.string(),
    tier: z.string().nullable(),
    rfmGroup: z.string().nullable(),
    lastOrderAt: z.string().nullable(),
    netSpend: z.number().nullable(),
    expectedSpend365d: z.number().nullable(),
    marketingConsent: z.boolean(),
  })
  .meta({ id: 'SegmentMember' });

export const previewSchema = z
  .strictObject({
    count,
    share: share.meta({ description: 'Of all users.' }),
    total: count.meta({ description: 'All users.' }),
    sample: z.array(memberSchema).meta({
      description: 'Up to 20, the same each time for the same members.',
    }),
    revenue: z.number().meta({ description: 'Money of all they bought, less what came back.' }),
    tiers: z
      .array(
        z.strictObject({
          tier: z.string().nullable(),
          users: count,
          share: share.meta({ description: 'Of the members.' }),
          revenue: z.number(),
        }),
      )
      .meta({
        description:
          'The most users first. Null: no tier, because the switch is off or none was built yet.',
      }),
    evaluatedAt: z.iso.datetime(),
    cost: costSchema,
  })
  .meta({ id: 'SegmentPreview' });
export type SegmentPreview = z.infer<typeof previewSchema>;

export const countSchema = z.strictObject({
  segmentId: z.string(),
  count,
  share,
  total: count,
  evaluatedAt: z.iso.datetime(),
  ms: z.number(),
});
export type SegmentCount = z.infer<typeof countSchema>;

export const membersSchema = z.strictObject({
  segmentId: z.string(),
  members: z.array(memberSchema).meta({ description: 'In the order of their ids.' }),
  evaluatedAt: z.iso.datetime(),
  nextCursor: z.string().nullable(),
});
export type SegmentMembers = z.infer<typeof membersSchema>;

const mostOverlapping = 10;

export const overlapBodySchema = z.strictObject({
  segments: z
    .array(idSchema)
    .min(2)
    .max(mostOverlapping)
    .refine((ids) => new Set(ids).size === ids.length, { error: 'expected each segment once' }),
});

export const overlapSchema = z
  .strictObject({
    total: count,
    union: count.meta({ description: 'Users in at least one.' }),
    segments: z.array(
      z.strictObject({
        segmentId: z.string(),
        count,
        share,
        alone: count.meta({ description: 'Users in this one and no other of them.' }),
      }),
    ),
    pairs: z.array(
      z.strictObject({
        a: z.string(),
        b: z.string(),
        both: count,
        either: count,
        jaccard: share.meta({ description: '`both` of `either`; 0 where nobody is in either.' }),
        shareOfA: share,
        shareOfB: share,
      }),
    ),
    evaluatedAt: z.iso.datetime(),
    ms: z.number(),
  })
  .meta({ id: 'SegmentOverlap' });
export type SegmentOverlap = z.infer<typeof overlapSchema>;

export const fieldsSchema = z
  .strictObject({
    fields: z.array(
      z.strictObject({
        field: z.string(),
        group: z.string(),
        type: z.enum(['text', 'number', 'boolean', 'time', 'tag', 'attribute']),
        operators: z.array(z.string()),
        description: z.string(),
        behavioural: z.boolean().meta({
          description: 'True: a rule that asks for it holds only users whose switch is on.',
        }),
        values: z.array(z.string()).optional().meta({ description: 'All that it can be.' }),
        takesOf: z.boolean().optional(),
        samples: z.array(z.string()).meta({
          description:
            'A few values in this shop; of numbers and times the least, the quartiles and the most.',
        }),
      }),
    ),
    events: z.strictObject({
      types: z.array(z.string()),
      measures: z.record(z.string(), z.string()),
      operators: z.array(z.string()),
      filters: z.array(z.string()),
    }),
    examples: z.array(z.unknown()).meta({ description: 'Rules to start from.' }),
  })
  .meta({ id: 'SegmentFields' });
export type SegmentFields = z.infer<typeof fieldsSchema>;
