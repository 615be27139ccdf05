import { Command } from 'commander';
import { createModelPublisher } from '../services/create-services.ts';
import { runProcess } from '../services/run-process.ts';
import { withDatabase } from './with-database.ts';

const command = new Command('rollback').description(
  'Make the model that was active before the active one; again: one further back.',
);

await runProcess(async () => {
  command.parse();
  await withDatabase('rollback', async (database) => {
    const { from, to } = await createModelPublisher(database).rollback();
    process.stdout.write(`${to} is active; in place of ${from}\n`);
  });
});
