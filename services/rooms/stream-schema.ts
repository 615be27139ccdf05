import { z } from 'zod';
import { idSchema, limitSchema } from '../http/schemas.ts';
import { recommendationsSchema } from '../recommendations/recommendations-schema.ts';

export const streamQuerySchema = z
  .strictObject({
    userId: idSchema.optional(),
    sessionId: idSchema.optional().meta({ description: 'Of a viewer who is not known.' }),
    limit: limitSchema(200, 20),
    explain: z
      .enum(['true', 'false'])
      .prefault('false')
      .transform((explain) => explain === 'true')
      .meta({
        override: { type: 'boolean', default: false },
        description:
          'Whether each item has its reasons; without, only a pin and another size are said.',
      }),
  })
  .refine(({ userId, sessionId }) => userId === undefined || sessionId === undefined, {
    path: ['sessionId'],
    error: 'expected userId or sessionId, not both',
  })
  .refine(({ userId, sessionId }) => userId !== undefined || sessionId !== undefined, {
    path: ['userId'],
    error: 'expected userId or sessionId',
  });

/** What a viewer of a room sees now. */
export const rankingSchema = recommendationsSchema
  .extend({
    requestId: z.string().meta({ description: 'Of this message, as it is logged.' }),
    pinnedItemId: z.string().nullable(),
  })
  .meta({ id: 'RoomRanking' });
export type Ranking = z.infer<typeof rankingSchema>;
