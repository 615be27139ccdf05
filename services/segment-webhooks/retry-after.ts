const least = 10_000;
const most = 3_600_000;

/**
 * Milliseconds until the next attempt: 10 s, twice as long each time, at most an hour; and of that
 * half to all by chance, so that those who failed together do not come again together.
 *
 * @param attempts that have failed, from 1
 * @param random from 0 to below 1
 */
export function retryAfter(attempts: number, random: number): number {
  return Math.round(Math.min(most, least * 2 ** (attempts - 1)) * (0.5 + random / 2));
}
