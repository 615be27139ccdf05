import type { BgNbdParameters } from './bg-nbd.ts';
import { expectedOrders } from './expected-orders.ts';

/** Repeat orders of all customers together, from the first day on. */
export interface TrackedPeriod {
  /** The period's last day, since 1970-01-01. */
  readonly through: number;
  readonly actual: number;
  readonly expected: number;
}

/**
 * Cumulative repeat orders through the end of each period, beside what the model says without
 * looking at anything but when each customer came (figure 3 of Fader et al. 2005).
 *
 * @param histories order days of each customer, ascending
 * @param unit days of a unit of time, which α is in
 * @param period days
 */
export function trackOrders(
  parameters: BgNbdParameters,
  histories: readonly (readonly number[])[],
  { unit, period, end }: { readonly unit: number; readonly period: number; readonly end: number },
): TrackedPeriod[] {
  const start = histories.reduce((least, [first = end]) => Math.min(least, first), end);
  const days = end - start + 1;
  const arrivals = new Float64Array(days);
  const repeats = new Float64Array(days);
  for (const [first = end, ...others] of histories) {
    arrivals[first - start]!++;
    for (const day of others) if (day <= end) repeats[day - start]!++;
  }
  const ofNew = expectedOrders(parameters, 0);
  const expectedAfter = Float64Array.from(arrivals, (_, after) => ofNew(0, after / unit));
  const periods: TrackedPeriod[] = [];
  let actual = 0;
  for (let day = 0; day < days; day++) {
    actual += repeats[day]!;
    if ((day + 1) % period !== 0 && day !== days - 1) continue;
    let expected = 0;
    for (let came = 0; came <= day; came++) {
      if (arrivals[came]! > 0) expected += arrivals[came]! * expectedAfter[day - came]!;
    }
    periods.push({ through: start + day, actual, expected });
  }
  return periods;
}
