// https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled.
const statementTimedOut = '57014';

/** Whether the database has given up a statement that went on for longer than it may. */
export function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === statementTimedOut;
}
