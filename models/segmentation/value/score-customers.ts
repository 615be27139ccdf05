import type { BgNbdParameters } from './bg-nbd.ts';
import { expectedOrders } from './expected-orders.ts';
import type { CollapsedRows } from './purchase-rows.ts';

/** One element a row; the customers of a row have the same. */
export interface CustomerScores {
  /** 1 for those who ordered once: by the model nobody stops before a second order. */
  readonly alive: Float64Array;
  /** Orders in the time ahead, by horizon. */
  readonly orders: readonly Float64Array[];
  /** What is left of the chance to order again, from 1: by it the churn band is told. */
  readonly remaining: Float64Array;
}

export interface ScoreOptions {
  /** How far to look ahead, in the rows' unit of time. */
  readonly horizons: readonly number[];
  /** A year, in the rows' unit of time. */
  readonly year: number;
}

/** Scores each row; expected orders once for each x and T. */
export function scoreCustomers(
  parameters: BgNbdParameters,
  rows: CollapsedRows,
  { horizons, year }: ScoreOptions,
): CustomerScores {
  const { r, alpha } = parameters;
  const { repeats, recency, age, ages, ageOf } = rows;
  const count = repeats.length;
  const alive = new Float64Array(count);
  const remaining = new Float64Array(count);
  const orders = horizons.map(() => new Float64Array(count));
  const known = horizons.map(() => new Float64Array(ages.length));
  for (let from = 0; from < count; ) {
    const x = repeats[from]!;
    const expected = expectedOrders(parameters, x);
    for (const of of known) of.fill(Number.NaN);
    let row = from;
    for (; row < count && repeats[row] === x; row++) {
      alive[row] = probabilityAlive(parameters, x, recency[row]!, age[row]!);
      remaining[row] =
        x > 0
          ? alive[row]!
          : chanceOfOrder(r, alpha + age[row]!, year) / chanceOfOrder(r, alpha, year);
      for (let h = 0; h < horizons.length; h++) {
        const of = known[h]!;
        const at = ageOf[row]!;
        if (Number.isNaN(of[at]!)) of[at] = expected(age[row]!, horizons[h]!);
        orders[h]![row] = alive[row]! * of[at]!;
      }
    }
    from = row;
  }
  return { alive, orders, remaining };
}

/**
 * P(alive | x, t_x, T) (Fader, Hardie & Lee 2008, "Computing P(alive) using the BG/NBD model").
 *
 * @param recency t_x, in the unit of time of α
 * @param age T
 */
export function probabilityAlive(
  { r, alpha, a, b }: BgNbdParameters,
  repeats: number,
  recency: number,
  age: number,
): number {
  if (repeats === 0) return 1;
  const silence = Math.log1p((age - recency) / (alpha + recency));
  return 1 / (1 + Math.exp(Math.log(a) - Math.log(b + repeats - 1) + (r + repeats) * silence));
}

/** That somebody whose rate is Gamma(shape, scale) and who is there orders within a time. */
function chanceOfOrder(shape: number, scale: number, within: number): number {
  return -Math.expm1(-shape * Math.log1p(within / scale));
}
