import type { BgNbdParameters } from '../../models/segmentation/value/bg-nbd.ts';
import { type ChurnBand, churnBand } from '../../models/segmentation/value/churn-band.ts';
import {
  expectedSpend,
  type GammaGammaParameters,
} from '../../models/segmentation/value/gamma-gamma.ts';
import type { CollapsedRows } from '../../models/segmentation/value/purchase-rows.ts';
import { scoreCustomers } from '../../models/segmentation/value/score-customers.ts';
import { copyField } from '../imports/copy-text.ts';
import type { UserOrders } from './order-book.ts';

/** Fitted parameters, α in days, γ in money. */
export interface ValueParameters {
  readonly bgNbd: BgNbdParameters;
  readonly gammaGamma: GammaGammaParameters;
}

/** Days that `user_clv` looks ahead. */
export const valueHorizons = [30, 90, 365] as const;

/** What is expected of all users together. */
export interface ValueTotals {
  readonly users: number;
  /** By horizon. */
  readonly orders: readonly number[];
  readonly spend: readonly number[];
  readonly bands: Readonly<Record<ChurnBand, number>>;
}

export interface ScoredUsers {
  /** The rows of `user_clv` in the text format of `copy`, many at a time; to be taken once. */
  readonly lines: Iterable<string>;
  /** Of the rows that have been taken. */
  readonly totals: () => ValueTotals;
}

const batch = 500;

/**
 * Scores each user. Users with the same orders are scored once; their texts too are made once.
 *
 * @param orders whose rows, collapsed, are `rows`
 */
export function scoreUsers(
  orders: UserOrders,
  rows: CollapsedRows,
  parameters: ValueParameters,
  { version, time }: { readonly version: string; readonly time: Date },
): ScoredUsers {
  const scores = scoreCustomers(parameters.bgNbd, rows, { horizons: valueHorizons, year: 365 });
  const bands: Record<ChurnBand, number> = { active: 0, at_risk: 0, likely_lost: 0, lost: 0 };
  const orderSums = valueHorizons.map(() => 0);
  const spendSums = valueHorizons.map(() => 0);
  let users = 0;
  const last = `\t${copyField(version)}\t${time.toISOString()}\n`;
  const lineOf = (user: number): string => {
    const row = rows.groupOf[user] ?? 0;
    const mean = orders.mean[user] ?? 0;
    const each = expectedSpend(parameters.gammaGamma, orders.rows.repeats[user] ?? 0, mean);
    const band = churnBand(scores.remaining[row] ?? 0);
    let counts = '';
    let money = '';
    scores.orders.forEach((of, horizon) => {
      const expected = of[row] ?? 0;
      counts += `\t${expected}`;
      money += `\t${expected * each}`;
      orderSums[horizon] = (orderSums[horizon] ?? 0) + expected;
      spendSums[horizon] = (spendSums[horizon] ?? 0) + expected * each;
    });
    users++;
    bands[band]++;
    return `${copyField(orders.users[user])}\t${scores.alive[row]}${counts}${money}\t${band}${last}`;
  };
  function* lines() {
    for (let from = 0; from < orders.users.length; from += batch) {
      let text = '';
      const to = Math.min(from + batch, orders.users.length);
      for (let user = from; user < to; user++) text += lineOf(user);
      yield text;
    }
  }
  return {
    lines: lines(),
    totals: () => ({ users, orders: orderSums, spend: spendSums, bands }),
  };
}
