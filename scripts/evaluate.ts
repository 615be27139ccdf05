import { Command } from 'commander';
import type { ModelKind } from '../models/recommenders/model.ts';
import { UsageError } from '../services/errors.ts';
import { runInterruptible } from './training/interruptible.ts';
import { type OpenSource, withSource } from './training/open-source.ts';
import {
  datasetOption,
  defaultThreads,
  fromDatabaseOption,
  kOption,
  modelsOption,
  reportOption,
  reportPath,
  seedOption,
  settingsOption,
  testDaysOption,
  threadsOption,
  tuneOption,
} from './training/options.ts';
import { progressOn } from './training/progress.ts';
import {
  assertWritable,
  reportText,
  writeReport,
  writeWhole,
} from './training/report/write-report.ts';
import { dataRows, formatRows } from './training/report.ts';
import { reportRun } from './training/report-run.ts';
import { type GivenSettings, readSettings } from './training/settings-file.ts';
import { Stopwatch } from './training/stopwatch.ts';
import type { Tune } from './training/train-model.ts';
import { runTraining, type TrainingRun } from './training/training-run.ts';
import type { TrainingData } from './training/training-source.ts';
import { writeRecommendations } from './training/write-recommendations.ts';

interface EvaluateOptions {
  readonly dataset?: string;
  readonly fromDatabase?: true;
  readonly testDays: number;
  readonly model: readonly ModelKind[];
  readonly k: number;
  readonly tune?: Tune;
  readonly settings?: string;
  readonly recommendations?: string;
  readonly report: string;
  readonly json?: string;
  readonly seed: number;
  readonly threads?: number;
}

const command = new Command('evaluate')
  .description(
    'Train a recommender on one part of the data and measure it on another, beside popularity ' +
      'and the parts that it is made of.',
  )
  .addOption(datasetOption())
  .addOption(fromDatabaseOption())
  .addOption(testDaysOption())
  .addOption(modelsOption().makeOptionMandatory())
  .addOption(kOption())
  .addOption(tuneOption())
  .addOption(settingsOption())
  .option('--recommendations <file>', 'write `user<TAB>item,item,…` for every test user')
  .addOption(reportOption('report.html'))
  .option('--json <file>', 'write the report as JSON')
  .addOption(seedOption())
  .addOption(threadsOption());

await runInterruptible(async (signal) => {
  const given = command.parse().opts<EvaluateOptions>();
  if (given.dataset === undefined && !given.fromDatabase) {
    throw new UsageError('give --dataset <folder> or --from-database');
  }
  if (given.settings !== undefined && given.model.length > 1) {
    throw new UsageError('--settings are those of one model; give one --model');
  }
  const page = reportPath(given.report);
  for (const path of [page, given.json, given.recommendations]) {
    if (path !== undefined) await assertWritable(path);
  }
  const settings = await readSettings(given.settings, given.tune, 'quick');
  await withSource('evaluate', given, (opened) =>
    evaluate(given, { settings, page }, opened, signal),
  );
});

async function evaluate(
  given: EvaluateOptions,
  { settings, page }: { readonly settings: GivenSettings; readonly page: string | undefined },
  { source, shop }: OpenSource,
  signal: AbortSignal,
): Promise<void> {
  const { k, seed, threads = defaultThreads(), json, recommendations } = given;
  const report = (text: string) => process.stdout.write(text);
  const options = { k, seed, threads, signal, progress: progressOn(process.stderr), report };
  const chosen = new Map();
  const watch = new Stopwatch();
  const data = await source.load(seed, signal, settings.tune !== 'none');
  if (!data.heldOut) throw new UsageError(nothingHeldOut(given));
  watch.lap('read');
  report(formatRows(dataRows(source, data)));

  const runs: TrainingRun[] = [];
  for (const kind of given.model) {
    report(formatRows([['model', kind]]));
    runs.push(await runTraining(data, { ...options, ...settings, chosen, kind, watch }));
  }
  const run = runs.pop();
  if (!run) throw new UsageError('give a --model');
  if (recommendations !== undefined) await writeLists(recommendations, run, data, signal);
  const created = new Date().toISOString();
  const figures = await reportRun(run, data, {
    ...options,
    ...{ dataset: source.name, created, shop, watch, others: runs },
  });
  if (json !== undefined) await writeWhole(json, reportText(figures));
  if (page === undefined) return;
  await writeReport(page, figures, signal);
  report(`report: ${page}\n`);
}

async function writeLists(
  path: string,
  { measured }: TrainingRun,
  { dataset, heldOut }: TrainingData,
  signal: AbortSignal,
): Promise<void> {
  if (!measured || !heldOut) return;
  await writeRecommendations(path, measured.recommendations, heldOut.test.users, dataset, signal);
}

function nothingHeldOut({ dataset, testDays }: EvaluateOptions): string {
  return dataset === undefined
    ? `nobody wanted anything in the last ${testDays} days of events; try another --test-days`
    : `${dataset} has no test.txt and no test.txt.gz`;
}
