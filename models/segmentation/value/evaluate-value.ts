import { type ChurnBand, churnBand, churnBands } from './churn-band.ts';
import { type BgNbdFit, fitBgNbd } from './fit-bg-nbd.ts';
import { expectedSpend, fitGammaGamma, type GammaGammaFit } from './gamma-gamma.ts';
import {
  byDecile,
  byGroup,
  type Comparison,
  type Errors,
  errorsOf,
  sumOf,
} from './holdout-figures.ts';
import {
  type Movement,
  type OrderHistory,
  type OrderSummary,
  orderHistory,
  summariseOrders,
} from './order-history.ts';
import { collapseRows } from './purchase-rows.ts';
import { scoreCustomers } from './score-customers.ts';
import { type TrackedPeriod, trackOrders } from './track-orders.ts';
import { ValueFitError } from './value-fit-error.ts';

/** What is known of a customer, in any order. */
export interface CustomerMovements {
  readonly customer: string;
  readonly orders: readonly Movement[];
  readonly returns: readonly Movement[];
}

export interface ValueCut {
  /** The last day that is fitted on, and the last of those that are predicted; since 1970-01-01. */
  readonly calibrationEnd: number;
  readonly end: number;
  /** Days of the unit of time that α is told in: 1 or 7. */
  readonly unit: number;
}

export interface ValueEvaluation extends ValueCut {
  readonly bgNbd: BgNbdFit;
  /** Or why there is none. */
  readonly gammaGamma: GammaGammaFit | string;
  readonly orders: HoldoutFigures;
  /** Null without Gamma-Gamma. */
  readonly spend: HoldoutFigures | null;
  readonly byRepeats: readonly (Comparison & { readonly repeats: string })[];
  readonly byBand: readonly (Comparison & {
    readonly band: ChurnBand;
    /** Share of them that ordered in the holdout. */
    readonly ordered: number;
  })[];
  readonly tracking: readonly TrackedPeriod[];
  /** Each customer of the calibration, in the order they were given. */
  readonly customers: readonly CustomerPrediction[];
}

/** What was known of a customer (in days), what was expected of them, and what they did. */
export interface CustomerPrediction extends OrderSummary {
  readonly customer: string;
  readonly alive: number;
  readonly band: ChurnBand;
  readonly expectedOrders: number;
  readonly orders: number;
  /** Null without Gamma-Gamma. */
  readonly expectedSpend: number | null;
  readonly spend: number;
}

/** What customers did after the calibration's end. */
export interface HoldoutFigures {
  readonly actual: number;
  readonly model: Errors;
  /** Who goes on as before: their repeats over the time since their first order. */
  readonly pastRate: Errors;
  /** Everybody as many as the customers had on average before. */
  readonly meanRate: Errors;
  readonly deciles: readonly Comparison[];
}

/** The last of these groups is of those with as many repeats or more. */
const repeatGroups = 8;

/**
 * Fits on what was known at the calibration's end and predicts what each customer did afterwards.
 * Customers who came later are left out.
 *
 * @throws ValueFitError when the data cannot carry it
 */
export function evaluateValue(
  customers: readonly CustomerMovements[],
  cut: ValueCut,
): ValueEvaluation {
  const { calibrationEnd, end, unit } = cut;
  const known = customers
    .map(({ customer, orders, returns }) => ({
      customer,
      calibration: orderHistory(orders, returns, calibrationEnd),
      whole: orderHistory(orders, returns, end),
    }))
    .filter(({ calibration }) => calibration.days.length > 0);
  const summaries = known.map(({ calibration }) => summariseOrders(calibration, calibrationEnd));
  const rows = collapseRows({
    repeats: Uint32Array.from(summaries, ({ repeats }) => repeats),
    recency: Float64Array.from(summaries, ({ recency }) => recency / unit),
    age: Float64Array.from(summaries, ({ age }) => age / unit),
  });
  const bgNbd = fitBgNbd(rows);
  const ahead = (end - calibrationEnd) / unit;
  const scores = scoreCustomers(bgNbd.parameters, rows, { horizons: [ahead], year: 365 / unit });
  const predicted = Float64Array.from(rows.groupOf, (row) => scores.orders[0]![row]!);
  const after = known.map(({ whole }) => holdoutOf(whole, calibrationEnd));
  const actual = Float64Array.from(after, ({ orders }) => orders);
  const gammaGamma = fitSpend(summaries);
  const spent = Float64Array.from(after, ({ money }) => money);
  const money = predictSpend(gammaGamma, summaries, predicted);
  const bandOf = (at: number) => churnBand(scores.remaining[rows.groupOf[at]!]!);
  const aheadDays = end - calibrationEnd;
  return {
    ...cut,
    ...{ bgNbd, gammaGamma },
    orders: holdoutFigures(summaries, aheadDays, predicted, actual, () => 1),
    spend: money && holdoutFigures(summaries, aheadDays, money, spent, ({ mean }) => mean),
    byRepeats: byGroup(
      repeatGroups,
      (at) => Math.min(summaries[at]!.repeats, repeatGroups - 1),
      predicted,
      actual,
    ).map((group, repeats) => ({
      repeats: repeats === repeatGroups - 1 ? `${repeats}+` : `${repeats}`,
      ...group,
    })),
    byBand: bandFigures(bandOf, predicted, actual),
    tracking: trackOrders(
      bgNbd.parameters,
      known.map(({ whole }) => whole.days),
      { unit, period: 7, end },
    ),
    customers: known.map(({ customer }, at) => ({
      ...{ customer, ...summaries[at]! },
      ...{ alive: scores.alive[rows.groupOf[at]!]!, band: bandOf(at) },
      ...{ expectedOrders: predicted[at]!, orders: actual[at]! },
      ...{ expectedSpend: money ? money[at]! : null, spend: spent[at]! },
    })),
  };
}

function predictSpend(
  gammaGamma: GammaGammaFit | string,
  summaries: readonly OrderSummary[],
  orders: Float64Array,
): Float64Array | null {
  if (typeof gammaGamma === 'string') return null;
  return orders.map((count, at) => {
    const { repeats, mean } = summaries[at]!;
    return count * expectedSpend(gammaGamma.parameters, repeats, mean);
  });
}

function holdoutOf({ days, money }: OrderHistory, calibrationEnd: number) {
  const from = days.findIndex((day) => day > calibrationEnd);
  if (from < 0) return { orders: 0, money: 0 };
  const spent = money.slice(from).reduce((sum, one) => sum + one, 0);
  return { orders: days.length - from, money: spent };
}

function fitSpend(summaries: readonly OrderSummary[]): GammaGammaFit | string {
  try {
    return fitGammaGamma({
      orders: summaries.map(({ repeats }) => repeats),
      mean: summaries.map(({ mean }) => mean),
    });
  } catch (error) {
    if (error instanceof ValueFitError) return error.message;
    throw error;
  }
}

/** @param each what an order of a customer has counted for so far: 1, or its money */
function holdoutFigures(
  summaries: readonly OrderSummary[],
  aheadDays: number,
  predicted: Float64Array,
  actual: Float64Array,
  each: (summary: OrderSummary) => number,
): HoldoutFigures {
  const before = Float64Array.from(summaries, (summary) => summary.repeats * each(summary));
  const ages = summaries.reduce((sum, { age }) => sum + age, 0);
  const rate = (sumOf(before) * aheadDays) / ages;
  const carriedOn = before.map((value, at) => {
    const { age } = summaries[at]!;
    return age > 0 ? (value * aheadDays) / age : 0;
  });
  return {
    actual: sumOf(actual),
    model: errorsOf(predicted, actual),
    pastRate: errorsOf(carriedOn, actual),
    meanRate: errorsOf(new Float64Array(actual.length).fill(rate), actual),
    deciles: byDecile(predicted, actual),
  };
}

function bandFigures(
  bandOf: (customer: number) => ChurnBand,
  predicted: Float64Array,
  actual: Float64Array,
): ValueEvaluation['byBand'] {
  const groupOf = (at: number) => churnBands.indexOf(bandOf(at));
  const any = actual.map((orders) => Math.min(orders, 1));
  const ordered = byGroup(churnBands.length, groupOf, predicted, any);
  return byGroup(churnBands.length, groupOf, predicted, actual).map((group, at) => ({
    band: churnBands[at]!,
    ...group,
    ordered: ordered[at]!.actual,
  }));
}
