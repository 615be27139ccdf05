import type { Interval } from '../../../models/evaluation/bootstrap.ts';

const minus = '−';

/** A metric between 0 and 1, or NaN: `0.1877`. */
export function metric(value: number): string {
  return Number.isFinite(value) ? signless(value.toFixed(4)) : '–';
}

/** `0.1852 to 0.1900` */
export function range({ low, high }: Interval): string {
  return `${metric(low)} to ${metric(high)}`;
}

/** A difference with its sign: `+0.0123`, `−0.0004`. */
export function difference(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return `${value < 0 ? minus : '+'}${Math.abs(value).toFixed(4)}`;
}

/** A difference as a share of what it is a difference to: `+12.3 %`. */
export function relative(change: number, base: number): string {
  if (!(base > 0)) return '–';
  const share = (100 * change) / base;
  return `${share < 0 ? minus : '+'}${Math.abs(share).toFixed(Math.abs(share) < 100 ? 1 : 0)} %`;
}

export function percent(share: number | null, digits = 1): string {
  if (share === null || !Number.isFinite(share)) return '–';
  // No −0.0.
  return `${signless((100 * share).toFixed(digits).replace(/^-(?=[0.]*$)/, ''))} %`;
}

/** A share with its sign: `+3.1 %`, `−4.1 %`. */
export function signedPercent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  return `${share < 0 ? minus : '+'}${percent(Math.abs(share))}`;
}

/** A count with its thousands apart: `810,128`. */
export function whole(value: number): string {
  return signless(value.toLocaleString('en'));
}

/** Any number, by the figures that count: `0.05`, `1.234`, `12,340`. */
export function figure(value: number, digits = 4): string {
  return signless(value.toLocaleString('en', { maximumSignificantDigits: digits }));
}

/** `3 to 7`, or `3` where both are the same. */
export function span(low: number, high: number): string {
  return low === high ? whole(low) : `${whole(low)} to ${whole(high)}`;
}

/** A day, counted since 1970-01-01: `1997-09-30`. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** `2026-01-31 12:00 UTC` */
export function moment(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function signless(text: string): string {
  return text.replace(/^-/, minus);
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** `3–7`, `1.2K–5K`: a span where there is little room. */
export function shortSpan(low: number, high: number): string {
  const [from, to] = [compact.format(low), compact.format(high)];
  return from === to ? from : `${from}–${to}`;
}
