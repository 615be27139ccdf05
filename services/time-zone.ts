/** Where nothing else is said, the shop's clock is China's. */
export const defaultTimeZone = 'Asia/Shanghai';

/**
 * Whether a text names a time zone of the IANA database. Offsets are refused: Postgres reads the
 * sign of `+08:00` the other way round.
 */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
