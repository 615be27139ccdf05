import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { evaluateValue } from '../models/segmentation/value/evaluate-value.ts';
import { ValueFitError } from '../models/segmentation/value/value-fit-error.ts';
import { UsageError } from '../services/errors.ts';
import { runProcess } from '../services/run-process.ts';
import { chooseCut, type TimeUnit } from './evaluate-value/choose-cut.ts';
import { dayOf } from './evaluate-value/order-lines.ts';
import { predictionsText } from './evaluate-value/predictions-text.ts';
import { type OrderFormat, orderFormats, readOrders } from './evaluate-value/read-orders.ts';
import { valueJson } from './evaluate-value/value-json.ts';
import { valueText } from './evaluate-value/value-text.ts';
import { assertWritable, writeWhole } from './training/report/write-report.ts';

interface Given {
  readonly format: OrderFormat;
  readonly file: string;
  readonly calibrationEnd?: number;
  readonly end?: number;
  readonly unit?: TimeUnit;
  readonly json?: string;
  readonly report?: string;
  readonly predictions?: string;
}

const command = new Command('evaluate-value')
  .description(
    'Fit customer value (BG/NBD and Gamma-Gamma) to orders up to a day, and compare what it expects ' +
      'of each customer afterwards with what they did.',
  )
  .addOption(
    new Option('--format <format>', 'transactions: CSV with customer_id,date,amount')
      .choices(orderFormats)
      .makeOptionMandatory(),
  )
  .requiredOption('--file <path>', 'the orders, gzipped or not')
  .option(
    '--calibration-end <date>',
    'the last day that is fitted on (by default 1997-09-30 for cdnow, otherwise two thirds)',
    date,
  )
  .option('--end <date>', 'the last day that is predicted (by default the last in the file)', date)
  .addOption(
    new Option(
      '--unit <unit>',
      'unit of time of the parameters (by default weeks for cdnow, otherwise days)',
    ).choices(['days', 'weeks']),
  )
  .option('--json <file>', 'write every figure as JSON')
  .option('--report <file>', 'write a report with charts as HTML')
  .option('--predictions <file>', 'write what is known and expected of each customer as CSV');

await runProcess(async () => {
  const { format, file, json, report, predictions, ...given } = command.parse().opts<Given>();
  for (const path of [json, report, predictions]) {
    if (path !== undefined) await assertWritable(path);
  }
  const lines = await readOrders(file, format);
  const customers = lines.customers();
  const { cut, unit } = chooseCut(format, lines.span, given);
  const evaluation = fitted(() => evaluateValue(customers, cut));
  process.stdout.write(valueText(evaluation, unit));
  const figures = valueJson(evaluation, { file: basename(file), format, unit });
  if (json !== undefined) await writeWhole(json, `${JSON.stringify(figures, null, 2)}\n`);
  if (predictions !== undefined) await writeWhole(predictions, predictionsText(evaluation));
  if (report === undefined) return;
  // The charting library takes half a second to load, and nothing else needs it.
  const { valuePage } = await import('./training/report/value/value-page.ts');
  await writeWhole(report, valuePage(evaluation, { name: basename(file), unit }));
});

/** @throws UsageError for data that cannot carry the model */
function fitted<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ValueFitError) throw new UsageError(error.message, [], { cause: error });
    throw error;
  }
}

function date(text: string): number {
  const day = dayOf(text);
  if (Number.isNaN(day)) throw new InvalidArgumentError('expected a day like 1997-09-30');
  return day;
}
