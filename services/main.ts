import { readConfig } from './config.ts';
import { openDatabase } from './database/open-database.ts';
import { runProcess, untilStopped } from './run-process.ts';
import { serve } from './serve.ts';

await runProcess(async () => {
  const stopped = untilStopped();
  const config = readConfig();
  const database = await openDatabase(config);
  try {
    const serving = await serve(config, database);
    await stopped;
    await serving.stop();
  } finally {
    await database.release();
  }
});
