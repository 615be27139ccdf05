/**
 * Finding out what is bought together, and reporting on what was shown, for a large shop whose
 * complements are known. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import type { Database } from '../services/database/database.ts';
import { reportExposure } from '../services/exposure/exposure-report.ts';
import { RecommendationLogStore } from '../services/exposure/recommendation-log-store.ts';
import { buildComplements } from '../services/related-items/complements-store.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';

const options = new Command('complements')
  .option('--baskets <n>', 'of one to four items', Number, 1_000_000)
  .option('--items <n>', 'of the catalogue', Number, 100_000)
  .option('--users <n>', '', Number, 300_000)
  .option('--answers <n>', 'that were shown', Number, 200_000)
  .parse()
  .opts<{ baskets: number; items: number; users: number; answers: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  say(`  ${name.padEnd(44)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * 60 categories, popularity like 1 / rank^0.7. Item n has one true complement, 7 · n + 1, which is
 * in a third of the baskets that begin with n; the other items of a basket are drawn by popularity.
 */
const shop = [
  `insert into items (item_id, category_path, launched_at)
   select 'i' || n, array['all', 'c' || n % 60], '2020-01-01' from generate_series(0, $1 - 1) n`,
  `select ensure_event_partitions('2026-01-01', '2026-03-31')`,
  `select setseed(0.5)`,
  `insert into events (event_id, user_id, item_id, type, quantity, occurred_at)
   select 'e' || b || '-' || l.line, 'u' || basket.buyer, 'i' || l.item, 'purchase', 1, basket.at
   from (
     select b, floor($3 * random())::integer as buyer,
       timestamptz '2026-01-01' + 89 * random() * interval '1 day' as at,
       floor($1 * power(random(), 3.33))::integer as first,
       random() < 0.33 as is_complemented, floor(3 * random())::integer as others
     from generate_series(1, $2) b
   ) basket
   cross join lateral (
     select 0 as line, basket.first as item
     union all
     select 1, (7 * basket.first + 1) % $1 where basket.is_complemented
     union all
     select 1 + n, floor($1 * power(random(), 3.33))::integer
     from generate_series(1, basket.others) n
   ) l`,
  'vacuum analyze items, events',
];

async function fill(database: Database): Promise<void> {
  const { items, baskets, users } = options;
  for (const statement of shop) {
    const text = statement
      .replaceAll('$1', String(items))
      .replaceAll('$2', String(baskets))
      .replaceAll('$3', String(users));
    await database.query(text);
  }
}

/** How many of the items with complements have the true one first, and among all. */
async function found(database: Database) {
  const [row] = await database.query<{ items: number; first: number; any: number; bought: number }>(
    `with ranked as (
       select item_id, complement_id, row_number() over (
           partition by item_id order by lift desc, baskets desc, complement_id
         ) as place,
         complement_id = 'i' || (7 * substr(item_id, 2)::bigint + 1) % ${options.items} as is_true
       from item_complements
     )
     select count(distinct item_id) as items,
       count(*) filter (where is_true and place = 1) as first,
       count(*) filter (where is_true) as any,
       (select count(*) from (
          select item_id from events group by item_id having count(*) >= 20
        ) often) as bought
     from ranked`,
  );
  return row;
}

async function exposure(database: Database): Promise<void> {
  const store = new RecommendationLogStore(database);
  const { items, users, answers } = options;
  await store.ensurePartitions(new Date('2026-03-01'), new Date('2026-03-08'));
  await database.query(
    `insert into recommendation_log (
       shown_at, request_id, user_id, version, variant, item_ids, scores, sources, source_numbers
     )
     select timestamptz '2026-03-01' + a * interval '7 days' / ${answers}, 'r' || a,
       'u' || a % ${users}, 'v1', 'default',
       array(select 'i' || ((a * 31 + n * n * 977) % ${items}) from generate_series(1, 20) n),
       array(select 2 * random() - n / 10.0 + 0 * a from generate_series(1, 20) n), '{hybrid,exploration}',
       array(select case when n = 7 then 2 else 1 end from generate_series(1, 20) n)
     from generate_series(1, ${answers}) a`,
  );
  await database.query(
    `insert into events (event_id, user_id, item_id, type, occurred_at, received_at)
     select 'c' || answer_id || '-' || place, user_id, item, 'click',
       shown_at + interval '20 seconds', shown_at + interval '21 seconds'
     from recommendation_log
     cross join unnest(item_ids) with ordinality as i (item, place)
     where random() < 0.1 / sqrt(place)`,
  );
  await database.query('vacuum analyze recommendation_log, events');
  const report = await timed(`report-exposure, ${answers.toLocaleString('en')} answers of 20`, () =>
    reportExposure(database, {
      ...{ from: new Date('2026-03-01'), to: new Date('2026-03-08') },
      ...{ version: null, variant: null, roomId: null, tail: 0.5, newDays: 14, top: 50 },
      ...{ windows: { click: 1_800, purchase: 86_400 }, clip: 0.05, seed: 1 },
      mostAnswers: 500_000,
    }),
  );
  const places = [1, 3, 8, 15].map((place) => {
    const { examination = Number.NaN } = report.byPosition[place] ?? {};
    return `${place + 1}: ${examination.toFixed(3)} (${(1 / Math.sqrt(place + 1)).toFixed(3)})`;
  });
  say(`    looked at, by place, and in truth: ${places.join(', ')}`);
}

say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
const { baskets, items, users } = options;
const counts = [baskets, items, users].map((count) => count.toLocaleString('en'));
say(`${counts[0]} baskets, ${counts[1]} items, ${counts[2]} users`);
await withBenchDatabase(async ({ database }) => {
  await timed('filling the shop', () => fill(database));
  const built = await timed('complements', () =>
    database.transaction((transaction) =>
      buildComplements(transaction, { since: new Date('2026-01-01'), minBuyers: 3, most: 30 }),
    ),
  );
  say(
    `    ${built.complements.toLocaleString('en')} complements of ` +
      `${built.items.toLocaleString('en')} items from ${built.baskets.toLocaleString('en')} baskets`,
  );
  const hits = await found(database);
  if (hits) {
    const share = (count: number) => `${((100 * count) / hits.items).toFixed(1)} %`;
    say(`    the true one first: ${share(hits.first)} of these, among all: ${share(hits.any)}`);
    say(`    items bought 20 times and more: ${hits.bought.toLocaleString('en')}`);
  }
  await exposure(database);
});
