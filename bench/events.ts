// Events per second over HTTP: `npm run build && node dist/bench/events.js [--help]`.
// The service, the database and the load are processes of their own on one machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError } from 'commander';
import { seededRandom } from '../models/dataset/seeded-random.ts';
import type { Database } from '../services/database/database.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { makeEvent } from './events/event-mix.ts';
import { load, quantile } from './events/load.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('events')
  .description('Measures POST /v1/events against a database of its own in a temporary folder.')
  .option('--events <n>', 'events to send to each server', positive, 400_000)
  .option('--batch <n>', 'events a call', positive, 100)
  .option('--connections <n>', 'connections', positive, 16)
  .option('--stored <n>', 'events that are there before', positive)
  .option('--only <server>', 'grouped or naive; both when left out')
  .parse()
  .opts<{ events: number; batch: number; connections: number; stored?: number; only?: string }>();

const say = (text: string) => process.stdout.write(`${text}\n`);

const servers = { grouped: '../services/main.js', naive: './events/naive-server.js' };

async function start(program: string, databaseUrl: string) {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, program)], {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout as NodeJS.ReadableStream)) {
    const [, url] = line.match(/"url":"(http:[^"]+)".*"listening"/) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`${program} ended before it listened`);
}

function makeBodies(calls: number): Buffer[] {
  const random = seededRandom(7);
  const now = Date.now();
  return Array.from({ length: calls }, () => {
    const events = Array.from({ length: options.batch }, () => makeEvent(random, now));
    return Buffer.from(JSON.stringify({ events }));
  });
}

/** Seconds of CPU that a service has used. */
async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(metrics.match(/^process_cpu_seconds_total (\S+)/m)?.[1]);
}

/** Stores events of the last 20 days. */
async function fill(database: Database, count: number): Promise<void> {
  await database.query(`select ensure_event_partitions(now() - interval '20 days', now())`);
  await database.query(
    `with made as (
      insert into events (event_id, user_id, session_id, room_id, item_id, type, occurred_at)
      select
        gen_random_uuid()::text, 'user-' || n % 200000, 'session-' || n, 'room-' || n % 200,
        'item-' || n % 20000, case when random() < 0.6 then 'impression' else 'view' end,
        now() - interval '20 days' * (1 - n::float8 / $1::integer)
      from generate_series(1, $1::integer) as n
      returning event_id, occurred_at
    )
    insert into event_keys (event_id, occurred_at) select event_id, occurred_at from made`,
    [count],
  );
  await database.query('vacuum analyze events');
  await database.query('vacuum analyze event_keys');
}

async function sendTo(url: string, database: Database) {
  const warm = await load(url, makeBodies(100), options.connections);
  const bodies = makeBodies(Math.ceil(options.events / options.batch));
  await database.query('checkpoint');
  const cpuBefore = await cpuSeconds(url);
  const busy = loadavg()[0]?.toFixed(1);
  const result = await load(url, bodies, options.connections);
  const cpu = (await cpuSeconds(url)) - cpuBefore;
  return { result, cpu, busy, acknowledged: warm.acknowledged + result.acknowledged };
}

async function run(name: keyof typeof servers, database: Database, databaseUrl: string) {
  await database.query('truncate events, event_keys');
  if (options.stored !== undefined) await fill(database, options.stored);
  const server = await start(servers[name], databaseUrl);
  try {
    return await sendTo(server.url, database);
  } finally {
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
  }
}

async function measure(name: keyof typeof servers, database: Database, databaseUrl: string) {
  const { result, cpu, busy, acknowledged } = await run(name, database, databaseUrl);
  const [stored] = await database.query<{ events: number; keys: number }>(
    `select (select count(*) from events) as events, (select count(*) from event_keys) as keys`,
  );
  const expected = acknowledged + (options.stored ?? 0);
  if (stored?.events !== expected || stored.keys !== expected) {
    throw new Error(`${acknowledged} acknowledged, ${JSON.stringify(stored)} stored`);
  }
  const rate = Math.round(result.acknowledged / result.seconds);
  const at = (share: number) => quantile(result.latencies, share).toFixed(1);
  say(
    `${name}: ${rate} events/s; a call p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms; ` +
      `service CPU ${((cpu * 1e6) / result.acknowledged).toFixed(1)} µs an event; ` +
      `${acknowledged} acknowledged and stored; load average before ${busy}`,
  );
}

await withBenchDatabase(async ({ database, url }) => {
  say(describeMachine());
  say(`${options.events} events, ${options.batch} a call, ${options.connections} connections`);
  for (const name of ['grouped', 'naive'] as const) {
    if (options.only === undefined || options.only === name) {
      await measure(name, database, url);
    }
  }
});
