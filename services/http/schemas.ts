import { z } from 'zod';

/** An id of the caller's: any text of 1 to 128 characters without control characters. */
export const idSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(/^\P{Cc}+$/u, 'expected text without control characters');

/** A moment with its zone, RFC 3339. */
export const timestampSchema = z.iso.datetime({
  offset: true,
  error: 'expected a time with a zone, like 2026-01-31T12:00:00Z',
});

/** Money: at least 0, at most two decimals, below ten thousand million. */
export const moneySchema = z.number().min(0).max(9_999_999_999).multipleOf(0.01);

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
