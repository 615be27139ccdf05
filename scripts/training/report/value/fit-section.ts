import type { Convergence } from '../../../../models/segmentation/value/convergence.ts';
import type { ValueEvaluation } from '../../../../models/segmentation/value/evaluate-value.ts';
import { figure as number, whole } from '../format.ts';
import type { Html } from '../html.ts';
import { paragraph, section, table } from '../parts.ts';

/** Whose orders, and the unit of time that the parameters are in. */
export interface ValueSource {
  readonly name: string;
  readonly unit: 'days' | 'weeks';
}

const columns = [
  { name: 'parameter', isText: true },
  { name: 'value' },
  { name: 'standard error' },
  { name: 'of', isText: true },
];

/** The parameters, and how they were found. */
export function fitSection({ bgNbd, gammaGamma }: ValueEvaluation, { unit }: ValueSource): Html {
  const rates = `how often they order (α in ${unit})`;
  const { r, alpha, a, b } = bgNbd.parameters;
  const errors = bgNbd.standardErrors ?? {};
  const row = (name: string, value: number, error: number | undefined, of: string) => ({
    cells: [name, number(value), error === undefined ? '–' : number(error, 3), of],
  });
  const stopping = bgNbd.seesStopping
    ? [row('a', a, errors.a, 'who stops'), row('b', b, errors.b, 'who stops')]
    : [];
  const spend = typeof gammaGamma === 'string' ? undefined : gammaGamma;
  return section(
    'fit',
    'The models',
    paragraph(
      `BG/NBD: log-likelihood ${bgNbd.logLikelihood.toFixed(1)}, ${bgNbd.logLikelihoodWithoutStopping.toFixed(1)} if nobody stopped. ${whole(bgNbd.customers)} customers, ${whole(bgNbd.repeatCustomers)} with repeat orders, ${whole(bgNbd.rows)} distinct rows; ${how(bgNbd.convergence)}.`,
    ),
    bgNbd.seesStopping
      ? undefined
      : paragraph(
          'Nobody is seen to stop: stopping makes the orders no likelier than chance would. The model without it is taken, in which everybody is alive.',
        ),
    spend
      ? paragraph(
          `Gamma-Gamma: log-likelihood ${spend.logLikelihood.toFixed(1)}, ${whole(spend.customers)} customers, an order of everybody is worth ${number(spend.populationMean)}; ${how(spend.convergence)}.`,
        )
      : undefined,
    table(columns, [
      row('r', r, errors.r, rates),
      row('α', alpha, errors.alpha, rates),
      ...stopping,
      ...(spend
        ? [
            row('p', spend.parameters.p, spend.standardErrors?.p, 'orders of a customer'),
            row('q', spend.parameters.q, spend.standardErrors?.q, 'means of customers'),
            row('γ', spend.parameters.gamma, spend.standardErrors?.gamma, 'means of customers'),
          ]
        : []),
    ]),
  );
}

function how({ iterations, evaluations, gradient }: Convergence): string {
  return `${whole(iterations)} iterations and ${whole(evaluations)} evaluations, largest slope ${gradient.toExponential(1)} a customer`;
}
