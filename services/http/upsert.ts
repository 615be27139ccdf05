import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/** What a bulk upsert did to the rows it was given. */
export const upsertResultSchema = z.object({
  created: z.int().meta({ description: 'Not there before.' }),
  updated: z.int().meta({ description: 'There before, and different.' }),
  unchanged: z.int().meta({ description: 'There before just so; not written.' }),
});

export type UpsertResult = z.infer<typeof upsertResultSchema>;

/**
 * Refuses a list that names one id twice: which of the two should hold is not for us to guess.
 *
 * @param list the name of the list in the body, for the paths
 * @param key the field that holds the id
 * @throws InvalidInputError with both places for each repeat
 */
export function refuseRepeats<Key extends string>(
  rows: readonly Readonly<Record<Key, string>>[],
  list: string,
  key: Key,
): void {
  const first = new Map<string, number>();
  const issues = rows.flatMap((row, index) => {
    const before = first.get(row[key]);
    if (before === undefined) first.set(row[key], index);
    if (before === undefined) return [];
    const message = `the same id as ${list}[${before}].${key}`;
    return [{ path: `${list}[${index}].${key}`, code: 'repeated_id', message }];
  });
  const [found] = issues;
  if (found) throw new InvalidInputError(`${found.path}: ${found.message}`, issues);
}
