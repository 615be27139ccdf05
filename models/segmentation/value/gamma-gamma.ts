import { type Convergence, maximise, standardErrors } from './convergence.ts';
import { attempt } from './fit-bg-nbd.ts';
import { digamma, logGamma } from './log-gamma.ts';
import type { Evaluation } from './minimise.ts';
import { ValueFitError } from './value-fit-error.ts';

/**
 * Gamma-Gamma (Fader & Hardie 2013, "The Gamma-Gamma model of monetary value"): an order's money is
 * Gamma(p, ν) around a customer's mean, and ν is Gamma(q, γ) among customers. γ is in the unit of
 * money.
 */
export interface GammaGammaParameters {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

/** Of each customer how many orders, and the mean of their money: one element a customer. */
export interface SpendRows {
  readonly orders: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
}

export interface GammaGammaFit {
  readonly parameters: GammaGammaParameters;
  readonly standardErrors: GammaGammaParameters | null;
  readonly logLikelihood: number;
  /** Those with orders of a mean above 0; the others say nothing. */
  readonly customers: number;
  /** p γ / (q − 1): the mean of an order of whom nothing is known. */
  readonly populationMean: number;
  readonly convergence: Convergence;
}

/** Sorted by the number of orders: of each, how many customers and the sum of the logs of means. */
interface SpendGroups {
  readonly means: Float64Array;
  readonly groups: readonly {
    readonly orders: number;
    readonly from: number;
    readonly to: number;
    readonly logMeans: number;
  }[];
}

/**
 * Fits Gamma-Gamma by maximum likelihood.
 *
 * @param rows orders after the first and their mean, as in the paper
 * @throws ValueFitError when the data cannot carry it
 */
export function fitGammaGamma(rows: SpendRows): GammaGammaFit {
  const data = groupSpend(rows);
  const customers = data.means.length;
  if (customers === 0) {
    throw new ValueFitError('no customer has repeat orders of a mean above 0');
  }
  const mean = data.means.reduce((sum, value) => sum + value, 0) / customers;
  const likelihood = (logs: Float64Array) => gammaGammaLikelihood(data, logs);
  const starts = [
    [1, 3, 2 * mean],
    [6, 4, mean / 2],
  ].map((start) => Float64Array.from(start, Math.log));
  const found = attempt('Gamma-Gamma', () => maximise(likelihood, starts, customers));
  const [p = 0, q = 0, gamma = 0] = found.logs.map(Math.exp);
  checkSpendParameters({ p, q, gamma }, mean);
  const errors = standardErrors(likelihood, found.logs);
  return {
    parameters: { p, q, gamma },
    standardErrors: errors && { p: errors[0]!, q: errors[1]!, gamma: errors[2]! },
    logLikelihood: found.logLikelihood,
    customers,
    populationMean: (p * gamma) / (q - 1),
    convergence: found.convergence,
  };
}

/**
 * The money to expect of an order of a customer: the mean of their own orders and that of everybody,
 * weighted by how many orders there are (eq. 5 of the paper). Who has none gets everybody's.
 */
export function expectedSpend(
  { p, q, gamma }: GammaGammaParameters,
  orders: number,
  mean: number,
): number {
  return (p * (gamma + orders * Math.max(0, mean))) / (p * orders + q - 1);
}

/**
 * The log-likelihood and its gradient by ln p, ln q, ln γ. Of a customer with x orders of mean m:
 *   ln Γ(px+q) − ln Γ(px) − ln Γ(q) + q ln γ + (px−1) ln m + px ln x − (px+q) ln(γ + x m)
 */
export function gammaGammaLikelihood(
  { means, groups }: SpendGroups,
  logs: Float64Array,
): Evaluation {
  const [p = 0, q = 0, gamma = 0] = logs.map(Math.exp);
  const [logGammaQ, digammaQ] = [logGamma(q), digamma(q)];
  let value = 0;
  const gradient = new Float64Array(3);
  for (const { orders, from, to, logMeans } of groups) {
    const px = p * orders;
    let logSums = 0;
    let inverseSums = 0;
    for (let at = from; at < to; at++) {
      const sum = gamma + orders * means[at]!;
      logSums += Math.log(sum);
      inverseSums += 1 / sum;
    }
    const count = to - from;
    const logOrders = Math.log(orders);
    const rise = digamma(px + q);
    value +=
      count * (logGamma(px + q) - logGamma(px) - logGammaQ + q * logs[2]! + px * logOrders) +
      (px - 1) * logMeans -
      (px + q) * logSums;
    gradient[0]! += px * (count * (rise - digamma(px) + logOrders) + logMeans - logSums);
    gradient[1]! += q * (count * (rise - digammaQ + logs[2]!) - logSums);
    gradient[2]! += count * q - gamma * (px + q) * inverseSums;
  }
  return { value, gradient };
}

/** Leaves out who has no orders or a mean that is not above 0. */
export function groupSpend({ orders, mean }: SpendRows): SpendGroups {
  const kept = Array.from({ length: orders.length }, (_, at) => at).filter(
    (at) => orders[at]! > 0 && mean[at]! > 0,
  );
  const sorted = Uint32Array.from(kept).toSorted((one, other) => orders[one]! - orders[other]!);
  const means = Float64Array.from(sorted, (at) => mean[at]!);
  const groups = [];
  for (let from = 0; from < sorted.length; ) {
    const count = orders[sorted[from]!]!;
    let logMeans = 0;
    let to = from;
    for (; to < sorted.length && orders[sorted[to]!] === count; to++) {
      logMeans += Math.log(means[to]!);
    }
    groups.push({ orders: count, from, to, logMeans });
    from = to;
  }
  return { means, groups };
}

const farOff = 1e4;

function checkSpendParameters({ p, q, gamma }: GammaGammaParameters, mean: number): void {
  const parameters = `p ${p.toPrecision(3)}, q ${q.toPrecision(3)}, gamma ${gamma.toPrecision(3)}`;
  const scaled = [p, q, gamma / mean];
  if (!scaled.every((value) => value > 1 / farOff && value < farOff)) {
    throw new ValueFitError(
      `Gamma-Gamma runs to the boundary (${parameters}): the customers do not differ in what they ` +
        'spend as the model supposes',
    );
  }
  if (q <= 1) {
    throw new ValueFitError(
      `Gamma-Gamma has no mean of everybody (${parameters}; q must be above 1): a few orders are ` +
        'worth more than all others',
    );
  }
}
