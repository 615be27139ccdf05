import { Command, Option } from 'commander';
import type { ModelFamily } from '../models/artifact/manifest.ts';
import { readConfig } from '../services/config.ts';
import { createModelPublisher, createSizeModelPublisher } from '../services/create-services.ts';
import { runProcess } from '../services/run-process.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('rollback')
  .description('Make the model that was active before the active one; again: one further back.')
  .addOption(
    new Option('--family <family>', 'which of the active models')
      .choices(['recommendations', 'sizes'])
      .default('recommendations'),
  );

await runProcess(async () => {
  command.parse();
  await withDatabase('rollback', async (database) => {
    const { family } = command.opts<{ family: ModelFamily }>();
    const publisher =
      family === 'sizes'
        ? createSizeModelPublisher(database, readConfig().returnDays)
        : createModelPublisher(database);
    const { from, to } = await publisher.rollback();
    process.stdout.write(`${to} is active; in place of ${from}\n`);
  });
});
