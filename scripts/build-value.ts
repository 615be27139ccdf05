import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../services/config.ts';
import { createValueService } from '../services/create-services.ts';
import { runProcess } from '../services/run-process.ts';
import { valueBuildText } from './value/value-build-text.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('build-value')
  .description(
    'Fit customer value to the orders of all users, and write what each user is worth and how ' +
      'likely they come back.',
  )
  .option('--as-of <time>', 'as if it were then: later orders do not count (by default now)', time);

await runProcess(async () => {
  const { asOf = new Date() } = command.parse().opts<{ asOf?: Date }>();
  await withDatabase('build-value', async (database) => {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const built = await createValueService(database, readConfig().timeZone).build({
      asOf,
      onStep: (step) => process.stdout.write(`[${seconds()}] ${step}\n`),
    });
    process.stdout.write(`${valueBuildText(built)}${seconds()}\n`);
  });
});

function time(text: string): Date {
  const day = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (!Number.isNaN(day.getTime())) return day;
  throw new InvalidArgumentError('expected a time such as 2026-01-31 or 2026-01-31T12:00:00Z');
}
