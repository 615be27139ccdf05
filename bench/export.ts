// Exports, lists and snapshots of a large segment: `npm run build && node dist/bench/export.js
// [--help]`. The service, the database and the client are processes of their own on one machine. See
// bench/README.md.
import { execFile } from 'node:child_process';
import { get, type IncomingMessage, request } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { Command, InvalidArgumentError } from 'commander';
import type { Database } from '../services/database/database.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { everybody, type Ids, idOf, makeExportShop } from './export/export-shop.ts';
import { cpuOf, memoryOf, startProgram, stopProgram } from './recommend/processes.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('export')
  .description('Exports, lists and snapshots of a segment that all users are in.')
  .option('--users <n>', '', positive, 5_000_000)
  .option('--ids <kind>', 'counted, as the rows lie, or hashed', 'counted')
  .option('--keep <folder>', 'where the database stays, to be used again')
  .option('--most-in-memory <n>', 'users above which nobody reads all at once', positive, 1_000_000)
  .option('--exports-only', 'without lists and snapshots, which write')
  .parse()
  .opts<{ users: number; ids: Ids; mostInMemory: number; keep?: string; exportsOnly?: true }>();

const say = (text: string) => process.stdout.write(`${text}\n`);
const columns = 'userId,tier,frequency,monetary,channel,expectedSpend365d';

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly megabytes?: number;
  /** Until the first byte. */
  readonly first?: number;
  readonly before: number;
  readonly peak: number;
  readonly cpu: number;
}

function tell(
  name: string,
  { rows, seconds, megabytes, first, before, peak, cpu }: Measured,
): void {
  const rate = Math.round(rows / seconds).toLocaleString('en');
  const size = megabytes === undefined ? '' : `, ${megabytes.toFixed(0)} MB`;
  const start = first === undefined ? '' : `, first byte after ${first.toFixed(1)} s`;
  say(
    `| ${name} | ${rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s${size}${start} | ` +
      `${rate} | ${before.toFixed(0)} → ${peak.toFixed(0)} (+${(peak - before).toFixed(0)}) MiB | ` +
      `${cpu.toFixed(1)} s | ${loadavg()[0]?.toFixed(1)} |`,
  );
}

/** Runs some work while watching the memory and processor of a process. */
async function watching<T>(pid: number, work: () => Promise<T>) {
  const before = memoryOf(pid);
  const cpuBefore = cpuOf(pid);
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, memoryOf(pid));
  }, 50);
  try {
    const result = await work();
    return { ...result, before, peak, cpu: cpuOf(pid) - cpuBefore };
  } finally {
    clearInterval(sampling);
  }
}

const answerTo = (url: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).once('error', reject);
  });

/** Reads an export to its end, counting lines. */
async function read(url: string, isGzip: boolean) {
  const began = performance.now();
  const answer = await answerTo(url);
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
  const first = (performance.now() - began) / 1000;
  let bytes = 0;
  let rows = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const count = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) rows += 1;
    }
  };
  if (isGzip) await pipeline(answer, createGunzip(), count);
  else await count(answer);
  if (!answer.complete) throw new Error('cut off');
  return {
    rows,
    bytes,
    megabytes: bytes / 1e6,
    first,
    seconds: (performance.now() - began) / 1000,
  };
}

async function measureExports(url: string, pid: number, expected: number): Promise<void> {
  const ways: readonly (readonly [string, string])[] = [
    ['CSV, ids alone', 'header=false'],
    ['CSV, six columns', `header=false&columns=${columns}`],
    ['CSV, six columns, gzip', `header=false&columns=${columns}&gzip=true`],
    ['NDJSON, six columns', `format=ndjson&columns=${columns}`],
  ];
  for (const [name, query] of ways) {
    const address = `${url}/v1/segments/${everybody}/export?${query}`;
    const measured = await watching(pid, () => read(address, query.includes('gzip')));
    if (measured.rows !== expected) throw new Error(`${measured.rows} rows, not ${expected}`);
    tell(name, measured);
  }
}

async function measureNaive(databaseUrl: string, expected: number): Promise<void> {
  const program = join(import.meta.dirname, 'export/naive-export.js');
  const ways = options.users > options.mostInMemory ? ['cursor'] : ['cursor', 'memory'];
  for (const way of ways) {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [program, '--url', databaseUrl, '--way', way]);
    const measured = JSON.parse(stdout) as Measured;
    if (measured.rows !== expected) throw new Error(`${measured.rows} rows, not ${expected}`);
    const names = { cursor: 'rows by a cursor, CSV in JavaScript', memory: 'all rows in memory' };
    tell(`*${names[way as keyof typeof names]}*`, measured);
  }
}

/** Milliseconds from when a client hangs up to when its query is gone. */
async function measureLeaving(url: string, database: Database): Promise<void> {
  const path = `${url}/v1/segments/${everybody}/export?columns=${columns}`;
  const isUnderWay = async () => {
    const rows = await database.query(
      `select from pg_stat_activity where application_name = 'wardrobe-exports'
         and query like 'copy%' and state = 'active'`,
    );
    return rows.length > 0;
  };
  const until = async (state: boolean) => {
    while ((await isUnderWay()) !== state);
  };
  for (const [name, waitForBytes] of [
    ['while it sorts', false],
    ['while it sends', true],
  ] as const) {
    const times: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const asked = get(path);
      asked.on('error', () => undefined);
      const answer = new Promise<IncomingMessage>((resolve) => asked.once('response', resolve));
      await until(true);
      if (waitForBytes) (await answer).on('error', () => undefined).read();
      const left = performance.now();
      asked.destroy();
      await until(false);
      times.push(performance.now() - left);
    }
    say(`a client that goes ${name} frees its query within ${Math.max(...times).toFixed(0)} ms`);
  }
}

async function call(
  url: string,
  method: string,
  body?: Readable,
): Promise<Record<string, unknown>> {
  const asked = request(url, { method, headers: { 'Content-Type': 'text/csv' } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve).once('error', reject);
  });
  if (body) await pipeline(body, asked);
  else asked.end();
  let text = '';
  for await (const chunk of await answered) text += chunk;
  const result = JSON.parse(text) as Record<string, unknown>;
  if (result.status !== undefined) throw new Error(text);
  return result;
}

function* list(from: number, to: number): Generator<string> {
  for (let n = from; n <= to; n += 1000) {
    let text = '';
    for (let id = n; id < n + 1000 && id <= to; id += 1) text += `${idOf(id, options.ids)}\n`;
    yield text;
  }
}

async function measureWriting(url: string, pid: number): Promise<void> {
  const { users } = options;
  const segment = `${url}/v1/segments/uploaded`;
  await fetch(segment, { method: 'DELETE' });
  await fetch(segment, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: '{"name": "Uploaded", "kind": "static"}',
  });
  const timed = async (name: string, rows: number, work: () => Promise<unknown>) => {
    const measured = await watching(pid, async () => {
      const began = performance.now();
      await work();
      return { rows, seconds: (performance.now() - began) / 1000 };
    });
    tell(name, measured);
  };
  const moved = Math.round(users / 100);
  const upload = (from: number, to: number) =>
    call(`${segment}/members`, 'PUT', Readable.from(list(from, to)));
  const snapshot = () => call(`${segment}/snapshots`, 'POST');
  await timed('a list, uploaded', users, () => upload(1, users));
  await timed('its first snapshot', users, snapshot);
  await timed('the list less one in a hundred', users - moved, () => upload(moved + 1, users));
  await timed('its second snapshot', users - moved, snapshot);
  await timed('export of the first snapshot', users, () =>
    read(`${segment}/export?of=1&header=false`, false),
  );
  await timed('export of who left', moved, () =>
    read(`${segment}/export?of=2&part=left&header=false`, false),
  );
}

say(`${describeMachine()}, load ${loadavg().map((value) => value.toFixed(1))}`);
await withBenchDatabase(async ({ database, url: databaseUrl, dataDir }) => {
  await makeExportShop(database, options.users, options.ids, (step) => say(`making ${step}`));
  const [counted] = await database.query<{ count: number }>(
    `select count(*) as count from users where random_bucket('bench', user_id) >= 0.05`,
  );
  const expected = counted?.count ?? 0;
  const environment = { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, PORT: '0' };
  const service = await startProgram('../../services/main.js', environment);
  try {
    const pid = service.child.pid ?? 0;
    say('| what | | rows/s | memory of the process | its processor | load |');
    say('| --- | --- | --- | --- | --- | --- |');
    await measureExports(service.url, pid, expected);
    await measureNaive(databaseUrl, expected);
    if (!options.exportsOnly) await measureWriting(service.url, pid);
    await measureLeaving(service.url, database);
  } finally {
    await stopProgram(service);
  }
}, options.keep);
