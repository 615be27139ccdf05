import { Command, Option } from 'commander';
import type { ModelKind } from '../models/recommenders/model.ts';
import {
  assertNoArtifact,
  writeArtifactFolder,
} from '../services/model-registry/artifact-folder.ts';
import { runInterruptible } from './training/interruptible.ts';
import { withSource } from './training/open-source.ts';
import {
  datasetOption,
  defaultThreads,
  instant,
  kOption,
  modelOption,
  seedOption,
  settingsOption,
  testDaysOption,
  threadsOption,
  tuneOption,
} from './training/options.ts';
import { progressOn } from './training/progress.ts';
import { readSettings } from './training/settings-file.ts';
import { trainArtifact } from './training/train-artifact.ts';
import type { Tune } from './training/train-model.ts';

interface TrainCommandOptions {
  readonly dataset?: string;
  readonly testDays: number;
  readonly out?: string;
  readonly model: ModelKind;
  readonly k: number;
  readonly tune?: Tune;
  readonly settings?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly created?: string;
}

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
  .addOption(seedOption())
  .addOption(threadsOption())
  .addOption(
    new Option('--created <time>', 'ISO 8601, for the manifest (default: now)').argParser(instant),
  );

await runInterruptible(async (signal) => {
  const given = command.parse().opts<TrainCommandOptions>();
  const { out, model: kind, k, seed, threads = defaultThreads() } = given;
  if (out !== undefined) await assertNoArtifact(out);
  const settings = await readSettings(given.settings, given.tune, 'weights');
  const artifact = await withSource('train', given, (source) =>
    trainArtifact(source, {
      ...settings,
      kind,
      k,
      seed,
      threads,
      created: given.created ?? new Date().toISOString(),
      signal,
      progress: progressOn(process.stderr),
      report: (text) => process.stdout.write(text),
    }),
  );
  const { version } = artifact.manifest;
  const folder = out ?? `artifacts/${version}`;
  await writeArtifactFolder(folder, artifact, signal);
  process.stdout.write(`wrote ${folder}, version ${version}\n`);
});
