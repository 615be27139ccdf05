import { z } from 'zod';
import {
  manifestSchema,
  metricsSchema,
  sizeMetricsSchema,
} from '../../models/artifact/manifest.ts';
import { limitSchema } from '../http/schemas.ts';

/** Where a page of versions goes on. Postgres takes neither the year 0 nor a NUL character. */
const positionSchema = z.tuple([
  z.iso.datetime().refine((text) => text >= '1900'),
  manifestSchema.shape.version,
]);

const cursorSchema = z
  .string()
  .max(512)
  .transform((text, context) => {
    const parsed = positionSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
    if (parsed.success) return { registeredAt: parsed.data[0], version: parsed.data[1] };
    context.addIssue({ code: 'custom', message: 'expected a nextCursor of an earlier answer' });
    return z.NEVER;
  });

export function cursorOf(last: {
  readonly registeredAt: string;
  readonly version: string;
}): string {
  return Buffer.from(JSON.stringify([last.registeredAt, last.version])).toString('base64url');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a cursor of ours: the schema says so.
    return undefined;
  }
}

export const listQuerySchema = z.strictObject({
  limit: limitSchema(200, 50),
  cursor: cursorSchema.optional().meta({ override: { type: 'string' } }),
});

export const versionListSchema = z
  .strictObject({
    versions: z.array(
      z.strictObject({
        version: z.string(),
        kind: z.string(),
        family: z
          .enum(['recommendations', 'sizes'])
          .meta({ description: 'What it answers. Of each at most one version is active.' }),
        active: z.boolean(),
        created: z.string().meta({ description: 'When it was trained.' }),
        registeredAt: z.iso.datetime(),
        activatedAt: z.iso.datetime().nullable().meta({ description: 'The last time.' }),
        metrics: metricsSchema
          .nullable()
          .meta({ description: 'Measured after training; null: it was not, or not so.' }),
        sizeMetrics: sizeMetricsSchema
          .nullable()
          .meta({ description: 'The same of a model of sizes.' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ModelVersions' });
export type VersionList = z.infer<typeof versionListSchema>;
