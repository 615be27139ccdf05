import { z } from 'zod';
import type { UploadRule } from '../../http/upload.ts';

/** A gibibyte: eight million ids of 128 characters. */
const most = 2 ** 30;

export const listUpload: UploadRule = {
  contentTypes: ['text/csv'],
  most,
  description:
    'One id a line, or a table with a header and a column `user_id` or `userId`. RFC 4180, UTF-8 with or without BOM, at most 1 GiB when unpacked; read as it comes, so that it may be of any length.',
};

export const listBodySchema = z.strictObject({
  userIds: z.array(z.string()).max(100_000).meta({
    description:
      'Up to 100,000, in a body of at most 2 MB; longer lists as CSV. Empty: nobody, where the list is replaced.',
  }),
});

export const listResultSchema = z
  .strictObject({
    segmentId: z.string(),
    listed: z.int().meta({ description: 'Ids that came, repeated and unknown ones too.' }),
    added: z.int(),
    removed: z.int(),
    unchanged: z.int().meta({
      description: 'Named, and in the list already; where some are removed: named and not in it.',
    }),
    repeated: z.int().meta({ description: 'Ids that had come before in the same body.' }),
    unknown: z.strictObject({
      count: z.int().meta({ description: 'Different ids that no user has; they are left out.' }),
      first: z
        .array(z.strictObject({ line: z.int(), userId: z.string() }))
        .meta({ description: 'The first 100, each with its first line, or place in the list.' }),
    }),
  })
  .meta({ id: 'SegmentListResult' });

export type ListResult = z.infer<typeof listResultSchema>;
