import { valueHorizons } from '../../services/value/user-values.ts';
import type { ValueBuild, ValueModel } from '../../services/value/value-service.ts';

/** What was fitted and what it says of all users, beside the model before. */
export function valueBuildText({ before, users, ...model }: ValueBuild): string {
  const { bgNbd, gammaGamma } = model.report;
  const lines = [
    `${model.version}: value of ${whole(users)} users as of ${model.asOf.toISOString()}`,
    `  BG/NBD (days) ${parametersText(model.parameters.bgNbd)}, log-likelihood ${bgNbd.logLikelihood.toFixed(1)}, ` +
      `${whole(bgNbd.rows)} distinct rows, ${bgNbd.convergence.iterations} iterations`,
    ...(bgNbd.seesStopping
      ? []
      : ['  nobody is seen to stop: everybody is alive, and the model without stopping is taken']),
    `  Gamma-Gamma ${parametersText(model.parameters.gammaGamma)}, log-likelihood ` +
      `${gammaGamma.logLikelihood.toFixed(1)}, an order of everybody ${gammaGamma.populationMean.toFixed(2)}`,
    totalsText(model),
    ...(before && before.version !== model.version
      ? [
          `  before: ${before.version}, ${parametersText(before.parameters.bgNbd)}, ` +
            parametersText(before.parameters.gammaGamma),
          totalsText(before),
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function totalsText({ report: { totals } }: ValueModel): string {
  const ahead = valueHorizons.map((days, at) => {
    const [orders = 0, spend = 0] = [totals.orders[at], totals.spend[at]];
    return `${days} days ${whole(orders)} orders, ${whole(spend)}`;
  });
  const bands = Object.entries(totals.bands).map(([band, count]) => `${band} ${whole(count)}`);
  return `  expected: ${ahead.join('; ')}; ${bands.join(', ')}`;
}

function parametersText(parameters: object): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${Number(value).toPrecision(4)}`)
    .join(', ');
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
