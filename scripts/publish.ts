import { Command, InvalidArgumentError } from 'commander';
import { ArtifactError, decodeManifest } from '../models/artifact/artifact.ts';
import { familyOf } from '../models/artifact/manifest.ts';
import { readConfig } from '../services/config.ts';
import { createModelPublisher, createSizeModelPublisher } from '../services/create-services.ts';
import { ConflictError, UsageError } from '../services/errors.ts';
import { readArtifactFiles } from '../services/model-registry/artifact-folder.ts';
import type { Publication } from '../services/model-registry/publication.ts';
import { runProcess } from '../services/run-process.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('publish')
  .description(
    'Register a trained model and make it the one of its family that answers, unless it is worse.',
  )
  .argument('<artifact>', 'the folder that train or train-sizes has written')
  .option('--force', 'also when it is worse than the active one or cannot be compared with it')
  .option(
    '--tolerance <share>',
    'how much worse its figure may be than that of the active one, as a share of it: 0.01 is 1 %',
    share,
    0,
  );

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a number from 0 to 1');
}

function describe({ version, replaced, comparison, forced }: Publication): string {
  const lines = [
    replaced === version ? `${version} is active already` : `${version} is active`,
    ...(replaced !== undefined && replaced !== version ? [`in place of ${replaced}`] : []),
    ...(comparison
      ? [
          `${comparison.metric} ${comparison.candidate.toFixed(4)}, before ${comparison.active.toFixed(4)}` +
            (comparison.measuredAnew ? ' (measured anew on the same split)' : ''),
        ]
      : []),
    ...(forced === undefined ? [] : [`forced, although ${forced}`]),
  ];
  return `${lines.join('; ')}\n`;
}

await runProcess(async () => {
  command.parse();
  const [folder = ''] = command.args;
  const options = command.opts<{ force?: boolean; tolerance: number }>();
  try {
    const { manifestBytes, files } = await readArtifactFiles(folder);
    const manifest = decodeManifest(manifestBytes);
    await withDatabase('publish', async (database) => {
      const publisher =
        familyOf(manifest.kind) === 'sizes'
          ? createSizeModelPublisher(database, readConfig().returnDays)
          : createModelPublisher(database, readConfig().threads);
      const published = await publisher.publish(manifest, files, options);
      process.stdout.write(describe(published));
    });
  } catch (error) {
    if (error instanceof ConflictError) {
      const ways = '--tolerance 0.01 allows a loss of 1 %, --force any';
      throw new UsageError(`${error.message} (${ways})`, [], { cause: error });
    }
    if (!(error instanceof ArtifactError)) throw error;
    const problem = error.message.replaceAll(/\s*\n\s*/g, ' ');
    throw new UsageError(`${folder}: ${problem}`, [], { cause: error });
  }
});
