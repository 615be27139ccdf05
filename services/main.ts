import { Command } from 'commander';
import { readConfig } from './config.ts';
import { openDatabase } from './database/open-database.ts';
import { runProcess, untilStopped } from './run-process.ts';
import { serve } from './serve.ts';

// Arguments are refused, not ignored; settings come from the environment.
new Command('serve').description('Serve the API.').allowExcessArguments(false).parse();

await runProcess(async () => {
  const config = readConfig();
  const stopped = untilStopped(config.underNpm);
  const database = await openDatabase(config);
  try {
    const serving = await serve(config, database);
    await stopped;
    await serving.stop();
  } finally {
    await database.release();
  }
});
