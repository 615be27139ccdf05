import { Command, InvalidArgumentError, Option } from 'commander';
import { runProcess } from '../services/run-process.ts';
import type { ShopSize } from '../services/simulation/shop-store.ts';
import { withNewFolder } from './simulation/new-folder.ts';
import { writeShopFiles } from './simulation/shop-files.ts';
import {
  demoShop,
  refuseFullShop,
  type SimulationOptions,
  type SimulationProgress,
  worldRows,
  writeWorld,
} from './simulation/simulate-shop.ts';
import { withTruth } from './simulation/truth-files.ts';
import { makeWorld } from './simulation/world.ts';
import { withDatabase } from './with-database.ts';

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };

function instant(text: string): Date {
  const time = new Date(text);
  if (/(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('expected a time with a zone, like 2026-05-01T00:00:00Z.');
}

interface Options {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly days: number;
  readonly seed: number;
  readonly until?: Date;
  readonly force?: true;
  readonly to?: string;
  readonly truth?: string;
}

const count = (flag: string, says: string, least: number, most: number, standard: number) =>
  new Option(flag, says).argParser(wholeNumber(least, most)).default(standard);

const command = new Command('simulate')
  .description('Fill an empty database with a simulated shop: the same for the same options.')
  .addOption(count('--users <count>', 'users', 1, 10_000_000, demoShop.users))
  .addOption(count('--items <count>', 'items', 1, 1_000_000, demoShop.items))
  .addOption(count('--rooms <count>', 'live rooms', 1, 10_000, demoShop.rooms))
  .addOption(count('--days <count>', 'days of events', 1, 3650, demoShop.days))
  .addOption(count('--seed <number>', 'where all chance comes from', 0, 2 ** 31 - 1, demoShop.seed))
  .option('--until <time>', 'when the simulation ends (default: now)', instant)
  .option('--force', 'write into a database that has users or items')
  .option('--to <folder>', 'write files for import, in place of the database')
  .option('--truth <folder>', 'write the hidden truth too: what the service must never read');

/** At most a line a second. */
function progressPrinter(): (progress: SimulationProgress) => void {
  let last = 0;
  return ({ day, days, events }) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    process.stdout.write(`day ${day} of ${days}, ${events.toLocaleString('en')} events\n`);
  };
}

/** Writes the shop to where it is wanted; what is hidden only beside it. */
function write(options: SimulationOptions, { to, truth }: Options): Promise<ShopSize> {
  const onProgress = progressPrinter();
  if (to !== undefined) {
    const world = makeWorld(options);
    return withTruth(truth, options, world, () =>
      withNewFolder(to, (folder) => writeShopFiles(folder, worldRows(world, onProgress))),
    );
  }
  return withDatabase('simulate', async (database) => {
    await refuseFullShop(database, options);
    const world = makeWorld(options);
    return withTruth(truth, options, world, () => writeWorld(database, world, onProgress));
  });
}

await runProcess(async () => {
  const given = command.parse().opts<Options>();
  const { until = new Date() } = given;
  const started = performance.now();
  const size = await write({ ...given, until }, given);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = Object.entries(size).map(([what, n]) => `${n.toLocaleString('en')} ${what}`);
  process.stdout.write(`${counts.join(', ')} until ${until.toISOString()}, ${seconds} s\n`);
});
