// Events imported per second and the memory it takes:
// `npm run build && node dist/bench/import.js [--help]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError } from 'commander';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { writeEventFile } from './import/event-file.ts';
import { naiveImport } from './import/naive-insert.ts';

const positive = (given: string) => {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
};

const options = new Command('import')
  .description('Measures npm run import -- events on a database of its own in a temporary folder.')
  .option('--events <n>', 'events in the file', positive, 5_000_000)
  .option('--sample <n>', 'events that the naive way gets', positive, 200_000)
  .option('--file <ending>', 'ndjson, csv, ndjson.gz or csv.gz', 'ndjson')
  .option('--again', 'import the file a second time')
  .parse()
  .opts<{ events: number; sample: number; file: string; again?: boolean }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const count = (value: number) => Math.round(value).toLocaleString('en');

// The most that was ever resident, in KiB: VmHWM on Linux.
const tellPeak =
  'data:text/javascript,process.on("exit",()=>console.log("peak",process.resourceUsage().maxRSS))';

async function importOnce(path: string, databaseUrl: string): Promise<void> {
  const script = join(import.meta.dirname, '../scripts/import.js');
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', tellPeak, script, 'events', path], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`the import ended with ${code}: ${said}`);
  const peak = Number(/^peak (\d+)$/m.exec(said)?.[1]) / 1024;
  const [, events] = /^events +(.+)$/m.exec(said) ?? [];
  say(
    `import: ${events}; ${seconds.toFixed(1)} s with the start of the process, ` +
      `${count(options.events / seconds)} rows/s, peak ${count(peak)} MiB resident`,
  );
}

await withBenchDatabase(async ({ database, url, dataDir }) => {
  say(describeMachine());
  const sample = join(dataDir, 'sample.ndjson');
  await writeEventFile(sample, options.sample);
  await database.query(`select ensure_event_partitions('2026-01-01', '2026-04-01')`);
  const rate = await naiveImport(database, sample);
  say(`naive: ${count(options.sample)} events with insert … values, ${count(rate)} rows/s`);
  await database.query('truncate events, event_keys');
  const path = join(dataDir, `events.${options.file}`);
  await writeEventFile(path, options.events);
  const { size } = await stat(path);
  say(`${count(options.events)} events, ${count(size / 1e6)} MB of ${options.file}`);
  await database.query('checkpoint');
  await importOnce(path, url);
  if (options.again === true) await importOnce(path, url);
});
