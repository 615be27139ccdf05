import { z } from 'zod';
import { idCursorSchema } from '../../http/id-cursor.ts';
import { limitSchema } from '../../http/schemas.ts';
import { segmentParamsSchema } from '../segments-schema.ts';

const error = 'expected the number of a snapshot, from 1';

export const snapshotNumberSchema = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, error)
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } });

export const snapshotParamsSchema = segmentParamsSchema.extend({ snapshot: snapshotNumberSchema });

export const snapshotsQuerySchema = z.strictObject({
  limit: limitSchema(200, 50),
  cursor: snapshotNumberSchema.optional().meta({ description: '`nextCursor` of the page before.' }),
});

export const snapshotMembersQuerySchema = z.strictObject({
  limit: limitSchema(10_000, 1000),
  cursor: idCursorSchema.optional(),
});

export const snapshotSchema = z
  .strictObject({
    segmentId: z.string(),
    snapshot: z.int().meta({ description: '1, 2, 3 … of its segment.' }),
    takenAt: z.iso.datetime(),
    members: z.int().meta({
      description: 'How many there were then. Who must not be named any more is not listed.',
    }),
    joined: z.int().meta({ description: 'Of them those who are not in the snapshot before.' }),
    left: z.int().meta({ description: 'Those of the snapshot before who are not in this one.' }),
    usesBehaviour: z.boolean().meta({
      description:
        'Whether the rule asked for what users did. Then only those are named whose switch is on now and who have not asked since for what they did to be forgotten.',
    }),
    rule: z.unknown().meta({ description: 'As it was then. Null: a list.' }),
  })
  .meta({ id: 'SegmentSnapshot' });

export type Snapshot = z.infer<typeof snapshotSchema>;

export const snapshotListSchema = z.strictObject({
  snapshots: z.array(snapshotSchema).meta({ description: 'The newest first.' }),
  nextCursor: z.string().nullable(),
});

export type SnapshotList = z.infer<typeof snapshotListSchema>;

export const snapshotMembersSchema = z.strictObject({
  segmentId: z.string(),
  snapshot: z.int(),
  userIds: z.array(z.string()).meta({ description: 'In their order.' }),
  nextCursor: z.string().nullable(),
});

export type SnapshotMembers = z.infer<typeof snapshotMembersSchema>;
