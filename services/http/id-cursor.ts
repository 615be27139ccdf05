import { z } from 'zod';
import { idSchema } from './schemas.ts';

/** Where a list in the order of its ids goes on: after the id that the cursor holds. */
export const idCursorSchema = z
  .string()
  .max(1024)
  .transform((text, context) => {
    const id = idSchema.safeParse(Buffer.from(text, 'base64url').toString());
    if (id.success && idCursor(id.data) === text) return id.data;
    context.addIssue({ code: 'custom', message: 'expected a nextCursor of an earlier answer' });
    return z.NEVER;
  })
  .meta({ override: { type: 'string' } });

/** @param id the last one of a page */
export function idCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}
