import { type BgNbdParameters, bgNbdLikelihood, bgNbdParameters, nbdLikelihood } from './bg-nbd.ts';
import {
  bestStarts,
  type Convergence,
  type LikelihoodMaximum,
  maximise,
  standardErrors,
} from './convergence.ts';
import { type CollapsedRows, type RowTotals, thinRows, totalsOf } from './purchase-rows.ts';
import { ValueFitError } from './value-fit-error.ts';

export interface BgNbdFit {
  /** Where nobody is seen to stop: those of the model without stopping, with a = 0 and b = 1. */
  readonly parameters: BgNbdParameters;
  /** Of what was fitted. Null: the data do not say where the maximum is. */
  readonly standardErrors: Partial<BgNbdParameters> | null;
  readonly logLikelihood: number;
  /** Of the model in which nobody stops (NBD). */
  readonly logLikelihoodWithoutStopping: number;
  /**
   * Whether the data tell stopping from going on: a and b gain more than two units of
   * log-likelihood, as many as there are parameters more (Akaike 1974). Where not, the model without
   * stopping is taken: everybody is alive with a probability of 1.
   */
  readonly seesStopping: boolean;
  readonly customers: number;
  readonly repeatCustomers: number;
  /** Distinct (x, t_x, T). */
  readonly rows: number;
  readonly convergence: Convergence;
}

/** Fewer do not tell four parameters. */
export const leastCustomers = 500;
/** A parameter this many times larger or smaller than a usual one is at the boundary. */
const farOff = 1e4;
/** Rows on which starts are compared. */
const rowsToStart = 20_000;

/**
 * Fits BG/NBD by maximum likelihood.
 *
 * Three starts on a part of the rows, then one search on all. Parameters are logarithms, so that the
 * unit of time only shifts one of them: the search takes the same steps in days as in weeks.
 *
 * @throws ValueFitError when the data cannot carry it
 */
export function fitBgNbd(rows: CollapsedRows): BgNbdFit {
  const totals = totalsOf(rows);
  checkTotals(totals);
  const likelihood = (logs: Float64Array) => bgNbdLikelihood(rows, logs);
  const nbd = (logs: Float64Array) => nbdLikelihood(rows, logs);
  const found = attempt('BG/NBD', () => {
    const start = startOf(rows);
    return after(start, maximise(likelihood, [start.logs], totals.customers));
  });
  const without = attempt('NBD', () =>
    after(found, maximise(nbd, [found.logs.slice(0, 2)], totals.customers)),
  );
  const seesStopping = found.logLikelihood - without.logLikelihood > 2;
  const chosen = seesStopping ? found : without;
  const parameters = seesStopping
    ? bgNbdParameters(found.logs)
    : { ...bgNbdParameters(without.logs), a: 0, b: 1 };
  checkBoundary(parameters, totals.age / totals.customers, seesStopping);
  const errors = standardErrors(seesStopping ? likelihood : nbd, chosen.logs);
  return {
    parameters,
    standardErrors: errors && named(errors),
    logLikelihood: chosen.logLikelihood,
    logLikelihoodWithoutStopping: without.logLikelihood,
    seesStopping,
    ...{ customers: totals.customers, repeatCustomers: totals.repeatCustomers },
    rows: rows.weights.length,
    convergence: chosen.convergence,
  };
}

/** Puts what was fitted in front of what went wrong. */
export function attempt<T>(model: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ValueFitError)) throw error;
    throw new ValueFitError(`${model} ${error.message}`);
  }
}

function startOf(rows: CollapsedRows): LikelihoodMaximum {
  const few = thinRows(rows, rowsToStart);
  const totals = totalsOf(few);
  const likelihood = (logs: Float64Array) => bgNbdLikelihood(few, logs);
  const starts = bestStarts(likelihood, possibleStarts(totalsOf(rows)), 3);
  return maximise(likelihood, starts, totals.customers);
}

/** With the steps that were taken before. */
function after(before: LikelihoodMaximum, found: LikelihoodMaximum): LikelihoodMaximum {
  const { iterations, evaluations } = before.convergence;
  return {
    ...found,
    convergence: {
      ...found.convergence,
      iterations: iterations + found.convergence.iterations,
      evaluations: evaluations + found.convergence.evaluations,
    },
  };
}

/** Rates around the mean one, by a few shapes; who stops seldom, often, and somewhere between. */
function possibleStarts({ repeats, age }: RowTotals): Float64Array[] {
  return [0.25, 1, 4].flatMap((r) =>
    [
      [0.1, 3],
      [0.8, 2.4],
      [2, 5],
    ].map(([a = 1, b = 1]) => {
      const rate = (repeats * (a + b)) / (age * b);
      return Float64Array.of(r, r / rate, a, b).map(Math.log);
    }),
  );
}

function checkTotals({ customers, repeatCustomers }: RowTotals): void {
  if (customers < leastCustomers) {
    throw new ValueFitError(
      `expected at least ${leastCustomers} customers with orders, got ${customers}`,
    );
  }
  if (repeatCustomers === 0) {
    throw new ValueFitError(`none of ${customers} customers has ordered on a second day`);
  }
}

/** Where the likelihood rises for ever, what was reached has no meaning. */
function checkBoundary(
  { r, alpha, a, b }: BgNbdParameters,
  meanAge: number,
  seesStopping: boolean,
): void {
  const isFar = (value: number) => !(value > 1 / farOff && value < farOff);
  if (isFar(r) || isFar(alpha / meanAge)) {
    throw new ValueFitError(
      `r and alpha run to the boundary (r ${short(r)}, alpha ${short(alpha)}): the customers do not ` +
        'differ in how often they order as the model supposes',
    );
  }
  if (seesStopping && (isFar(a) || isFar(b))) {
    throw new ValueFitError(
      `a and b run to the boundary (a ${short(a)}, b ${short(b)}): the customers do not differ in ` +
        'how likely they stop as the model supposes',
    );
  }
}

function short(value: number): string {
  return value.toPrecision(3);
}

function named([r = 0, alpha = 0, a, b]: readonly number[]): Partial<BgNbdParameters> {
  return { r, alpha, ...(a !== undefined && b !== undefined && { a, b }) };
}
