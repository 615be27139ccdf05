const attempts = 3;
const serializationFailure = '40001';
const deadlock = '40P01';

/** Runs a transaction again when a row that somebody else changed meanwhile has ended it. */
export async function tryAgain<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === attempts || !isRetryable(error)) throw error;
    }
  }
}

function isRetryable(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === serializationFailure || code === deadlock;
}
