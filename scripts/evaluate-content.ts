import { Command, InvalidArgumentError } from 'commander';
import { type TowersConfig, towersConfigSchema } from '../models/content/towers-config.ts';
import { readConfig } from '../services/config.ts';
import { type EvaluateContentOptions, evaluateContent } from './training/evaluate-content.ts';
import { runInterruptible } from './training/interruptible.ts';
import { defaultThreads, seedOption, threadsOption, wholeNumber } from './training/options.ts';
import { progressOn } from './training/progress.ts';
import { withDatabase } from './with-database.ts';

interface Given extends Pick<EvaluateContentOptions, 'seed' | 'dimensions' | 'hideItems'> {
  readonly threads?: number;
  readonly backend?: 'tensorflow' | 'wasm';
  readonly towers: boolean;
  readonly towersSettings?: TowersConfig;
}

const command = new Command('evaluate-content')
  .description(
    "Hide some of the database's items from training altogether, and measure how well what is known " +
      'of their content ranks them among themselves.',
  )
  .option('--hide-items <share>', 'share of the items that is hidden', share, 0.1)
  .option('--dimensions <count>', 'of the ALS factors', wholeNumber(1, 1024), 64)
  .option('--backend <name>', 'of TensorFlow.js: tensorflow or wasm (default: what there is)')
  .option('--no-towers', 'measure without the towers')
  .option(
    '--towers-settings <json>',
    'other settings of the towers than the default ones',
    settings,
  )
  .addOption(seedOption())
  .addOption(threadsOption());

await runInterruptible(async (signal) => {
  const { threads = defaultThreads(), ...given } = command.parse().opts<Given>();
  await withDatabase('evaluate-content', (database) =>
    evaluateContent(database, {
      ...given,
      threads,
      weights: readConfig().eventWeights,
      signal,
      progress: progressOn(process.stderr),
      report: (text) => process.stdout.write(text),
    }),
  );
});

function settings(text: string): TowersConfig {
  try {
    return towersConfigSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 0.5) return value;
  throw new InvalidArgumentError('expected a share above 0 and up to .5');
}
