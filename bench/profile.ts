// A user's profile over HTTP, and who has a tag: `npm run build && node dist/bench/profile.js
// [--help]`. The service, the database and the load are processes of their own on one machine. See
// bench/README.md.
import { mkdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { createFeatureService } from '../services/create-services.ts';
import type { Database } from '../services/database/database.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { makeCrmShop } from './crm/make-crm-shop.ts';
import {
  cpuOf,
  cpuOfServer,
  LoadProcess,
  type RunningProgram,
  serverOf,
  startProgram,
  stopProgram,
} from './recommend/processes.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

interface Options {
  readonly users: number;
  readonly purchases: number;
  readonly otherEvents: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly keep?: string;
}

const options = new Command('profile')
  .description('Profiles over HTTP, beside their parts asked one after another; and who has a tag.')
  .option('--users <n>', 'with profiles', positive, 120_000)
  .option('--purchases <n>', 'one in ten comes back', positive, 1_200_000)
  .option('--other-events <n>', 'views, clicks, likes and carts', positive, 2_400_000)
  .option('--rate <n>', 'requests a second', positive, 200)
  .option('--seconds <n>', 'how long each is measured', positive, 10)
  .option('--warm-up <n>', 'seconds before', positive, 5)
  .option('--keep <folder>', 'of the database, filled once and kept for the next run')
  .parse()
  .opts<Options>();

const say = (text: string) => process.stdout.write(`${text}\n`);
const load = new LoadProcess();

async function measure(name: string, program: RunningProgram, server: number): Promise<void> {
  const { hostname: host, port } = new URL(program.url);
  const run = (at: { connections: number; rate?: number }, seconds: number) =>
    load.run({
      spec: { host, port: Number(port), seconds, ...at },
      profiles: { users: options.users, seed: Date.now() },
    });
  await run({ connections: 4 }, options.warmUp);
  const service = program.child.pid ?? 0;
  for (const at of [
    { connections: 1 },
    { connections: 16, rate: options.rate },
    { connections: 16 },
  ]) {
    const busy = loadavg()[0]?.toFixed(1);
    const before = [cpuOf(service), cpuOfServer(server)] as const;
    const report = await run(at, options.seconds);
    const spent = [cpuOf(service) - before[0], cpuOfServer(server) - before[1]];
    const times = report.latencies.find(([kind]) => kind === 'profile')?.[1] ?? new Float64Array();
    const how = at.rate ? `${at.rate}/s` : `${at.connections} at a time`;
    const quantiles = [0.5, 0.95, 0.99].map((part) => quantile(times, part)).join(', ');
    const each = spent.map((seconds) => `${((1e6 * seconds) / times.length).toFixed(0)} µs`);
    const errors = report.errors.map(([what, count]) => `${what}: ${count}`).join(', ');
    say(
      `${name}, ${how}: p50, p95, p99 ${quantiles} ms; ${Math.round(times.length / report.seconds)}/s; ` +
        `processor time of each: service ${each[0]}, database ${each[1]}; ` +
        `errors: ${errors || 'none'} (load ${busy})`,
    );
  }
}

function quantile(sorted: Float64Array, at: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0).toFixed(2);
}

/** Tiers and values for whoever has none from a build: which they are does not matter here. */
async function fillDerived(database: Database): Promise<void> {
  await database.query(
    `insert into user_rfm (user_id, first_order_at, last_order_at, frequency, monetary,
       recency_score, frequency_score, monetary_score, tier, rfm_group, tier_since, computed_at)
     select user_id, first_event_at, last_purchase_at, purchases, spend, 3, 3, 3, 'promising',
       'promising', now(), now()
     from user_features where purchases > 0
     on conflict do nothing`,
  );
  await database.query(
    `insert into user_clv
     select user_id, .5, 1, 3, 9, 100, 300, 900, 'at_risk', 'value-bench', now()
     from user_features where purchases > 0
     on conflict do nothing`,
  );
  for (const table of ['user_rfm', 'user_clv']) await database.query(`vacuum (analyze) ${table}`);
}

/** How long it takes to say who has a tag, warm, the best of three. */
async function findHolders(database: Database): Promise<void> {
  const [category] = await database.query<{ value: string }>(
    `select value from user_tag_sums where tag = 'category' group by value order by count(*) desc limit 1`,
  );
  const tags = [
    ['category', category?.value ?? ''],
    ['discount', '10-30'],
    ['active_hours', '21-24'],
    ['channel', 'app'],
    ['live_watching', 'often'],
    ['size_returns', 'high'],
  ] as const;
  for (const [tag, value] of tags) {
    let best = Number.POSITIVE_INFINITY;
    let found = 0;
    for (let time = 0; time < 3; time++) {
      const started = performance.now();
      const [row] = await database.query<{ count: number }>(
        `select count(*) as count from user_tags where tag = $1::text and value = $2::text`,
        [tag, value],
      );
      best = Math.min(best, performance.now() - started);
      found = row?.count ?? 0;
    }
    say(`who has ${tag} ${value}: ${found} users in ${best.toFixed(0)} ms`);
  }
}

if (options.keep !== undefined) await mkdir(options.keep, { recursive: true, mode: 0o711 });
await withBenchDatabase(async ({ database, url, dataDir }) => {
  const { users, purchases, otherEvents } = options;
  say(describeMachine());
  const [found] = await database.query<{ users: number }>('select count(*) as users from users');
  if (found?.users === 0) {
    const sizes = { users, purchases, otherEvents, items: 20_000, rooms: 100, days: 365 };
    await makeCrmShop(database, { ...sizes, until: new Date('2026-11-01T00:00:00Z') });
    const started = performance.now();
    await createFeatureService(database).build();
    say(`features built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    await fillDerived(database);
  }
  const [sums] = await database.query<{ tags: number }>(
    'select count(*) as tags from user_tag_sums',
  );
  say(
    `${users} users, ${purchases} purchases, ${otherEvents} other events, ${sums?.tags} tag sums`,
  );
  const [row] = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const server = serverOf(row?.pid ?? 0);
  const environment = { DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0' };
  for (const [name, path] of [
    ['one statement', '../../services/main.js'],
    ['part by part', '../profile/naive-server.js'],
  ] as const) {
    const program = await startProgram(path, environment);
    try {
      await measure(name, program, server);
    } finally {
      await stopProgram(program);
    }
  }
  await findHolders(database);
}, options.keep);
load.stop();
