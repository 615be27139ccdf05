// Audiences and lookalikes over many users: `npm run build && node dist/bench/audience.js` (--help
// lists the options). First the index alone, beside a naive reference: one user after the other
// through the queries that answer viewers. With --service, then a whole service with a database.
import { availableParallelism, loadavg } from 'node:os';
import { Command } from 'commander';
import { measureIndex } from './audience/index-speed.ts';
import type { AudienceBenchOptions } from './audience/options.ts';
import { measureService } from './audience/service-speed.ts';
import { describeMachine } from './bench-database.ts';

const options = new Command('audience')
  .option('--users <n>', 'with a history', Number, 200_000)
  .option('--items <n>', 'of the catalogue', Number, 100_000)
  .option('--shelf <n>', 'items of a shelf', Number, 100)
  .option('--events <n>', 'a user', Number, 20)
  .option('--factors <n>', 'of ALS', Number, 64)
  .option('--neighbours <n>', 'of SLIM', Number, 50)
  .option('--questions <n>', 'of each kind', Number, 20)
  .option('--sample <n>', 'users that the naive reference scores', Number, 2_000)
  .option('--service', 'a whole service too, with an embedded database')
  .option('--keep <folder>', 'where its shop is kept; made there once')
  .parse()
  .opts<AudienceBenchOptions>();

const say = (line: string) => process.stdout.write(`${line}\n`);

say(`${describeMachine()}, ${availableParallelism()} threads, load ${loadavg()[0]?.toFixed(1)}`);
measureIndex(options, say);
if (options.service) await measureService(options, say);
say(`load ${loadavg()[0]?.toFixed(1)}`);
