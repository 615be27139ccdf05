import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { firstsOfMonths } from '../models/segmentation/months.ts';
import { createRfmBuilder } from '../services/create-services.ts';
import type { Database } from '../services/database/database.ts';
import { UsageError } from '../services/errors.ts';
import type { RfmBuilder } from '../services/rfm/rfm-builder.ts';
import { runProcess } from '../services/run-process.ts';
import { writingRows } from './rfm/past-file.ts';
import { printRfm } from './rfm/print-rfm.ts';
import { TierTally } from './rfm/tier-table.ts';
import { wholeNumber } from './training/options.ts';
import { withDatabase } from './with-database.ts';

interface Given {
  readonly asOf?: Date;
  readonly windowDays?: number;
  readonly full?: boolean;
  readonly rules?: string;
  readonly printRules?: boolean;
  readonly out?: string;
  readonly reset?: boolean;
  readonly backfillFrom?: Date;
}

const command = new Command('build-rfm')
  .description('Bring RFM scores and tiers up to date, or show those of a past day.')
  .option(
    '--as-of <time>',
    'a day such as 2026-01-31 (its start in UTC), or a time with a zone: shows the tiers of then and changes nothing',
    moment,
  )
  .option('--out <file>', 'with --as-of: writes a row a user as CSV')
  .option(
    '--reset',
    'forgets tiers and history and builds them anew, with --as-of as of then: for a data set that has ended',
  )
  .option(
    '--window-days <n>',
    'days whose orders count; as before unless given, 365 at first',
    wholeNumber(1, 36_500),
  )
  .option('--full', 'adds up all orders anew, not only those of users with something new')
  .option('--rules <file>', 'JSON: rules of tiers that hold from now on')
  .option('--print-rules', 'prints the rules that hold, as JSON, and does nothing else')
  .option(
    '--backfill-from <time>',
    'fills the history before what there is, a point a month from then on',
    moment,
  );

function moment(text: string): Date {
  const time = new Date(text);
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /T.*(Z|[+-]\d\d:\d\d)$/.test(text);
  if (!(isDay || isTime) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('expected a day, like 2026-01-31, or a time with a zone');
  }
  return time;
}

await runProcess(async () => {
  const given = command.parse().opts<Given>();
  const now = new Date();
  const asOf = given.asOf ?? now;
  if (asOf > now) throw new UsageError('--as-of: the future is not known yet');
  const isLook = given.asOf !== undefined && given.reset !== true;
  if (given.out !== undefined && !isLook) {
    throw new UsageError('--out: is for --as-of without --reset');
  }
  await withDatabase('build-rfm', async (database) => {
    const builder = createRfmBuilder(database);
    if (given.printRules === true) {
      process.stdout.write(`${JSON.stringify(await builder.rules(), null, 2)}\n`);
      return;
    }
    if (given.rules !== undefined) await useRules(builder, given.rules, given.windowDays);
    await (isLook ? look(builder, asOf, given) : build(database, builder, asOf, given));
  });
});

async function useRules(builder: RfmBuilder, path: string, windowDays: number | undefined) {
  const version = await builder.useRules(await readJson(path), windowDays);
  process.stdout.write(`rules ${version} are active\n`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rules: ${path}: ${(error as Error).message}`);
  }
}

async function build(database: Database, builder: RfmBuilder, asOf: Date, given: Given) {
  const { windowDays, full, reset, backfillFrom } = given;
  await printRfm(database, builder, {
    asOf,
    ...(windowDays !== undefined && { windowDays }),
    ...(full !== undefined && { full }),
    ...(reset !== undefined && { reset }),
  });
  if (backfillFrom === undefined) return;
  const changes = await builder.backfill(firstsOfMonths(backfillFrom, asOf), {
    onDay: (day) => process.stdout.write(`history of ${day.toISOString().slice(0, 10)}\n`),
  });
  process.stdout.write(`${changes.toLocaleString('en')} changes added to the history\n`);
}

async function look(builder: RfmBuilder, asOf: Date, { windowDays, out }: Given): Promise<void> {
  const tally = new TierTally();
  await builder.look({ asOf, ...(windowDays !== undefined && { windowDays }) }, async (rows) => {
    for await (const { tier, monetary } of out === undefined ? rows : writingRows(out, rows)) {
      tally.add(tier, 1, monetary);
    }
  });
  process.stdout.write(`as of ${asOf.toISOString()}\n${tally.text()}`);
}
