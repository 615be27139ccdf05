// Recommendations over HTTP: `npm run build && node dist/bench/recommend.js [--help]`. The service,
// the database and the load are processes of their own on one machine. See bench/README.md.
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createModelPublisher } from '../services/create-services.ts';
import { type BenchDatabase, describeMachine, withBenchDatabase } from './bench-database.ts';
import { fillShop, makeArtifact } from './recommend/generated-shop.ts';
import type { LoadReport } from './recommend/load-process.ts';
import {
  CuttableWay,
  cpuOf,
  cpuOfServer,
  LoadProcess,
  memoryOf,
  type RunningProgram,
  serverOf,
  startProgram,
  stopProgram,
} from './recommend/processes.ts';
import type { MixOptions } from './recommend/request-mix.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const paths = ['trivial', 'fallback', 'personalised', 'failing', 'gone'] as const;
type Path = (typeof paths)[number];

interface Options {
  readonly items: number;
  readonly users: number;
  readonly events: number;
  readonly rooms: number;
  readonly factors: number;
  readonly neighbours: number;
  readonly limit: number;
  readonly present: number;
  readonly connections: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly paths: readonly Path[];
  readonly keep?: string;
  readonly profile?: string;
  readonly viewers?: string;
}

const options = new Command('recommend')
  .description(
    'Load of 80 % requests of a room, 10 % of the whole catalogue and 10 % event writes, at ' +
      'saturation and at a fixed rate, on a generated shop.',
  )
  .option('--items <n>', 'of the catalogue', positive, 100_000)
  .option('--users <n>', '', positive, 200_000)
  .option('--events <n>', 'of a user', positive, 20)
  .option('--rooms <n>', 'with shelves of 100', positive, 200)
  .option('--factors <n>', 'dimensions of ALS', positive, 64)
  .option('--neighbours <n>', 'of SLIM', positive, 50)
  .option('--limit <n>', 'items an answer', positive, 20)
  .option('--present <n>', 'viewers who come back', positive, 5_000)
  .option('--connections <n>', 'at saturation', positive, 64)
  .option('--rate <n>', 'requests a second at the fixed rate', positive, 1_000)
  .option('--seconds <n>', 'how long each is measured', positive, 20)
  .option('--warm-up <n>', 'seconds before', positive, 15)
  .option('--paths <list>', paths.join(','), (text) => text.split(',') as Path[], [...paths])
  .option('--keep <folder>', 'of the database, filled once and kept for the next run')
  .option('--viewers <which>', 'present: who come back; all: another each time (default: both)')
  .option('--profile <folder>', 'where the service writes its CPU profiles')
  .parse()
  .opts<Options>();

const say = (text: string) => process.stdout.write(`${text}\n`);
const load = new LoadProcess();

interface Setting {
  readonly name: string;
  readonly program: RunningProgram;
  /** Process of the database server; NaN: none. */
  readonly server: number;
  readonly mix?: MixOptions;
}

function mixOf(viewers: MixOptions['viewers'], unavailable = false): MixOptions {
  const { users, items, rooms, limit } = options;
  return { users, items, rooms, limit, viewers, unavailable, seed: Date.now() };
}

/** Saturation, then the fixed rate. */
async function measure(setting: Setting): Promise<void> {
  await run(setting, { connections: options.connections }, options.warmUp);
  for (const at of [
    { connections: options.connections },
    { connections: 256, rate: options.rate },
  ]) {
    const { program, server, name } = setting;
    const busy = loadavg()[0]?.toFixed(1);
    const service = cpuOf(program.child.pid ?? 0);
    const database = cpuOfServer(server);
    const report = await run(setting, at, options.seconds);
    const spent = {
      service: cpuOf(program.child.pid ?? 0) - service,
      database: cpuOfServer(server) - database,
    };
    say(`${name}, ${at.rate ? `${at.rate}/s` : `${at.connections} connections`} (load ${busy})`);
    describe(report, spent);
    say(`  memory of the service: ${memoryOf(program.child.pid ?? 0).toFixed(0)} MiB`);
  }
}

function run(
  { program, mix }: Setting,
  at: { connections: number; rate?: number },
  seconds: number,
) {
  const { hostname: host, port } = new URL(program.url);
  const spec = { host, port: Number(port), seconds, ...at };
  return load.run({ spec, ...(mix && { mix: { ...mix, seed: Date.now() } }) });
}

function describe(report: LoadReport, spent: { service: number; database: number }): void {
  const all = Float64Array.from(report.latencies.flatMap(([, times]) => [...times])).sort();
  const per = (seconds: number) => `${((1e6 * seconds) / all.length).toFixed(0)} µs`;
  say(
    `  ${Math.round(all.length / report.seconds)} requests/s; processor time of each: service ` +
      `${per(spent.service)}, database ${per(spent.database)}, load ${per(report.cpu)}; ` +
      `begun late by p50 ${at(report.delays, 0.5)}, p99 ${at(report.delays, 0.99)} ms`,
  );
  for (const [kind, times] of [['all', all] as const, ...report.latencies]) {
    const quantiles = [0.5, 0.95, 0.99, 0.999].map((share) => at(times, share));
    const [p50, p95, p99, p999] = quantiles;
    say(
      `  ${kind.padEnd(10)} p50 ${p50}, p95 ${p95}, p99 ${p99}, p99.9 ${p999} ms (${times.length})`,
    );
  }
  const errors = report.errors.map(([what, count]) => `${what}: ${count}`);
  say(`  errors: ${errors.length > 0 ? errors.join(', ') : 'none'}`);
}

function at(sorted: Float64Array, share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
}

/** The paths must be what they are called, or the figures are of something else. */
async function check(url: string, expected: Record<string, unknown>): Promise<void> {
  for (const query of ['&roomId=room-1', '']) {
    const path = `/v1/users/user-1/recommendations?limit=${options.limit}${query}`;
    const answer = await fetch(url + path);
    const body = (await answer.json()) as Record<string, unknown> & { items?: unknown[] };
    for (const [name, value] of Object.entries(expected)) {
      if (body[name] !== value) throw new Error(`${path}: ${name} is ${String(body[name])}`);
    }
    if (body.items?.length !== options.limit) {
      throw new Error(`${path}: ${body.items?.length} items`);
    }
  }
}

async function onService(
  name: string,
  program: string,
  { url, dataDir, server }: Bench,
  expected: Record<string, unknown>,
): Promise<void> {
  const profile = options.profile && ['--cpu-prof', `--cpu-prof-dir=${resolve(options.profile)}`];
  const environment = { DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0' };
  const running = await startProgram(program, environment, profile || []);
  try {
    await check(running.url, expected);
    const setting = { program: running, server };
    const { present } = options;
    if (options.viewers !== 'all') {
      await measure({
        ...setting,
        name: `${name}, viewers who come back`,
        mix: mixOf({ present }),
      });
    }
    if (options.viewers !== 'present') {
      await measure({ ...setting, name: `${name}, another viewer each time`, mix: mixOf('all') });
    }
  } finally {
    await stopProgram(running);
  }
}

/** Postgres goes away under load: every answer is to be a quick 503. */
async function onGone({ url, dataDir }: Bench): Promise<void> {
  const way = await CuttableWay.to(url);
  const environment = { DATABASE_URL: way.url, DATA_DIR: dataDir, PORT: '0' };
  const program = await startProgram('../../services/main.js', environment);
  try {
    await check(program.url, { degraded: false });
    const mix = mixOf({ present: options.present });
    await run({ name: '', program, server: Number.NaN, mix }, { connections: 64 }, options.warmUp);
    way.cut();
    const gone = { program, server: Number.NaN, mix: { ...mix, unavailable: true } };
    await measure({ ...gone, name: 'the database is gone' });
  } finally {
    await stopProgram(program);
    way.close();
  }
}

async function onTrivial(): Promise<void> {
  const program = await startProgram('trivial-server.js', {});
  await measure({ name: 'a server that answers the same bytes', program, server: Number.NaN });
  await stopProgram(program);
}

interface Bench extends BenchDatabase {
  readonly server: number;
}

async function prepare({ database }: BenchDatabase): Promise<void> {
  const [found] = await database.query<{ users: number }>('select count(*) as users from users');
  if (found?.users === options.users) return;
  if (found?.users) throw new Error('the folder has another shop; give an empty one');
  const start = performance.now();
  await fillShop(database, options);
  say(`shop made in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

async function publish({ database }: BenchDatabase): Promise<void> {
  const { manifest, files } = makeArtifact(options);
  await createModelPublisher(database).publish(manifest, files);
}

if (options.keep !== undefined) await mkdir(options.keep, { recursive: true, mode: 0o711 });
await withBenchDatabase(async (bench) => {
  const { items, users, events, rooms, factors, neighbours, present } = options;
  say(describeMachine());
  say(
    `${items} items, ${users} users with ${events} events, ${rooms} rooms, ALS ${factors} and ` +
      `SLIM ${neighbours}, ${present} viewers who come back`,
  );
  const chosen = new Set(options.paths);
  if (chosen.has('trivial')) await onTrivial();
  await prepare(bench);
  const [row] = await bench.database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const own = { ...bench, server: serverOf(row?.pid ?? 0) };
  const service = '../../services/main.js';
  if (chosen.has('fallback')) {
    await bench.database.query('truncate model_versions cascade');
    await onService('fallback (no model)', service, own, { degradedReason: 'no_model' });
  }
  await publish(bench);
  if (chosen.has('personalised')) {
    await onService('personalised', service, own, { personalised: true, degraded: false });
  }
  if (chosen.has('failing')) {
    const expected = { degradedReason: 'model_error' };
    await onService('degraded (a model that fails)', 'failing-service.js', own, expected);
  }
  if (chosen.has('gone')) await onGone(own);
}, options.keep);
load.stop();
