import { z } from 'zod';

/**
 * An id of the caller's: any text of 1 to 128 characters without control characters. Half a
 * surrogate pair has no UTF-8 form: encoding would make one id of many.
 */
export const idSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected text without control characters or unpaired surrogates');

/** Text of at most `most` characters. Postgres stores neither NUL nor half a surrogate pair. */
export function textSchema(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[^\0\p{Cs}]*$/u, 'expected text without NUL characters or unpaired surrogates');
}

/** In UTC: `2026-01-31T12:00:00.000Z`, where it is a time at all. */
function inUtc(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

/**
 * A moment with its zone, RFC 3339, from 1900 to 2199. It comes out in UTC and to the millisecond,
 * always of the same form, so that two can be compared as texts. Postgres would refuse zones beyond
 * ±15:59 and more than 128 characters.
 */
export const timestampSchema = z.iso
  .datetime({ offset: true, error: 'expected a time with a zone, like 2026-01-31T12:00:00Z' })
  .overwrite(inUtc)
  .refine((text) => (text >= '1900' && text < '2200') || Number.isNaN(Date.parse(text)), {
    error: 'expected a time from 1900 to 2199',
  });

/** Money: at least 0, at most two decimals, below ten thousand million. */
export const moneySchema = z.number().min(0).max(9_999_999_999).multipleOf(0.01);

const attributeValueSchema = z.union(
  [textSchema(1000), z.number(), z.boolean(), z.array(textSchema(1000)).max(100)],
  { error: 'expected a text, a number, true, false or a list of texts' },
);

/** What the caller knows of an entity beyond its fields: at most 50 names. */
export const attributesSchema = z
  .record(textSchema(100).min(1), attributeValueSchema)
  .refine((attributes) => Object.keys(attributes).length <= 50, {
    error: 'expected at most 50 attributes',
  });

export const issueSchema = z.object({
  path: z.string(),
  code: z.string(),
  message: z.string(),
});

/** RFC 9457. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
    errors: z.array(issueSchema).optional(),
  })
  .meta({ id: 'Problem', description: 'An error, as in RFC 9457.' });

/** How many elements of a list are wanted, as it stands in a query: a whole number from 1. */
export const limitSchema = (most: number, usual: number) => {
  const error = `expected a whole number from 1 to ${most}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, error)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= most, { error })
    .prefault(String(usual))
    .meta({ override: { type: 'integer', minimum: 1, maximum: most, default: usual } });
};

/** A switch as it stands in a query. */
export const switchSchema = z.enum(['true', 'false']).transform((value) => value === 'true');
