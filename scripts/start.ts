import { Command } from 'commander';
import { readConfig } from '../services/config.ts';
import { Database } from '../services/database/database.ts';
import { openDatabase } from '../services/database/open-database.ts';
import { UsageError } from '../services/errors.ts';
import { runProcess, untilStopped } from '../services/run-process.ts';
import { serve } from '../services/serve.ts';
import { ensureFree } from '../services/server.ts';
import { demoStage, demoSteps, makeDemo } from './start/demo.ts';
import { exampleLines } from './start/examples.ts';
import { Steps } from './start/steps.ts';

// Arguments are refused, not ignored; settings come from the environment.
new Command('start')
  .description('Start Wardrobe: with a simulated shop where the embedded database is empty.')
  .allowExcessArguments(false)
  .parse();

/**
 * `npm start`: from whatever state to a service that answers. An empty embedded database gets a
 * simulated shop and a model of it; nothing is ever written into a database of the user's own.
 */
await runProcess(async () => {
  const config = readConfig();
  const stopped = untilStopped(config.underNpm);
  const stopping = new AbortController();
  stopped.then(() => stopping.abort(new UsageError('stopped; the next start goes on from here')));
  // Told now rather than after half a minute of training.
  await ensureFree(config.host, config.port);
  const began = performance.now();
  const opened = await openDatabase(config);
  const database = new Database({
    url: opened.url,
    poolSize: 4,
    applicationName: 'wardrobe-start',
    statementTimeout: 0,
  });
  try {
    const options = {
      database,
      dataDir: opened.dataDir,
      now: new Date(),
      threads: config.threads,
      weights: config.eventWeights,
      timeZone: config.timeZone,
      returnDays: config.returnDays,
      signal: stopping.signal,
    };
    const wanted = opened.embedded && config.demo === 'auto';
    const stage = wanted ? await demoStage(options) : 'nothing';
    const steps = new Steps(demoSteps(stage) + 2, process.stdout);
    const place = opened.embedded ? `embedded Postgres in ${opened.dataDir}` : 'from DATABASE_URL';
    steps.say('database', place, performance.now() - began);
    await makeDemo(stage, steps, options);
    stopping.signal.throwIfAborted();
    const serving = await steps.run('serve', async () => {
      const result = await serve(config, opened);
      return { result, said: `listening on ${result.url}` };
    });
    const lines = await exampleLines(database, serving.url, new Date());
    const text = lines.map((line) => `  ${line}`).join('\n');
    process.stdout.write(`Ready. ${serving.url}/docs shows the API. Try:\n${text}\n`);
    await stopped;
    await serving.stop();
  } finally {
    await database.close();
    await opened.release();
  }
});
