import { betaQuadrature, type Quadrature } from './beta-quadrature.ts';
import type { BgNbdParameters } from './bg-nbd.ts';

// Twelve digits with either, measured against 2F1 in 60 digits. The finer one is for looking ahead
// much farther than α + T, and costs fourteen times as much to make.
const points = 32;
const finePoints = 96;
const coarseUntil = 8;

/**
 * Orders to expect of customers who have `repeats` orders after their first and are still there,
 * as a function of how long they have been customers and how far to look ahead:
 *
 *   E[Y(t) | x, T, alive] = (a+b+x−1)/(a−1) · [1 − ((α+T)/(α+T+t))^(r+x)
 *                           · 2F1(r+x, b+x; a+b+x−1; t/(α+T+t))]          (Fader et al., eq. 10)
 *
 * That form is 0/0 at a = 1 and takes differences of huge numbers for large x. It is the expectation
 * of (1 − (1 + p s)^−(r+x)) / p with s = t/(α+T) over p, which is Beta(a, b+x): Euler's integral of
 * 2F1, in which everything is positive. It is taken at Gauss's points for that weight.
 *
 * With no repeats and an age of 0 it is what is expected of a new customer (eq. 9).
 */
export function expectedOrders(
  { r, alpha, a, b }: BgNbdParameters,
  repeats: number,
): (age: number, ahead: number) => number {
  // Nobody stops: the mean of the rate, which is Gamma(r + x, α + T), times the time.
  if (a === 0) return (age, ahead) => ((r + repeats) * ahead) / (alpha + age);
  const coarse = betaQuadrature(a, b + repeats, points);
  let fine: Quadrature | undefined;
  return (age, ahead) => {
    const s = ahead / (alpha + age);
    if (s > coarseUntil) fine ??= betaQuadrature(a, b + repeats, finePoints);
    return meanOver(s > coarseUntil && fine ? fine : coarse, r + repeats, s);
  };
}

function meanOver({ points, weights }: Quadrature, shape: number, s: number): number {
  let mean = 0;
  for (let at = 0; at < points.length; at++) {
    const p = points[at]!;
    const orders = p > 0 ? -Math.expm1(-shape * Math.log1p(p * s)) / p : shape * s;
    mean += weights[at]! * orders;
  }
  return mean;
}
