import { z } from 'zod';
import { issuesOf } from '../../http/validation.ts';
import { RowError } from '../row-error.ts';

/** A number in a text field. */
export const numberText = z
  .string()
  .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'expected a number')
  .transform(Number);

/** A field that may be empty, which is then undefined. */
export function orBlank<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal('').transform(() => undefined), schema]);
}

/**
 * Checks the fields of a row.
 *
 * @throws RowError that names everything that is wrong with it
 */
export function parseRow<Schema extends z.ZodType>(schema: Schema, row: unknown): z.infer<Schema> {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const issues = issuesOf(result.error).map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  );
  throw new RowError(issues.join('; '));
}
