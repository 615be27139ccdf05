import type { ZodError, ZodType, z } from 'zod';
import { InvalidInputError, type Issue } from '../errors.ts';

/** `['events', 3, 'type']` as `events[3].type`, after `prefix`. */
export function pathText(path: readonly PropertyKey[], prefix = ''): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, prefix);
}

/** For `safeParse`: lets `issuesOf` say what came. */
export const reportInput = { reportInput: true } as const;

/** Every single thing that is wrong, unknown fields one by one. */
export function issuesOf(error: ZodError, prefix = ''): Issue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      const message = `${issue.message}${whatCame(issue)}`;
      return [{ path: pathText(issue.path, prefix), code: codeOf(issue), message }];
    }
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key], prefix),
      code: 'unknown_field',
      message: 'unknown field',
    }));
  });
}

const longestQuote = 40;

/** What was found in place of what was expected, where the message does not say it and it is short. */
function whatCame({ message, input }: z.core.$ZodIssue): string {
  if (/\b(got|received)\b/.test(message)) return '';
  if (input === undefined) return '';
  if (Array.isArray(input)) return `, got ${input.length} elements`;
  if (typeof input === 'object' && input !== null) return '';
  const text = JSON.stringify(input);
  return `, got ${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}`;
}

/** A check of our own may name its code in its `params`. */
function codeOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'custom' && typeof issue.params?.code === 'string'
    ? issue.params.code
    : issue.code;
}

/**
 * Checks an input.
 *
 * @param prefix where the input stands, for the paths of the issues: `query`, say
 * @throws InvalidInputError with every offending path
 */
export function parse<Schema extends ZodType>(
  schema: Schema,
  input: unknown,
  prefix = '',
): z.infer<Schema> {
  const result = schema.safeParse(input, reportInput);
  if (result.success) return result.data;
  const issues = issuesOf(result.error, prefix);
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new InvalidInputError(`${first?.path || 'input'}: ${first?.message}${more}`, issues);
}
