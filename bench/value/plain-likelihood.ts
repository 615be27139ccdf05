import type { BgNbdParameters } from '../../models/segmentation/value/bg-nbd.ts';
import { logGamma } from '../../models/segmentation/value/log-gamma.ts';
import type { PurchaseRows } from '../../models/segmentation/value/purchase-rows.ts';

/** The log-likelihood of BG/NBD as it stands in the paper, each customer alone, without a gradient. */
export function plainLikelihood(
  { repeats, recency, age }: PurchaseRows,
  { r, alpha, a, b }: BgNbdParameters,
): number {
  let sum = 0;
  for (let at = 0; at < repeats.length; at++) {
    const x = repeats[at] ?? 0;
    const stays = -(r + x) * Math.log(alpha + (age[at] ?? 0));
    const stopped =
      x > 0
        ? Math.log(a) - Math.log(b + x - 1) - (r + x) * Math.log(alpha + (recency[at] ?? 0))
        : Number.NEGATIVE_INFINITY;
    const larger = Math.max(stays, stopped);
    sum +=
      logGamma(r + x) -
      logGamma(r) +
      r * Math.log(alpha) +
      (logGamma(a + b) + logGamma(b + x) - logGamma(b) - logGamma(a + b + x)) +
      larger +
      Math.log(Math.exp(stays - larger) + Math.exp(stopped - larger));
  }
  return sum;
}
