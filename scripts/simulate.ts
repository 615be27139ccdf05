import { Command, InvalidArgumentError, Option } from 'commander';
import { runProcess } from '../services/run-process.ts';
import { demoShop, type SimulationProgress, simulateShop } from './simulation/simulate-shop.ts';
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
  .option('--force', 'write into a database that has users or items');

/** At most a line a second. */
function progressPrinter(): (progress: SimulationProgress) => void {
  let last = 0;
  return ({ day, days, events }) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    process.stdout.write(`day ${day} of ${days}, ${events.toLocaleString('en')} events\n`);
  };
}

await runProcess(async () => {
  const { until = new Date(), ...options } = command.parse().opts<Options>();
  await withDatabase('simulate', async (database) => {
    const started = performance.now();
    const size = await simulateShop(database, { ...options, until }, progressPrinter());
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = Object.entries(size).map(([what, n]) => `${n.toLocaleString('en')} ${what}`);
    process.stdout.write(`${counts.join(', ')} until ${until.toISOString()}, ${seconds} s\n`);
  });
});
