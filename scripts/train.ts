import { Command, Option } from 'commander';
import type { ModelKind } from '../models/recommenders/model.ts';
import { UsageError } from '../services/errors.ts';
import {
  assertNoArtifact,
  writeArtifactFolder,
} from '../services/model-registry/artifact-folder.ts';
import { runInterruptible } from './training/interruptible.ts';
import { type OpenSource, withSource } from './training/open-source.ts';
import {
  datasetOption,
  defaultThreads,
  instant,
  kOption,
  modelOption,
  reportOption,
  reportPath,
  seedOption,
  settingsOption,
  testDaysOption,
  threadsOption,
  tuneOption,
} from './training/options.ts';
import { progressOn } from './training/progress.ts';
import { assertWritable, writeReport } from './training/report/write-report.ts';
import { reportRun } from './training/report-run.ts';
import { type GivenSettings, readSettings } from './training/settings-file.ts';
import { trainArtifact } from './training/train-artifact.ts';
import type { Tune } from './training/train-model.ts';
import { readWarmStart, type WarmStart } from './training/warm-start.ts';

interface TrainingStart extends GivenSettings {
  readonly warmStart?: WarmStart;
}

interface TrainCommandOptions {
  readonly dataset?: string;
  readonly testDays: number;
  readonly out?: string;
  readonly model: ModelKind;
  readonly k: number;
  readonly tune?: Tune;
  readonly settings?: string;
  readonly warmStart?: string;
  readonly report: string;
  readonly seed: number;
  readonly threads?: number;
  readonly created?: string;
}

const besideArtifact = '<artifact>.report.html';

const command = new Command('train')
  .description(
    "Fit a model on the database's events, or on a folder's, and write it as an artifact: a folder " +
      'of safetensors and a manifest.',
  )
  .addOption(datasetOption())
  .addOption(testDaysOption())
  .option('--out <folder>', 'the artifact; it must not be there yet (default: artifacts/<version>)')
  .addOption(modelOption().default('hybrid'))
  .addOption(kOption())
  .addOption(tuneOption())
  .addOption(settingsOption())
  .addOption(
    new Option(
      '--warm-start <artifact>',
      "start from the factors of a trained model: a folder, or 'active'; its settings are used " +
        'unless --settings gives others',
    ),
  )
  .addOption(reportOption(besideArtifact))
  .addOption(seedOption())
  .addOption(threadsOption())
  .addOption(
    new Option('--created <time>', 'ISO 8601, for the manifest (default: now)').argParser(instant),
  );

await runInterruptible(async (signal, wrote) => {
  const given = command.parse().opts<TrainCommandOptions>();
  if (given.out !== undefined) await assertNoArtifact(given.out);
  const { report } = given;
  if (report !== besideArtifact && reportPath(report) !== undefined) await assertWritable(report);
  const settings = await readStart(given);
  await withSource('train', given, (opened) => train(given, settings, opened, signal, wrote));
});

/** What is known before anything is read: settings, and a model to start from. */
async function readStart({
  settings,
  tune,
  warmStart,
}: TrainCommandOptions): Promise<TrainingStart> {
  if (warmStart === undefined) return readSettings(settings, tune, 'quick');
  if (tune === 'all' || tune === 'quick') {
    throw new UsageError(`--tune ${tune} chooses what --warm-start gives; use one`);
  }
  const given = await readSettings(settings, tune, 'none');
  return { ...given, warmStart: await readWarmStart(warmStart) };
}

async function train(
  given: TrainCommandOptions,
  settings: TrainingStart,
  { source, shop }: OpenSource,
  signal: AbortSignal,
  wrote: (what: string) => void,
): Promise<void> {
  const { out, model: kind, k, seed, threads = defaultThreads() } = given;
  const created = given.created ?? new Date().toISOString();
  const report = (text: string) => process.stdout.write(text);
  const options = {
    k,
    seed,
    threads,
    created,
    signal,
    progress: progressOn(process.stderr),
    report,
  };
  const artifact = await trainArtifact(source, { ...options, ...settings, kind });
  const { version } = artifact.manifest;
  const folder = out ?? `artifacts/${version}`;
  await writeArtifactFolder(folder, artifact, signal);
  wrote(folder);
  report(`wrote ${folder}, version ${version}\n`);

  const beside = `${folder.replace(/[/\\]+$/, '')}.report.html`;
  const page = reportPath(given.report === besideArtifact ? beside : given.report);
  if (page === undefined) return;
  const { run, data, watch } = artifact;
  const dataset = source.name;
  const figures = await reportRun(run, data, { ...options, dataset, version, shop, watch });
  await writeReport(page, figures, signal);
  report(`report: ${page}\n`);
}
