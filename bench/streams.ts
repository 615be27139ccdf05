// Open streams of one process: `npm run build && node dist/bench/streams.js [--help]`. The service,
// the database and the clients are processes of their own on one machine. See bench/README.md.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { createModelPublisher } from '../services/create-services.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { fillShop, makeArtifact } from './recommend/generated-shop.ts';
import { cpuOf, startProgram, stopProgram } from './recommend/processes.ts';
import type { ClientOrder, ClientReport } from './streams/stream-clients.ts';

const positive = (text: string) => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('streams')
  .description('Streams of one room that are open at once, and changes that concern all of them.')
  .option('--streams <n>', 'open at once', positive, 5_000)
  .option('--items <n>', 'of the catalogue', positive, 20_000)
  .option('--limit <n>', 'items a ranking', positive, 20)
  .option('--rounds <n>', 'changes of each kind', positive, 6)
  .option('--own <n>', 'events of single viewers', positive, 50)
  .option('--idle <n>', 'seconds without a change', positive, 10)
  .option('--profile <folder>', 'where the service writes its CPU profile')
  .parse()
  .opts<
    Record<'streams' | 'items' | 'limit' | 'rounds' | 'own' | 'idle', number> & {
      profile?: string;
    }
  >();

const room = 'room-0';
const say = (text: string) => process.stdout.write(`${text}\n`);
const clock = () => performance.timeOrigin + performance.now();

/** The process with the clients. */
class Clients {
  readonly #child = fork(join(import.meta.dirname, 'streams/stream-clients.js'), {
    serialization: 'advanced',
  });

  async tell(order: ClientOrder): Promise<ClientReport> {
    this.#child.send(order);
    const [report] = (await once(this.#child, 'message')) as [ClientReport];
    if (report.broken > 0) throw new Error(`${report.broken} streams have broken`);
    return report;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

function quantiles(times: Iterable<number>): string {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => {
    const time = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return time === undefined ? '–' : time.toFixed(time < 10 ? 1 : 0);
  };
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, longest ${at(1)} ms`;
}

const residentOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;

async function call(url: string, method: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}

let sequence = 0;

/** Sells out a third of the shelf, or brings it back: every viewer has some of it in their list. */
async function changeStock(url: string, shelf: readonly string[], stock: number): Promise<number> {
  sequence += 1;
  const third = shelf.filter((_, place) => place % 3 === 0);
  const stocks = third.flatMap((itemId) =>
    ['S', 'M', 'L', 'XL'].map((size) => ({ skuId: `${itemId}-${size}`, stock, sequence })),
  );
  const began = clock();
  await call(`${url}/v1/skus/stock`, 'PATCH', { stocks });
  return began;
}

/** Milliseconds of requests one after another, until `done`. */
async function requests(url: string, done: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (!done()) {
    const user = `user-${(times.length * 7919) % options.streams}`;
    const began = performance.now();
    const path = `/v1/users/${user}/recommendations?roomId=${room}&limit=${options.limit}`;
    const answer = await fetch(url + path);
    await answer.arrayBuffer();
    times.push(performance.now() - began);
    await setTimeout(10);
  }
  return times;
}

async function measureChanges(url: string, pid: number, clients: Clients): Promise<void> {
  const answer = await fetch(`${url}/v1/rooms/${room}`);
  const { shelf } = (await answer.json()) as { shelf: { itemId: string }[] };
  const ids = shelf.map(({ itemId }) => itemId);
  const delays: number[] = [];
  const others: number[] = [];
  let spent = 0;
  let messages = 0;
  let bytes = 0;
  for (let round = 0; round < options.rounds; round++) {
    await setTimeout(2_000);
    await clients.tell({ kind: 'arm' });
    const cpu = cpuOf(pid);
    const began = await changeStock(url, ids, round % 2 === 0 ? 0 : 20);
    let isOver = false;
    const beside = requests(url, () => isOver);
    const report = await clients.tell({ kind: 'collect', within: 15_000 });
    isOver = true;
    others.push(...(await beside));
    spent += cpuOf(pid) - cpu;
    messages += report.messages;
    bytes += report.bytes;
    const times = Array.from(report.arrivals, (arrival) => arrival - began);
    delays.push(...times.filter((time) => !Number.isNaN(time)));
    say(
      `  round ${round + 1}: ${report.messages} messages; ` +
        `${quantiles(times.filter((time) => !Number.isNaN(time)))}`,
    );
  }
  say(
    `a stock change of a third of the shelf, from the request to the message: ${quantiles(delays)}`,
  );
  say(
    `  ${((1000 * spent) / messages).toFixed(2)} ms of the service's processor and ` +
      `${(bytes / messages / 1024).toFixed(1)} KiB a message, requests beside it included`,
  );
  say(`  requests beside it: ${quantiles(others)} (${others.length})`);
}

async function measureOwn(url: string, clients: Clients): Promise<void> {
  const delays: number[] = [];
  let unchanged = 0;
  for (let n = 0; n < options.own; n++) {
    const stream = (n * 7919) % options.streams;
    await clients.tell({ kind: 'arm' });
    const event = {
      eventId: `own-${n}`,
      userId: `user-${stream}`,
      itemId: `item-${(n * 104_729) % options.items}`,
      roomId: room,
      type: 'cart',
      occurredAt: new Date().toISOString(),
    };
    const began = clock();
    await call(`${url}/v1/events`, 'POST', { events: [event] });
    const { arrivals } = await clients.tell({ kind: 'collect', within: 2_000, stream });
    const delay = (arrivals[stream] ?? Number.NaN) - began;
    if (Number.isNaN(delay)) unchanged += 1;
    else delays.push(delay);
  }
  say(`an event of one viewer, from the request to their message: ${quantiles(delays)}`);
  if (unchanged > 0) say(`  of ${options.own}, ${unchanged} changed nothing of what was seen`);
}

async function measureIdle(url: string, pid: number): Promise<void> {
  const cpu = cpuOf(pid);
  let isOver = false;
  const beside = requests(url, () => isOver);
  await setTimeout(1000 * options.idle);
  isOver = true;
  const times = await beside;
  const share = (100 * (cpuOf(pid) - cpu)) / options.idle;
  say(`without a change: ${share.toFixed(1)} % of a core; requests beside it: ${quantiles(times)}`);
}

async function measureNext(url: string): Promise<void> {
  const times: number[] = [];
  let viewers: unknown;
  for (let n = 0; n < 10; n++) {
    const began = performance.now();
    const answer = await fetch(`${url}/v1/rooms/${room}/next?limit=5`);
    ({ viewers } = (await answer.json()) as { viewers: unknown });
    times.push(performance.now() - began);
  }
  say(`GET /next with ${JSON.stringify(viewers)}: ${quantiles(times)}`);
}

/** Everybody does something in the room, so that they are there. */
async function enter(url: string): Promise<void> {
  for (let from = 0; from < options.streams; from += 1000) {
    const count = Math.min(1000, options.streams - from);
    const events = Array.from({ length: count }, (_, n) => ({
      eventId: `enter-${from + n}`,
      userId: `user-${from + n}`,
      itemId: `item-${(from + n) % options.items}`,
      roomId: room,
      type: 'impression',
      occurredAt: new Date().toISOString(),
    }));
    await call(`${url}/v1/events`, 'POST', { events });
  }
}

await withBenchDatabase(async ({ database, url: databaseUrl, dataDir }) => {
  const load = loadavg().map((value) => value.toFixed(1));
  say(`${describeMachine()}, load ${load.join(' ')}`);
  const size = { items: options.items, users: options.streams, events: 20, rooms: 1 };
  const shop = { ...size, factors: 64, neighbours: 50 };
  await fillShop(database, shop);
  const { manifest, files } = makeArtifact(shop);
  await createModelPublisher(database).publish(manifest, files);
  const environment = { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, PORT: '0' };
  const profile = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
  const service = await startProgram('../../services/main.js', environment, profile);
  const clients = new Clients();
  try {
    const { url, child } = service;
    const pid = child.pid ?? 0;
    await enter(url);
    await setTimeout(2_000);
    const before = residentOf(pid);
    const { hostname: host, port } = new URL(url);
    const began = performance.now();
    const { streams: count, limit } = options;
    await clients.tell({
      ...{ kind: 'open', host, port: Number(port), room, limit, count, atOnce: 64 },
    });
    const seconds = (performance.now() - began) / 1000;
    say(`${count} streams opened, each with its first ranking, in ${seconds.toFixed(1)} s`);
    await setTimeout(3_000);
    const opened = residentOf(pid);
    say(
      `resident memory: ${before.toFixed(0)} MiB before, ${opened.toFixed(0)} MiB with them: ` +
        `${((1024 * (opened - before)) / count).toFixed(0)} KiB a stream, its viewer included`,
    );
    await measureIdle(url, pid);
    await measureNext(url);
    await measureChanges(url, pid, clients);
    await measureOwn(url, clients);
    say(`resident memory at the end: ${residentOf(pid).toFixed(0)} MiB`);
  } finally {
    clients.stop();
    await stopProgram(service);
  }
});
