import { z } from 'zod';
import { limitSchema } from '../http/schemas.ts';

/** Where a list goes on that is in the order of falling numbers: before the one in the cursor. */
const numberCursorSchema = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a nextCursor of an earlier answer')
  .transform(Number)
  .meta({ override: { type: 'string' } });

export const historyQuerySchema = z.strictObject({
  limit: limitSchema(1000, 100),
  cursor: numberCursorSchema.optional(),
});

const count = z.int().min(0);
const slowestSchema = z
  .strictObject({ path: z.string(), ms: z.number() })
  .nullable()
  .meta({ description: 'The condition that took longest, measured by itself.' });

const computedFields = {
  computation: z.int().min(1).meta({ description: 'Counts up for each segment.' }),
  evaluatedAt: z.iso.datetime().meta({ description: 'What windows and ages were counted to.' }),
  ms: z.number(),
};

export const refreshedSchema = z
  .strictObject({
    segmentId: z.string(),
    ...computedFields,
    members: count,
    entered: count,
    exited: count,
    slowest: slowestSchema,
  })
  .meta({ id: 'RefreshedSegment' });
export type Refreshed = z.infer<typeof refreshedSchema>;

export const historySchema = z
  .strictObject({
    segmentId: z.string(),
    computations: z
      .array(
        z.strictObject({
          ...computedFields,
          members: count.nullable().meta({ description: 'Null: the computation failed.' }),
          entered: count.nullable(),
          exited: count.nullable().meta({
            description:
              'Since the computation before, with those who were forgotten in between: members are those before, plus entered, less exited.',
          }),
          slowest: slowestSchema,
          error: z.string().nullable(),
        }),
      )
      .meta({ description: 'The newest first.' }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SegmentHistory' });
export type SegmentHistory = z.infer<typeof historySchema>;
