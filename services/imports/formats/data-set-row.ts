import { z } from 'zod';
import type { Issue } from '../../errors.ts';
import { idSchema } from '../../http/schemas.ts';
import { issuesOf, reportInput } from '../../http/validation.ts';
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
  const result = schema.safeParse(row, reportInput);
  if (result.success) return result.data;
  throw rowErrorOf(issuesOf(result.error));
}

export function rowErrorOf(issues: readonly Issue[]): RowError {
  const texts = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new RowError(texts.join('; '));
}

/**
 * An id of a data set.
 *
 * @throws RowError for one that the API would not take
 */
export function checkedId(name: string, id: string | undefined): string {
  const result = idSchema.safeParse(id, reportInput);
  if (result.success) return result.data;
  throw rowErrorOf(issuesOf(result.error, name));
}
