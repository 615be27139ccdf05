import { Command } from 'commander';
import { runProcess } from '../services/run-process.ts';
import type { ShopSize } from '../services/simulation/shop-store.ts';
import { type DriveSettings, driveService } from './simulation/drive/drive-service.ts';
import { withNewFolder } from './simulation/new-folder.ts';
import { aboveZero, count, instant, positive, serviceUrl } from './simulation/options.ts';
import { writeShopFiles } from './simulation/shop-files.ts';
import { shopRows } from './simulation/shop-rows.ts';
import {
  demoShop,
  eventsOf,
  refuseFullShop,
  type SimulationOptions,
  type SimulationProgress,
  writeWorld,
} from './simulation/simulate-shop.ts';
import { withTruth } from './simulation/truth-files.ts';
import { makeWorld } from './simulation/world.ts';
import { withDatabase } from './with-database.ts';

interface Options extends DriveSettings {
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly days: number;
  readonly seed: number;
  readonly until?: Date;
  readonly force?: true;
  readonly to?: string;
  readonly truth?: string;
  readonly drive?: URL;
}

const command = new Command('simulate')
  .description('Fill an empty database with a simulated shop: the same for the same options.')
  .addOption(count('--users <count>', 'users', 1, 10_000_000, demoShop.users))
  .addOption(count('--items <count>', 'items', 1, 1_000_000, demoShop.items))
  .addOption(count('--rooms <count>', 'live rooms', 1, 10_000, demoShop.rooms))
  .addOption(count('--days <count>', 'days of events', 1, 3650, demoShop.days))
  .addOption(count('--seed <number>', 'where all chance comes from', 0, 2 ** 31 - 1, demoShop.seed))
  .option('--visits-a-day <number>', 'of an average user (default: 0.08)', aboveZero)
  .option('--until <time>', 'when the simulation ends (default: now)', instant)
  .option('--force', 'write into a database that has users or items')
  .option('--to <folder>', 'write files for import, in place of the database')
  .option('--truth <folder>', 'write the hidden truth too: what the service must never read')
  .optionsGroup('Live, against a service that has this shop:')
  .option(
    '--drive <url>',
    'send its people there; --truth names the shop if it is given',
    serviceUrl,
  )
  .addOption(positive('--rate <visits>', 'visits that begin a second', 2))
  .addOption(positive('--duration <seconds>', 'how long visits begin', 60))
  .addOption(count('--concurrency <visits>', 'visits at once, at most', 1, 10_000, 100))
  .addOption(positive('--speed <factor>', "visitors' seconds in one of the clock", 20))
  .addOption(positive('--pin-every <seconds>', 'how long a host shows an item', 10));

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
      withNewFolder(to, (folder) =>
        writeShopFiles(folder, shopRows(world, eventsOf(world, onProgress))),
      ),
    );
  }
  return withDatabase('simulate', async (database) => {
    await refuseFullShop(database, options);
    const world = makeWorld(options);
    return withTruth(truth, options, world, () =>
      writeWorld(database, world, eventsOf(world, onProgress)),
    );
  });
}

async function writeShop(given: Options): Promise<void> {
  const { until = new Date() } = given;
  const started = performance.now();
  const size = await write({ ...given, until }, given);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = Object.entries(size).map(([what, n]) => `${n.toLocaleString('en')} ${what}`);
  process.stdout.write(`${counts.join(', ')} until ${until.toISOString()}, ${seconds} s\n`);
}

await runProcess(() => {
  const given = command.parse().opts<Options>();
  return given.drive === undefined ? writeShop(given) : driveService(given, given.drive);
});
