// Segments over many users: computing a hundred of them, and asking for counts and previews.
// `npm run build && node dist/bench/segments.js [--help]`.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { table } from '../scripts/segments/segments-text.ts';
import {
  createFeatureService,
  createRfmBuilder,
  createSegmentTools,
  createValueService,
  type SegmentTools,
} from '../services/create-services.ts';
import type { Database } from '../services/database/database.ts';
import { createLogger } from '../services/logger.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { fullCrmSizes } from './crm/crm-sizes.ts';
import { makeCrmShop } from './crm/make-crm-shop.ts';
import { hundredSegments } from './segments/hundred-segments.ts';
import { readAlone } from './segments/naive-reading.ts';

const whole = (text: string) => {
  if (!/^(0|[1-9]\d{0,8})$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('segments')
  .description('Computes a hundred segments, and asks for counts and previews.')
  .option('--keep <folder>', 'a database that stays; without users it is filled first')
  .option('--users <n>', 'of a new shop', whole, fullCrmSizes.users)
  .option('--purchases <n>', 'of a new shop', whole, fullCrmSizes.purchases)
  .option('--connections <n>', 'how many segments are computed at once', whole, 2)
  .option('--repeats <n>', 'of each count and preview', whole, 3)
  .option('--naive <n>', 'every so many-th segment is read naively too; 0: none', whole, 10)
  .option('--questions-only', 'without computing the segments')
  .parse()
  .opts<{
    keep?: string;
    users: number;
    purchases: number;
    connections: number;
    repeats: number;
    naive: number;
    questionsOnly?: true;
  }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const segments = hundredSegments();

if (options.keep !== undefined) mkdirSync(resolve(options.keep), { recursive: true });
await withBenchDatabase(
  async ({ database, url }) => {
    say(describeMachine());
    await fill(database);
    const tools = createSegmentTools({
      databaseUrl: url,
      logger: createLogger('silent'),
      segmentSeconds: 120,
      refreshSeconds: 600,
      refreshWorkers: options.connections,
    });
    try {
      await remove(database);
      for (const { name, rule } of segments) {
        await tools.segments.create({
          segmentId: name,
          name,
          description: '',
          kind: 'dynamic',
          rule,
        });
      }
      if (!options.questionsOnly) {
        await refreshes(tools);
        await naive(database, tools);
      }
      await questions(tools);
    } finally {
      await remove(database);
      await tools.close();
    }
  },
  options.keep === undefined ? undefined : resolve(options.keep),
);

/** What a kept shop lacks is made: users with orders, features and tiers, value. */
async function fill(database: Database): Promise<void> {
  const has = async (name: string) =>
    (await database.query(`select from ${name} limit 1`)).length > 0;
  if (!(await has('users'))) {
    const until = new Date(new Date().toISOString().slice(0, 10));
    const { users, purchases } = options;
    await makeCrmShop(database, { ...fullCrmSizes, users, purchases, until }, say);
  }
  if (!(await has('user_features'))) await createFeatureService(database).build({});
  if (!(await has('user_rfm'))) {
    await createRfmBuilder(database).build({ asOf: new Date() });
  }
  if (!(await has('user_clv'))) await createValueService(database).build({ asOf: new Date() });
  const [counts] = await database.query<{ users: number; purchases: number }>(
    `select (select count(*) from users) as users,
       (select count(*) from events where type = 'purchase') as purchases`,
  );
  say(
    `${counts?.users.toLocaleString('en')} users, ${counts?.purchases.toLocaleString('en')} purchases`,
  );
}

async function remove(database: Database): Promise<void> {
  await database.query('delete from segments where segment_id = any($1::text[])', [
    segments.map(({ name }) => name),
  ]);
}

async function refreshes(tools: SegmentTools): Promise<void> {
  await refreshed(tools, 'all members are new, conditions shared', 100, true);
  await refreshed(tools, 'again, conditions shared', 100, false);
  await refreshed(tools, 'again, each segment by itself', 0, false);
}

async function refreshed(tools: SegmentTools, what: string, mostSets: number, isShown: boolean) {
  const { connections } = options;
  const started = performance.now();
  const outcomes = await tools.refresh.refreshAll(
    segments.map(({ name }) => name),
    { connections, mostSets },
  );
  const ms = performance.now() - started;
  const done = outcomes.flatMap((one) => ('refreshed' in one ? [one.refreshed] : []));
  for (const one of outcomes) if ('error' in one) say(`${one.segmentId}: ${one.error}`);
  const members = done.reduce((sum, one) => sum + one.members, 0);
  const slowest = Math.max(...done.map((one) => one.ms));
  say(
    `${what}: ${done.length} segments, ${members.toLocaleString('en')} members, ` +
      `${seconds(ms)} on ${connections} connections, the slowest segment ${seconds(slowest)}`,
  );
  if (!isShown) return;
  const rows = done
    .toSorted((a, b) => a.segmentId.localeCompare(b.segmentId))
    .map((one) => [
      ...[one.segmentId, one.members.toLocaleString('en'), seconds(one.ms)],
      ...[one.slowest?.path ?? '–', seconds(one.slowest?.ms ?? 0)],
    ]);
  say(table([['segment', 'members', 'time', 'slowest condition', 'its time'], ...rows]));
}

/** What somebody would write first: the users of each condition read out, and put together here. */
async function naive(database: Database, tools: SegmentTools): Promise<void> {
  if (options.naive === 0) return;
  const chosen = segments.filter((_, index) => index % options.naive === 0);
  let naiveMs = 0;
  for (const { name, rule } of chosen) {
    const started = performance.now();
    const members = await readAlone(database, rule);
    naiveMs += performance.now() - started;
    const { count } = await tools.segments.count(name);
    if (members.size !== count) say(`${name}: ${members.size} read naively, ${count} counted`);
  }
  const started = performance.now();
  const ids = chosen.map(({ name }) => name);
  await tools.refresh.refreshAll(ids, { connections: 1, mostSets: 100 });
  const ms = performance.now() - started;
  say(
    `${chosen.length} of them on one connection: ${seconds(ms)}; ` +
      `every condition read out by itself and put together in Node: ${seconds(naiveMs)}`,
  );
}

/** Every eighth rule, as somebody who writes rules would ask. */
async function questions(tools: SegmentTools): Promise<void> {
  const chosen = segments.filter((_, index) => index % 8 === 4);
  const times = { count: [] as number[], preview: [] as number[] };
  for (let repeat = 0; repeat < options.repeats; repeat += 1) {
    for (const { name, rule } of chosen) {
      const started = performance.now();
      await tools.segments.count(name);
      const counted = performance.now();
      await tools.segments.preview(rule);
      times.count.push(counted - started);
      times.preview.push(performance.now() - counted);
    }
  }
  const at = (values: number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
  for (const [what, values] of Object.entries(times)) {
    say(
      `${what}: ${chosen.length} rules, p50 ${seconds(at(values, 0.5))}, p95 ${seconds(at(values, 0.95))}, most ${seconds(at(values, 1))}`,
    );
  }
}
