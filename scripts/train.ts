import { Command, Option } from 'commander';
import type { ModelKind } from '../models/recommenders/model.ts';
import {
  assertNoArtifact,
  writeArtifactFolder,
} from '../services/model-registry/artifact-folder.ts';
import { folderSource } from './training/folder-source.ts';
import { runInterruptible } from './training/interruptible.ts';
import {
  datasetOption,
  defaultThreads,
  instant,
  kOption,
  modelOption,
  seedOption,
  settingsOption,
  threadsOption,
  tuneOption,
} from './training/options.ts';
import { progressOn } from './training/progress.ts';
import { readSettings } from './training/settings-file.ts';
import { trainArtifact } from './training/train-artifact.ts';
import type { Tune } from './training/train-model.ts';

interface TrainCommandOptions {
  readonly dataset: string;
  readonly out: string;
  readonly model: ModelKind;
  readonly k: number;
  readonly tune?: Tune;
  readonly settings?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly created?: string;
}

const command = new Command('train')
  .description('Fit a model and write it as an artifact: a folder of safetensors and a manifest.')
  .addOption(datasetOption().makeOptionMandatory())
  .requiredOption('--out <folder>', 'the artifact; it must not be there yet')
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
  await assertNoArtifact(given.out);
  const settings = await readSettings(given.settings, given.tune, 'weights');
  const artifact = await trainArtifact(folderSource(given.dataset), {
    ...settings,
    kind: given.model,
    k: given.k,
    seed: given.seed,
    threads: given.threads ?? defaultThreads(),
    created: given.created ?? new Date().toISOString(),
    signal,
    progress: progressOn(process.stderr),
    report: (text) => process.stdout.write(text),
  });
  await writeArtifactFolder(given.out, artifact, signal);
  process.stdout.write(`wrote ${given.out}, version ${artifact.manifest.version}\n`);
});
