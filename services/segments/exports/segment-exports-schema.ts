import { z } from 'zod';
import { idSchema, switchSchema } from '../../http/schemas.ts';
import { snapshotNumberSchema } from '../snapshots/snapshots-schema.ts';

const limitError = 'expected a whole number from 1 to 1000000000';

export const exportQuerySchema = z.strictObject({
  format: z.enum(['csv', 'ndjson']).default('csv'),
  columns: z.string().min(1).max(10_000).default('userId').meta({
    description:
      'Fields of `GET /v1/segments/fields` with a comma between them; those of one value: not `tag.…` and `usualSize`, but `attributes.<name>`. `userId` is always there, and first.',
  }),
  of: snapshotNumberSchema.optional().meta({
    description: 'The number of a snapshot. Left out: who is in it now.',
  }),
  part: z
    .enum(['members', 'joined', 'left'])
    .default('members')
    .meta({ description: 'Of a snapshot: who is in it, or who joined or left with it.' }),
  holdout: z.enum(['exclude', 'only']).default('exclude').meta({
    description: 'Without the share that is held out, or only that share, for analysis.',
  }),
  cursor: idSchema.optional().meta({
    description: 'Goes on after this user: the last one that came whole.',
  }),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,9}$/, limitError)
    .transform(Number)
    .refine((limit) => limit <= 1_000_000_000, { error: limitError })
    .optional()
    .meta({ override: { type: 'integer', minimum: 1 }, description: 'Left out: all of them.' }),
  gzip: switchSchema.optional().meta({
    override: { type: 'boolean' },
    description:
      'True: a gzip file. Left out: compressed on the way where `Accept-Encoding` has gzip. False: neither.',
  }),
  header: switchSchema.optional().meta({
    override: { type: 'boolean' },
    description: 'CSV: whether the first line is that of the names. Left out: not after a cursor.',
  }),
  bom: switchSchema.prefault('false').meta({
    override: { type: 'boolean', default: false },
    description:
      'CSV: whether it begins with a byte order mark, by which Excel knows that it is UTF-8.',
  }),
  safe: switchSchema.prefault('true').meta({
    override: { type: 'boolean', default: true },
    description:
      'CSV: whether an apostrophe is put before text that begins with = + - @, a tab, a line break or one of the full-width forms ＝ ＋ － ＠, which a spreadsheet would take for a formula. False: as it is, for programs.',
  }),
});

export type ExportRequest = z.infer<typeof exportQuerySchema>;
