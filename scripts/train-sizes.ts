import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { classStatements, reliabilityBins } from '../models/evaluation/reliability.ts';
import { defaultSizeConfig } from '../models/sizing/training/size-model-config.ts';
import { readConfig } from '../services/config.ts';
import {
  assertNoArtifact,
  writeArtifactFolder,
} from '../services/model-registry/artifact-folder.ts';
import { usualMostPurchases } from '../services/training-data/measure-sizes-on-split.ts';
import { readPieces } from './sizes/read-pieces.ts';
import { trainedRows } from './sizes/size-rows.ts';
import { type TrainedSizes, trainSizes } from './sizes/train-sizes.ts';
import { runInterruptible } from './training/interruptible.ts';
import {
  instant,
  reportPath,
  seedOption,
  testDaysOption,
  wholeNumber,
} from './training/options.ts';
import { reliabilitySvg } from './training/report/reliability-svg.ts';
import { formatRows } from './training/report.ts';
import { withDatabase } from './with-database.ts';

interface TrainSizesCommand {
  readonly testDays: number;
  readonly most: number;
  readonly out?: string;
  readonly reliability: string;
  readonly seed: number;
  readonly created?: string;
}

const besideArtifact = '<artifact>.reliability.svg';

const command = new Command('train-sizes')
  .description(
    "Fit a model of sizes on the database's purchases and returns and write it as an artifact: a " +
      'folder of safetensors and a manifest.',
  )
  .addOption(testDaysOption().default(30))
  .addOption(
    new Option(
      '--most <count>',
      'purchases to learn from at most; of more, half of the users or a quarter … is read',
    )
      .argParser(wholeNumber(1))
      .default(usualMostPurchases),
  )
  .option('--out <folder>', 'the artifact; it must not be there yet (default: artifacts/<version>)')
  .addOption(
    new Option(
      '--reliability <file>',
      'draw how far the chances of the test came true, as SVG; none: do without',
    ).default(besideArtifact),
  )
  .addOption(seedOption())
  .addOption(
    new Option('--created <time>', 'ISO 8601, for the manifest (default: now)').argParser(instant),
  );

await runInterruptible(async (signal, wrote) => {
  const given = command.parse().opts<TrainSizesCommand>();
  if (given.out !== undefined) await assertNoArtifact(given.out);
  const returnWindow = readConfig().returnDays * 86_400;
  const decided = await withDatabase('train-sizes', (database) =>
    readPieces(database, { returnWindow, most: given.most, signal }),
  );
  const trained = trainSizes(decided, {
    ...given,
    config: defaultSizeConfig,
    returnWindow,
    created: given.created ?? new Date().toISOString(),
    onStep: (step) => {
      signal.throwIfAborted();
      process.stderr.write(`${step} …\n`);
    },
  });
  process.stdout.write(formatRows(trainedRows(trained)));
  const { version } = trained.manifest;
  const folder = given.out ?? `artifacts/${version}`;
  await writeArtifactFolder(folder, trained, signal);
  wrote(folder);
  process.stdout.write(`wrote ${folder}, version ${version}\n`);
  await drawReliability(trained, given.reliability, folder);
});

async function drawReliability(
  { tested, manifest }: TrainedSizes,
  given: string,
  folder: string,
): Promise<void> {
  const beside = `${folder.replace(/[/\\]+$/, '')}.reliability.svg`;
  const path = reportPath(given === besideArtifact ? beside : given);
  if (path === undefined || tested === undefined) return;
  const { chances, labels } = tested.measured;
  const curves = ['small', 'fit', 'large'].map((name, k) => ({
    name,
    bins: reliabilityBins(classStatements(chances, labels, 3, k), { cut: 'width' }),
  }));
  await writeFile(path, reliabilitySvg(`${manifest.version}: how pieces turn out`, curves));
  process.stdout.write(`reliability: ${path}\n`);
}
