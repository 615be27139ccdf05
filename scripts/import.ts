import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../services/config.ts';
import { Database } from '../services/database/database.ts';
import { openDatabase } from '../services/database/open-database.ts';
import { UsageError } from '../services/errors.ts';
import { latestEventTime } from '../services/events/check-event.ts';
import { describeReport } from '../services/imports/describe-report.ts';
import { formats } from '../services/imports/formats/formats.ts';
import { createProgress } from '../services/imports/import-progress.ts';
import { runImport } from '../services/imports/run-import.ts';
import { runProcess, untilStopped } from '../services/run-process.ts';

interface Flags {
  readonly maxRejects: number;
  readonly rejects?: string;
  readonly batch: number;
  readonly occurredAt: string;
}

const command = new Command('import')
  .description('Import files into the database, all or nothing. docs/import.md has the formats.')
  .argument('<format>', formats.map(({ name }) => name).join(', '))
  .argument('<files...>', 'files, .gz or not; - is standard input')
  .option('--max-rejects <count>', 'bad lines allowed before nothing is imported', whole(0), 0)
  .option('--rejects <file>', 'where bad lines go (default: <first file>.rejects.ndjson here)')
  .option('--batch <rows>', 'rows in one copy', whole(1), 10_000)
  .option(
    '--occurred-at <time>',
    'time of events in formats that have none',
    time,
    '2000-01-01T00:00:00Z',
  );

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

await runProcess(async () => {
  const [name, ...files] = command.parse().args;
  const flags = command.opts<Flags>();
  const format = formats.find((candidate) => candidate.name === name);
  if (format === undefined) {
    const known = formats.map((candidate) => candidate.name).join(', ');
    throw new UsageError(`unknown format ${JSON.stringify(name)}; expected one of: ${known}`);
  }
  const abort = new AbortController();
  untilStopped().then((signal) => abort.abort(signal));
  const opened = await openDatabase(readConfig());
  const database = new Database({
    url: opened.url,
    // The session, partitions and a cancellation.
    poolSize: 3,
    applicationName: 'wardrobe-import',
    statementTimeout: 0,
  });
  const started = performance.now();
  try {
    const report = await runImport({
      database,
      format,
      formatOptions: { occurredAt: flags.occurredAt, latest: latestEventTime(new Date()) },
      files,
      maxRejects: flags.maxRejects,
      rejectFile: resolve(flags.rejects ?? `${basename(files[0] ?? '')}.rejects.ndjson`),
      batchRows: flags.batch,
      progress: createProgress(process.stderr),
      signal: abort.signal,
    });
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(describeReport(report, seconds));
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    process.stderr.write('interrupted: rolled back, nothing was imported\n');
    process.exitCode = exitCodes[abort.signal.reason as keyof typeof exitCodes];
  } finally {
    await database.close();
    await opened.release();
  }
});

function whole(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least}`);
  };
}

function time(text: string): string {
  const value = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(value.getTime())) return value.toISOString();
  throw new InvalidArgumentError('expected a time like 2026-01-31T12:00:00Z');
}
