import { UnavailableError } from '../errors.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html: 25006 read-only transaction (the
// primary has moved), 53 insufficient resources, 57 operator intervention (timeouts too), 58 system
// error.
const outageCodes = /^(25006|53...|57...|58...)$/;

/** Whether an error of the database has nothing to do with what was asked: later it may work. */
export function isOutage(error: unknown): boolean {
  if (error instanceof UnavailableError) return true;
  const { code } = Object(error) as { code?: unknown };
  return typeof code === 'string' && outageCodes.test(code);
}
