import { Command, Option } from 'commander';
import { readConfig } from '../services/config.ts';
import { migrate } from '../services/database/migrations.ts';
import { openDatabase } from '../services/database/open-database.ts';
import { UsageError } from '../services/errors.ts';
import { runProcess } from '../services/run-process.ts';

const command = new Command('migrate')
  .description('Bring the schema up to date, or undo the last migrations.')
  .addOption(new Option('--down <count>', 'undo this many migrations'));

await runProcess(async () => {
  const { down } = command.parse().opts<{ down?: string }>();
  const count = down === undefined ? undefined : Number(down);
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    throw new UsageError(`--down: expected a whole number above 0, got ${down}`);
  }
  const database = await openDatabase(readConfig());
  try {
    const undone = count === undefined ? [] : await migrate(database.url, 'down', count);
    for (const name of undone) process.stdout.write(`undone ${name}\n`);
    if (undone.length === 0) process.stdout.write('the schema is up to date\n');
  } finally {
    await database.release();
  }
});
