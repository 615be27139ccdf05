import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type ExposureReportOptions,
  reportExposure,
} from '../services/exposure/exposure-report.ts';
import { runProcess } from '../services/run-process.ts';
import { exposureText } from './exposure/exposure-text.ts';
import { instant, seedOption, wholeNumber } from './training/options.ts';
import { assertWritable, writeWhole } from './training/report/write-report.ts';
import { withDatabase } from './with-database.ts';

interface Given {
  readonly from?: string;
  readonly to?: string;
  readonly days: number;
  readonly modelVersion?: string;
  readonly variant?: string;
  readonly room?: string;
  readonly clickWindow: number;
  readonly purchaseWindow: number;
  readonly top: number;
  readonly tail: number;
  readonly newDays: number;
  readonly clip: number;
  readonly mostAnswers: number;
  readonly seed: number;
  readonly json?: string;
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1)) {
    throw new InvalidArgumentError('expected a number above 0, at most 1');
  }
  return value;
}

const command = new Command('report-exposure')
  .description(
    'What was shown, how it was spread over the catalogue, and what came of it by source and place.',
  )
  .option('--from <time>', 'answers from this time on', instant)
  .option('--to <time>', 'answers before this time; now when it is left out', instant)
  .option('--days <n>', 'without --from: so many days before --to', wholeNumber(1, 3650), 7)
  .option('--model-version <version>', 'answers of one version')
  .option('--variant <name>', 'answers of one variant')
  .option('--room <id>', 'answers of one room')
  .option('--click-window <minutes>', 'in which a click counts', wholeNumber(1), 30)
  .option('--purchase-window <hours>', 'in which a purchase counts', wholeNumber(1), 24)
  .option('--top <n>', 'how many items are the top', wholeNumber(1), 50)
  .option('--tail <share>', 'of the catalogue, the least popular: the long tail', share, 0.5)
  .option('--new-days <n>', 'an item is new for so long after its launch', wholeNumber(1), 14)
  .option('--clip <share>', 'a hit weighs at most 1 / this', share, 0.05)
  .addOption(
    new Option('--most-answers <n>', 'take rates from the viewers of about so many answers')
      .argParser(wholeNumber(1))
      .default(500_000),
  )
  .addOption(seedOption())
  .option('--json <file>', 'write the report as JSON');

await runProcess(async () => {
  const given = command.parse().opts<Given>();
  if (given.json !== undefined) await assertWritable(given.json);
  const options = optionsOf(given);
  const report = await withDatabase('report-exposure', (database) =>
    reportExposure(database, options),
  );
  process.stdout.write(exposureText(report, options));
  if (given.json !== undefined) {
    await writeWhole(given.json, `${JSON.stringify({ options, ...report }, null, 2)}\n`);
  }
});

function optionsOf(given: Given): ExposureReportOptions {
  const to = given.to === undefined ? new Date() : new Date(given.to);
  const day = 24 * 60 * 60 * 1000;
  const from =
    given.from === undefined ? new Date(to.getTime() - given.days * day) : new Date(given.from);
  return {
    from,
    to,
    version: given.modelVersion ?? null,
    variant: given.variant ?? null,
    roomId: given.room ?? null,
    windows: { click: 60 * given.clickWindow, purchase: 3600 * given.purchaseWindow },
    ...{ tail: given.tail, newDays: given.newDays, top: given.top, clip: given.clip },
    ...{ seed: given.seed, mostAnswers: given.mostAnswers },
  };
}
