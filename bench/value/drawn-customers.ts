import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { PurchaseRows } from '../../models/segmentation/value/purchase-rows.ts';

/** Customers as the models have them, in whole days. */
export interface DrawnCustomers {
  readonly rows: PurchaseRows;
  /** Mean money of the orders after the first. */
  readonly mean: Float64Array;
}

/**
 * Draws customers who came in the last `days`: rates Gamma(1, 40 days), chances to stop Beta(1, 8),
 * orders of one day as one; money Gamma(2, ν) with ν Gamma(3, 50).
 */
export function drawCustomers(count: number, days: number, seed: number): DrawnCustomers {
  const random = seededRandom(seed);
  const exponential = () => -Math.log(1 - random());
  const repeats = new Uint32Array(count);
  const recency = new Float64Array(count);
  const age = new Float64Array(count);
  const mean = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const seen = Math.floor(days * random());
    const rate = exponential() / 40;
    const stops = 1 - random() ** (1 / 8);
    const nu = (exponential() + exponential() + exponential()) / 50;
    let [orders, last, money] = [0, 0, 0];
    for (let time = exponential() / rate; time <= seen; time += exponential() / rate) {
      const day = Math.floor(time);
      if (day > last) orders++;
      if (day > last) money += (exponential() + exponential()) / nu;
      last = day;
      if (random() < stops) break;
    }
    [repeats[at], recency[at], age[at]] = [orders, last, seen];
    mean[at] = orders > 0 ? money / orders : 0;
  }
  return { rows: { repeats, recency, age }, mean };
}
