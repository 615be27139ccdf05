// Recommendations per second over HTTP: `npm run build && node dist/bench/recommend.js [--help]`.
// The service, the database and the load are processes of their own on one machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { Command, InvalidArgumentError } from 'commander';
import { createModelPublisher } from '../services/create-services.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { fillShop, makeArtifact } from './recommend/generated-shop.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('recommend')
  .description('Measures GET /v1/users/{id}/recommendations on a generated shop of its own.')
  .option('--items <n>', 'items of the catalogue', positive, 20_000)
  .option('--users <n>', 'users with a history of 50 events', positive, 20_000)
  .option('--factors <n>', 'dimensions of the model', positive, 64)
  .option('--limit <n>', 'items an answer', positive, 20)
  .option('--connections <n>', 'connections', positive, 16)
  .option('--seconds <n>', 'how long each path is measured', positive, 15)
  .parse()
  .opts<Record<'items' | 'users' | 'factors' | 'limit' | 'connections' | 'seconds', number>>();

const say = (text: string) => process.stdout.write(`${text}\n`);

async function start(databaseUrl: string, dataDir: string) {
  const program = join(import.meta.dirname, '../services/main.js');
  const environment = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    PORT: '0',
  };
  const child: ChildProcess = spawn(process.execPath, [program], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout as NodeJS.ReadableStream)) {
    const [, url] = line.match(/"url":"(http:[^"]+)".*"listening"/) ?? [];
    if (url !== undefined) return { child, url };
  }
  throw new Error('the service ended before it listened');
}

function load(url: string, user: string, duration: number, connections = options.connections) {
  const requests = Array.from({ length: 2_000 }, (_, n) => ({
    path: `/v1/users/${user}-${(n * 7919) % options.users}/recommendations?limit=${options.limit}`,
  }));
  return autocannon({ url, connections, duration, requests });
}

/** The paths must be what they are called, or the figures are of something else. */
async function check(url: string, user: string, personalised: boolean): Promise<void> {
  const answer = await fetch(`${url}/v1/users/${user}-1/recommendations?limit=${options.limit}`);
  const body = (await answer.json()) as { personalised: boolean; items: unknown[] };
  if (body.personalised !== personalised || body.items.length !== options.limit) {
    throw new Error(`${user}-1 got ${body.items.length} items, personalised ${body.personalised}`);
  }
}

/** What the service has used of the processors: steadier than times on a busy machine. */
async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(metrics.match(/^process_cpu_seconds_total (\S+)$/m)?.[1]);
}

async function measure(name: string, url: string, user: string, connections: number) {
  await load(url, user, 3, connections);
  const before = await cpuSeconds(url);
  const { requests, latency, non2xx, errors } = await load(url, user, options.seconds, connections);
  const spent = (await cpuSeconds(url)) - before;
  if (non2xx + errors > 0) throw new Error(`${non2xx} refused, ${errors} failed`);
  say(
    `${name}, ${connections} connections: ${Math.round(requests.average)} requests/s; ` +
      `p50 ${latency.p50} ms, p99 ${latency.p99} ms; ` +
      `${((1000 * spent) / requests.total).toFixed(2)} ms of the service's processor each`,
  );
}

await withBenchDatabase(async ({ database, url, dataDir }) => {
  say(describeMachine());
  say(`${options.items} items, ${options.users} users, ${options.factors} factors`);
  await fillShop(database, options);
  const { manifest, files } = makeArtifact(options);
  await createModelPublisher(database).publish(manifest, files);
  const { child, url: service } = await start(url, dataDir);
  try {
    await check(service, 'user', true);
    await check(service, 'nobody', false);
    for (const connections of new Set([options.connections, 1])) {
      await measure('personalised', service, 'user', connections);
      await measure('popularity', service, 'nobody', connections);
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});
