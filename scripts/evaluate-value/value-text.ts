import type { Convergence } from '../../models/segmentation/value/convergence.ts';
import type {
  HoldoutFigures,
  ValueEvaluation,
} from '../../models/segmentation/value/evaluate-value.ts';
import type { Comparison, Errors } from '../../models/segmentation/value/holdout-figures.ts';
import type { TimeUnit } from './choose-cut.ts';
import { dateOf } from './order-lines.ts';

/** The figures for a terminal. */
export function valueText(evaluation: ValueEvaluation, unit: TimeUnit): string {
  const { calibrationEnd, end, orders, spend, byRepeats, byBand } = evaluation;
  const days = end - calibrationEnd;
  const parts = [
    [`fitted through ${dateOf(calibrationEnd)}, predicted through ${dateOf(end)} (${days} days)`],
    bgNbdLines(evaluation, unit),
    gammaGammaLines(evaluation),
    holdoutLines('orders of', 'days with orders', orders),
    spend ? holdoutLines('money of', 'money, less what came back', spend) : [],
    ['orders by decile of what was expected', ...meanLines(orders.deciles, (_, at) => `${at + 1}`)],
    ['orders by repeats before', ...meanLines(byRepeats, ({ repeats }) => repeats)],
    [
      'orders by churn band (and who ordered at all)',
      ...meanLines(
        byBand,
        ({ band }) => band,
        ({ ordered }) => percent(ordered),
      ),
    ],
    trackingLines(evaluation),
  ];
  return `${parts
    .filter(({ length }) => length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function bgNbdLines({ bgNbd }: ValueEvaluation, unit: TimeUnit): string[] {
  const { parameters, standardErrors, logLikelihood, customers, repeatCustomers, rows } = bgNbd;
  return [
    `BG/NBD, ${unit}: ${parametersText({ ...parameters }, { ...standardErrors })}`,
    `  log-likelihood ${logLikelihood.toFixed(1)}, ` +
      `${bgNbd.logLikelihoodWithoutStopping.toFixed(1)} if nobody stopped; ` +
      `${customers} customers, ${repeatCustomers} with repeats, ${rows} distinct rows`,
    `  ${convergenceText(bgNbd.convergence)}`,
    ...(bgNbd.seesStopping
      ? []
      : [
          '  nobody is seen to stop: the model without stopping is taken (a = 0, b has no meaning), and',
          '  everybody is alive with a probability of 1',
        ]),
  ];
}

function gammaGammaLines({ gammaGamma }: ValueEvaluation): string[] {
  if (typeof gammaGamma === 'string') return [`no expected spend: ${gammaGamma}`];
  const { parameters, standardErrors, logLikelihood, customers, populationMean } = gammaGamma;
  return [
    `Gamma-Gamma: ${parametersText({ ...parameters }, { ...standardErrors })}`,
    `  log-likelihood ${logLikelihood.toFixed(1)}; ${customers} customers; ` +
      `an order of everybody ${populationMean.toFixed(2)}`,
    `  ${convergenceText(gammaGamma.convergence)}`,
  ];
}

function parametersText(
  parameters: Readonly<Record<string, number>>,
  errors: Readonly<Record<string, number>>,
): string {
  return Object.entries(parameters)
    .map(([name, value]) => {
      const error = errors[name];
      return `${name} ${value.toFixed(3)}${error === undefined ? '' : ` (± ${error.toFixed(3)})`}`;
    })
    .join(', ');
}

function convergenceText({ iterations, evaluations, stopped, gradient }: Convergence): string {
  const why = stopped === 'gradient' ? 'flat' : 'no further gain';
  const slope = `largest slope ${gradient.toExponential(1)} a customer`;
  return `converged (${why}) after ${iterations} iterations, ${evaluations} evaluations; ${slope}`;
}

function holdoutLines(
  title: string,
  what: string,
  { actual, model, pastRate, meanRate }: HoldoutFigures,
): string[] {
  const line = (name: string, { total, totalError, mae, rmse }: Errors) =>
    [
      name.padEnd(28),
      total.toFixed(1).padStart(12),
      percent(totalError, true).padStart(9),
      mae.toFixed(4).padStart(12),
      rmse.toFixed(4).padStart(12),
    ].join('');
  const head = ['total', 'error', 'MAE', 'RMSE'];
  const widths = [12, 9, 12, 12];
  return [
    `${title} the holdout (${what}): ${actual.toFixed(actual % 1 === 0 ? 0 : 2)}`,
    `${' '.repeat(28)}${head.map((name, at) => name.padStart(widths[at] ?? 0)).join('')}`,
    line('this model', model),
    line('each at their past rate', pastRate),
    line('all at the mean past rate', meanRate),
  ];
}

function meanLines<Row extends Comparison>(
  rows: readonly Row[],
  nameOf: (row: Row, at: number) => string,
  more: (row: Row) => string = () => '',
): string[] {
  const head = `${' '.repeat(14)}${'customers'.padStart(10)}${'expected'.padStart(10)}${'actual'.padStart(10)}`;
  const lines = rows.map((row, at) => {
    const { customers, expected, actual } = row;
    const means = [expected, actual].map((mean) => number(mean).padStart(10)).join('');
    return `${nameOf(row, at).padEnd(14)}${String(customers).padStart(10)}${means}${more(row).padStart(9)}`;
  });
  return [head, ...lines.map((line) => line.trimEnd())];
}

/** About a dozen periods, and the last. */
function trackingLines({ tracking, calibrationEnd }: ValueEvaluation): string[] {
  const step = Math.max(1, Math.ceil(tracking.length / 12));
  const shown = tracking.filter((_, at) => (at + 1) % step === 0 || at === tracking.length - 1);
  return [
    'repeat orders in all, cumulative',
    `${' '.repeat(14)}${'expected'.padStart(10)}${'actual'.padStart(10)}`,
    ...shown.map(({ through, expected, actual }) => {
      const where = through > calibrationEnd ? '  predicted' : '';
      const numbers = `${expected.toFixed(0).padStart(10)}${String(actual).padStart(10)}`;
      return `${(dateOf(through) ?? '').padEnd(14)}${numbers}${where}`;
    }),
  ];
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}

function percent(share: number, signed = false): string {
  if (!Number.isFinite(share)) return '–';
  return `${signed && share > 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
