import { digammaRise, logRising } from './log-gamma.ts';
import type { Evaluation } from './minimise.ts';
import type { CollapsedRows } from './purchase-rows.ts';

/**
 * BG/NBD (Fader, Hardie & Lee 2005, Marketing Science 24(2)): a customer orders at random with a
 * rate λ, which is Gamma(r, α) among customers (α in the unit of time), and after each order but the
 * first stops for good with a chance p, which is Beta(a, b) among them. With a = 0 nobody stops, and
 * b has no meaning: then it is the NBD.
 */
export interface BgNbdParameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/** r, α, a, b as their logarithms. */
export function bgNbdParameters(logs: Float64Array): BgNbdParameters {
  const [r = 0, alpha = 0, a = 0, b = 0] = logs.map(Math.exp);
  return { r, alpha, a, b };
}

/**
 * The log-likelihood of the rows (eq. 6 of the paper) and its gradient by ln r, ln α, ln a, ln b.
 *
 * With w the share that having stopped has in a row's likelihood, the likelihood of (x, t_x, T) is
 *   ln Γ(r+x)/Γ(r) + r ln α + ln B(a, b+x)/B(a, b)
 *     + ln( (α+T)^−(r+x) + [x > 0] a/(b+x−1) (α+t_x)^−(r+x) )
 * where both powers are only taken as logarithms, so that no x and no T is too large.
 */
export function bgNbdLikelihood(rows: CollapsedRows, logs: Float64Array): Evaluation {
  const { r, alpha, a, b } = bgNbdParameters(logs);
  const { repeats, weights, recencies, recencyOf, ages, ageOf } = rows;
  const logRecency = recencies.map((time) => Math.log(alpha + time));
  const logAge = ages.map((time) => Math.log(alpha + time));
  let value = 0;
  const gradient = new Float64Array(4);
  for (let from = 0; from < repeats.length; ) {
    const x = repeats[from]!;
    const logStopped = x > 0 ? Math.log(a) - Math.log(b + x - 1) : Number.NEGATIVE_INFINITY;
    let count = 0;
    let stopped = 0;
    let powers = 0;
    let logTimes = 0;
    let inverseTimes = 0;
    let at = from;
    for (; at < repeats.length && repeats[at] === x; at++) {
      const weight = weights[at]!;
      const longer = logAge[ageOf[at]!]!;
      count += weight;
      if (x === 0) {
        powers -= weight * r * longer;
        logTimes += weight * longer;
        inverseTimes += weight / (alpha + ages[ageOf[at]!]!);
        continue;
      }
      const shorter = logRecency[recencyOf[at]!]!;
      // How much likelier having stopped is than being there still.
      const odds = Math.exp(logStopped + (r + x) * (longer - shorter));
      const share = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
      powers += weight * bothPowers(r + x, longer, shorter, logStopped, odds);
      stopped += weight * share;
      logTimes += weight * (longer + share * (shorter - longer));
      inverseTimes +=
        weight *
        ((1 - share) / (alpha + ages[ageOf[at]!]!) + share / (alpha + recencies[recencyOf[at]!]!));
    }
    const rise = digammaRise(a + b, x);
    value +=
      count * (logRising(r, x) + r * logs[1]! + logRising(b, x) - logRising(a + b, x)) + powers;
    gradient[0]! += count * (digammaRise(r, x) + logs[1]!) - logTimes;
    gradient[1]! += (count * r) / alpha - (r + x) * inverseTimes;
    gradient[2]! += stopped / a - count * rise;
    gradient[3]! += count * (digammaRise(b, x) - rise) - (x > 0 ? stopped / (b + x - 1) : 0);
    from = at;
  }
  // By the logarithm of a parameter the slope is the parameter's times itself.
  [r, alpha, a, b].forEach((parameter, k) => {
    gradient[k]! *= parameter;
  });
  return { value, gradient };
}

/** ln( (α+T)^−k + odds-part of having stopped ), from the larger of both. */
function bothPowers(
  k: number,
  longer: number,
  shorter: number,
  logStopped: number,
  odds: number,
): number {
  return odds > 1 ? logStopped - k * shorter + Math.log1p(1 / odds) : Math.log1p(odds) - k * longer;
}

/** The log-likelihood without stopping (a = 0), which is the NBD, by ln r and ln α. */
export function nbdLikelihood(rows: CollapsedRows, logs: Float64Array): Evaluation {
  const [r = 0, alpha = 0] = logs.map(Math.exp);
  const { repeats, weights, ages, ageOf } = rows;
  const logAge = ages.map((time) => Math.log(alpha + time));
  let value = 0;
  const gradient = new Float64Array(2);
  let x = -1;
  let rising = 0;
  let rise = 0;
  for (let at = 0; at < repeats.length; at++) {
    if (repeats[at] !== x) {
      x = repeats[at]!;
      rising = logRising(r, x);
      rise = digammaRise(r, x);
    }
    const weight = weights[at]!;
    const longer = logAge[ageOf[at]!]!;
    value += weight * (rising + r * logs[1]! - (r + x) * longer);
    gradient[0]! += weight * r * (rise + logs[1]! - longer);
    gradient[1]! += weight * (r - ((r + x) * alpha) / (alpha + ages[ageOf[at]!]!));
  }
  return { value, gradient };
}
