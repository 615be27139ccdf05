import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { ModelKind } from '../models/recommenders/model.ts';
import { UsageError } from '../services/errors.ts';
import { runInterruptible } from './training/interruptible.ts';
import { withSource } from './training/open-source.ts';
import {
  datasetOption,
  defaultThreads,
  fromDatabaseOption,
  kOption,
  modelOption,
  seedOption,
  settingsOption,
  testDaysOption,
  threadsOption,
  tuneOption,
} from './training/options.ts';
import { progressOn } from './training/progress.ts';
import { choiceRows, dataRows, formatRows, measuredRows } from './training/report.ts';
import { readSettings } from './training/settings-file.ts';
import { Stopwatch } from './training/stopwatch.ts';
import { chooseModel, fitModel, measureModel, type Tune } from './training/train-model.ts';
import type { TrainingSource } from './training/training-source.ts';
import { writeRecommendations } from './training/write-recommendations.ts';

interface EvaluateOptions {
  readonly dataset?: string;
  readonly fromDatabase?: true;
  readonly testDays: number;
  readonly model: ModelKind;
  readonly k: number;
  readonly tune?: Tune;
  readonly settings?: string;
  readonly recommendations?: string;
  readonly json?: string;
  readonly seed: number;
  readonly threads?: number;
}

const command = new Command('evaluate')
  .description('Train a recommender on one part of the data and measure it on another.')
  .addOption(datasetOption())
  .addOption(fromDatabaseOption())
  .addOption(testDaysOption())
  .addOption(modelOption().makeOptionMandatory())
  .addOption(kOption())
  .addOption(tuneOption())
  .addOption(settingsOption())
  .option('--recommendations <file>', 'write `user<TAB>item,item,…` for every test user')
  .option('--json <file>', 'write the report as JSON')
  .addOption(seedOption())
  .addOption(threadsOption());

await runInterruptible(async (signal) => {
  const given = command.parse().opts<EvaluateOptions>();
  if (given.dataset === undefined && !given.fromDatabase) {
    throw new UsageError('give --dataset <folder> or --from-database');
  }
  await withSource('evaluate', given, (source) => evaluate(given, source, signal));
});

async function evaluate(
  given: EvaluateOptions,
  source: TrainingSource,
  signal: AbortSignal,
): Promise<void> {
  const { model: kind, k, seed } = given;
  const settings = await readSettings(given.settings, given.tune, 'all');
  const threads = given.threads ?? defaultThreads();
  const progress = progressOn(process.stderr);
  const options = { k, seed, threads, signal, progress };
  const watch = new Stopwatch();

  const data = await source.load(seed, signal);
  if (!data.heldOut) throw new UsageError(nothingHeldOut(given));
  watch.lap('read');
  process.stdout.write(formatRows([['model', kind], ...dataRows(source, data)]));

  const choice = await chooseModel(kind, data, settings, options);
  watch.lap('choose');
  process.stdout.write(formatRows(choiceRows(choice)));
  const model = await fitModel(kind, data, choice.settings, options);
  watch.lap('fit');
  const measured = await measureModel(model, data, data.heldOut, options);
  watch.lap('rank');
  process.stdout.write(
    formatRows([...measuredRows(measured, data.heldOut), ['seconds', watch.describe()]]),
  );

  const { recommendations, json } = given;
  if (recommendations) {
    const { users } = data.heldOut.test;
    await writeRecommendations(
      recommendations,
      measured.recommendations,
      users,
      data.dataset,
      signal,
    );
  }
  if (json) {
    const report = {
      model: kind,
      dataset: source.name,
      seed,
      threads,
      settings: choice.settings,
      tried: choice.tried,
      ...(choice.blend && { blend: choice.blend }),
      split: data.heldOut.split,
      metrics: measured.metrics,
      cold: measured.cold,
      seconds: watch.laps,
    };
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  }
}

function nothingHeldOut({ dataset, testDays }: EvaluateOptions): string {
  return dataset === undefined
    ? `nobody wanted anything in the last ${testDays} days of events; try another --test-days`
    : `${dataset} has no test.txt and no test.txt.gz`;
}
