import { InvalidArgumentError, Option } from 'commander';

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };

export function instant(text: string): Date {
  const time = new Date(text);
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('expected a time with a zone, like 2026-05-01T00:00:00Z.');
}

/** A whole number from `least` to `most`. */
export const count = (flag: string, says: string, least: number, most: number, standard: number) =>
  new Option(flag, says).argParser(wholeNumber(least, most)).default(standard);

/** A number above 0. */
export const positive = (flag: string, says: string, standard: number) =>
  new Option(flag, says).argParser(aboveZero).default(standard);

export function aboveZero(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('expected a number above 0.');
}

export function serviceUrl(text: string): URL {
  if (/^http:/.test(text) && URL.canParse(text)) return new URL(text);
  throw new InvalidArgumentError('expected a URL like http://127.0.0.1:3000.');
}
