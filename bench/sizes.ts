// Size suggestions over HTTP: `npm run build && node dist/bench/sizes.js [--help]`. The service, the
// database and the load are processes of their own on one machine. See bench/README.md.
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { decodeManifest } from '../models/artifact/artifact.ts';
import { createModelPublisher } from '../services/create-services.ts';
import { readArtifactFiles } from '../services/model-registry/artifact-folder.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import type { LoadReport } from './recommend/load-process.ts';
import {
  cpuOf,
  cpuOfServer,
  LoadProcess,
  memoryOf,
  type RunningProgram,
  serverOf,
  startProgram,
  stopProgram,
} from './recommend/processes.ts';
import { fillSizedShop } from './sizes/sized-shop.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};
const share = (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('expected a number from 0 to below 1');
};

interface Options {
  readonly items: number;
  readonly users: number;
  readonly purchases: number;
  readonly present: number;
  readonly rate: number;
  readonly returns: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly model?: string;
  readonly keep?: string;
}

const options = new Command('sizes')
  .description('Questions for one size at a fixed rate and at saturation, on a generated shop.')
  .option('--items <n>', 'in seven sizes', positive, 20_000)
  .option('--users <n>', 'with measurements', positive, 100_000)
  .option('--purchases <n>', 'one in eight comes back for its size', positive, 1_000_000)
  .option('--present <n>', 'users who come back', positive, 5_000)
  .option('--rate <n>', 'requests a second', positive, 500)
  .option('--returns <share>', 'of the requests that send a piece back', share, 0.01)
  .option('--seconds <n>', 'how long each is measured', positive, 20)
  .option('--warm-up <n>', 'seconds before', positive, 10)
  .option('--model <folder>', 'that train-sizes has written; without one the size chart answers')
  .option('--keep <folder>', 'of the database, filled once and kept for the next run')
  .parse()
  .opts<Options>();

const say = (text: string) => process.stdout.write(`${text}\n`);
const load = new LoadProcess();

interface Setting {
  readonly name: string;
  readonly program: RunningProgram;
  readonly server: number;
  readonly present?: number;
  readonly isTrivial?: boolean;
}

async function run(
  { program, present, isTrivial = false }: Setting,
  at: { connections: number; rate?: number },
  seconds: number,
): Promise<LoadReport> {
  const { hostname: host, port } = new URL(program.url);
  const { users, items, returns } = options;
  const sizes = { users, items, returns, present, seed: Date.now() };
  const spec = { host, port: Number(port), seconds, ...at };
  return load.run({ spec, ...(!isTrivial && { sizes }) });
}

async function measure(setting: Setting): Promise<void> {
  const { program, server, name } = setting;
  await run(setting, { connections: 16 }, options.warmUp);
  for (const at of [{ connections: 64, rate: options.rate }, { connections: 16 }]) {
    const busy = loadavg()[0]?.toFixed(1);
    const service = cpuOf(program.child.pid ?? 0);
    const database = cpuOfServer(server);
    const report = await run(setting, at, options.seconds);
    const spent = cpuOf(program.child.pid ?? 0) - service;
    const ofDatabase = cpuOfServer(server) - database;
    say(`${name}, ${at.rate ? `${at.rate}/s` : `${at.connections} connections`} (load ${busy})`);
    describe(report, spent, ofDatabase);
  }
  say(`  memory of the service: ${memoryOf(program.child.pid ?? 0).toFixed(0)} MiB`);
}

function describe(report: LoadReport, service: number, database: number): void {
  const count = report.latencies.reduce((sum, [, times]) => sum + times.length, 0);
  const per = (seconds: number) => `${((1e6 * seconds) / count).toFixed(0)} µs`;
  say(
    `  ${Math.round(count / report.seconds)} requests/s; processor time of each: service ` +
      `${per(service)}, database ${per(database)}; begun late by p99 ${quantile(report.delays, 0.99)} ms`,
  );
  for (const [kind, times] of report.latencies) {
    const [p50, p95, p99, p999] = [0.5, 0.95, 0.99, 0.999].map((at) => quantile(times, at));
    say(
      `  ${kind.padEnd(8)} p50 ${p50}, p95 ${p95}, p99 ${p99}, p99.9 ${p999} ms (${times.length})`,
    );
  }
  const errors = report.errors.map(([what, times]) => `${what}: ${times}`);
  say(`  errors: ${errors.length > 0 ? errors.join(', ') : 'none'}`);
}

function quantile(sorted: Float64Array, at: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0).toFixed(2);
}

/** The answer must be of what it is called, or the figures are of something else. */
async function check(url: string, version: string | null): Promise<void> {
  const answer = await fetch(`${url}/v1/users/user-1/items/item-1/size`);
  const body = (await answer.json()) as { modelVersion?: unknown; distribution?: unknown[] };
  if (body.modelVersion !== version || body.distribution?.length !== 7) {
    throw new Error(`not the answer that is to be measured: ${JSON.stringify(body)}`);
  }
}

if (options.keep !== undefined) await mkdir(options.keep, { recursive: true, mode: 0o711 });
await withBenchDatabase(async ({ database, url, dataDir }) => {
  const { items, users, purchases, present } = options;
  say(describeMachine());
  say(`${items} items in 7 sizes, ${users} users, ${purchases} purchases, ${present} come back`);
  const trivial = await startProgram('trivial-server.js', {});
  await measure({ name: 'the same bytes', program: trivial, server: Number.NaN, isTrivial: true });
  await stopProgram(trivial);
  const [found] = await database.query<{ users: number }>('select count(*) as users from users');
  if (found?.users === 0) await fillSizedShop(database, options);
  let version: string | null = null;
  if (options.model !== undefined) {
    const { manifestBytes, files } = await readArtifactFiles(options.model);
    const manifest = decodeManifest(manifestBytes);
    await createModelPublisher(database).publish(manifest, files, { force: true });
    version = manifest.version;
  }
  const [row] = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const server = serverOf(row?.pid ?? 0);
  const environment = { DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0' };
  const program = await startProgram('../../services/main.js', environment);
  try {
    await check(program.url, version);
    const what = version === null ? 'size chart' : 'trained model';
    await measure({ name: `${what}, users who come back`, program, server, present });
    await measure({ name: `${what}, any user`, program, server });
  } finally {
    await stopProgram(program);
  }
}, options.keep);
load.stop();
