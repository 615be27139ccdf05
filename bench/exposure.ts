/**
 * The log of what was shown: what an answer costs the service and the database, as it is built and
 * with a row an item. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { seededRandom } from '../models/dataset/seeded-random.ts';
import type { Database } from '../services/database/database.ts';
import type { LoggedAnswer } from '../services/exposure/logged-answer.ts';
import { RecommendationLogStore } from '../services/exposure/recommendation-log-store.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { copyItemRows, insertItemRows, itemRowsTable } from './exposure/item-rows.ts';

const options = new Command('exposure')
  .option('--answers <n>', '', Number, 40_000)
  .option('--batch <n>', 'answers of a statement', Number, 1_000)
  .option('--items <n>', 'of an answer', Number, 20)
  .parse()
  .opts<{ answers: number; batch: number; items: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const random = seededRandom(1);
const hex = () =>
  Math.floor(random() * 0x100000000)
    .toString(16)
    .padStart(8, '0');

function batchOfAnswers(count: number): LoggedAnswer[] {
  return Array.from({ length: count }, () => ({
    requestId: `${hex()}-${hex().slice(4)}-4${hex().slice(5)}-a${hex().slice(5)}-${hex()}${hex().slice(4)}`,
    viewer: { userId: `user-${Math.floor(random() * 2_000_000)}`, sessionId: null },
    roomId: `room-${Math.floor(random() * 200)}`,
    modelVersion: '20261122T081500Z-hybrid',
    variant: 'default',
    shownAt: new Date(Date.UTC(2026, 0, 1, 12)),
    items: Array.from({ length: options.items }, (_, place) => ({
      itemId: `item-${Math.floor(random() * 20_000_000)}`,
      source: place === 7 ? 'exploration' : place < 15 ? 'hybrid' : 'popularity',
      score: 3 * random(),
    })),
  }));
}

type Write = (answers: readonly LoggedAnswer[]) => Promise<void>;

async function measure(name: string, table: string, database: Database, write: Write) {
  let wall = 0;
  let cpu = 0;
  for (let left = options.answers; left > 0; left -= options.batch) {
    const answers = batchOfAnswers(Math.min(left, options.batch));
    const start = performance.now();
    const before = process.cpuUsage();
    await write(answers);
    const { user, system } = process.cpuUsage(before);
    wall += performance.now() - start;
    cpu += user + system;
  }
  const [size] = await database.query<{ bytes: number }>(
    `select sum(pg_total_relation_size(c.oid))::float8 as bytes from pg_class c
     where c.relkind = 'r' and c.relname like $1::text`,
    [`${table}%`],
  );
  const each = (value: number) => (value / options.answers).toFixed(1).padStart(7);
  say(
    `  ${name.padEnd(34)} ${each(1_000 * wall)} µs an answer, of the service's processor ` +
      `${each(cpu)} µs, ${each(size?.bytes ?? 0)} bytes; ` +
      `${Math.round((1_000 * options.answers) / wall).toLocaleString('en')} answers/s`,
  );
}

say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
say(`${options.answers} answers of ${options.items} items, ${options.batch} a statement`);
await withBenchDatabase(async ({ database }) => {
  const store = new RecommendationLogStore(database);
  const day = new Date(Date.UTC(2026, 0, 1));
  const empty = async () => {
    await store.dropPartitions(new Date(Date.UTC(2027, 0, 1)));
    await store.ensurePartitions(day, day);
  };
  const asBuilt: Write = (answers) => store.write(answers);
  await empty();
  await asBuilt(batchOfAnswers(5_000));
  await empty();
  await measure('a row an answer, as built', 'recommendation_log_', database, asBuilt);
  await empty();
  await database.query('drop index recommendation_log_user_id_idx');
  await measure('the same without the users’ index', 'recommendation_log_', database, asBuilt);
  for (const [name, write] of [
    ['a row an item, copy', copyItemRows],
    ['a row an item, insert from unnest', insertItemRows],
  ] as const) {
    await database.query('drop table if exists item_rows');
    await database.query(itemRowsTable);
    await measure(name, 'item_rows', database, (answers) => write(database, answers));
  }
});
