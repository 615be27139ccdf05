// RFM of a million users: `npm run build && node dist/bench/rfm.js [--help]`. See bench/README.md.
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createRfmBuilder } from '../services/create-services.ts';
import type { RfmReport } from '../services/rfm/rfm-builder.ts';
import { RfmStore } from '../services/rfm/rfm-store.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { fullCrmSizes } from './crm/crm-sizes.ts';
import { makeCrmShop } from './crm/make-crm-shop.ts';
import { naiveRfm } from './crm/naive-rfm.ts';
import { addOrders } from './crm/new-orders.ts';
import { cpuOfServer, serverOf } from './recommend/processes.ts';

const whole = (text: string) => {
  if (!/^(0|[1-9]\d{0,8})$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
};

const options = new Command('rfm')
  .description('Tiers built for the first time, anew, and after new orders, beside a naive way.')
  .option('--keep <folder>', 'a shop that crm-shop has made, whose tiers and history are replaced')
  .option('--users <n>', 'without --keep', whole, fullCrmSizes.users)
  .option('--purchases <n>', 'without --keep', whole, fullCrmSizes.purchases)
  .option('--orders <n>', 'new ones, before each small build', whole, 10_000)
  .parse()
  .opts<{ keep?: string; users: number; purchases: number; orders: number }>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const load = () => `load ${loadavg()[0]?.toFixed(1)}`;
const dayInMs = 86_400_000;

await withBenchDatabase(
  async ({ database }) => {
    const { orders, users, purchases } = options;
    say(describeMachine());
    const [made] = await database.query('select from users limit 1');
    if (made === undefined) {
      const until = new Date(new Date().toISOString().slice(0, 10));
      const sizes = { ...fullCrmSizes, users, purchases, otherEvents: 0, until };
      await makeCrmShop(database, sizes, (step) => say(`making a shop: ${step}`));
    }
    const builder = createRfmBuilder(database);
    const now = new Date();
    const dayBefore = new Date(now.getTime() - dayInMs);
    const run = `bench-${now.getTime()}`;

    const [backend] = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
    const server = serverOf(backend?.pid ?? 0);

    async function timed(name: string, work: () => Promise<RfmReport>): Promise<RfmReport> {
      const before = load();
      const started = performance.now();
      const cpu = cpuOfServer(server);
      const report = await work();
      const spent = cpuOfServer(server) - cpu;
      const seconds = (performance.now() - started) / 1000;
      const { written, changedTier } = report;
      say(
        `| ${name} | ${seconds.toFixed(1)} s | ${spent.toFixed(1)} s | ${written.toLocaleString('en')} | ` +
          `${changedTier.toLocaleString('en')} | ${before} |`,
      );
      return report;
    }

    say('| build | time | processor time of the database | rows written | changed tier | |');
    say('| --- | --- | --- | --- | --- | --- |');
    await timed('the first', () => builder.build({ asOf: dayBefore, reset: true }));
    await addOrders(database, { orders, from: dayBefore, to: now, name: `${run}-a` });
    await timed(`a day and ${orders} orders later`, () => builder.build({ asOf: now }));
    const hourBefore = new Date(now.getTime() - dayInMs / 24);
    await addOrders(database, { orders, from: hourBefore, to: now, name: `${run}-b` });
    await timed(`${orders} orders later`, () => builder.build({ asOf: now }));
    await timed('nothing new', () => builder.build({ asOf: now }));
    const full = await timed('all anew', () => builder.build({ asOf: now, full: true }));
    if (full.written !== 0) throw new Error('small builds and a full one differ');

    const busy = load();
    const cpu = cpuOfServer(server);
    const naive = await naiveRfm(database, now, full.windowDays);
    const spent = (cpuOfServer(server) - cpu).toFixed(1);
    say(`| naive: all anew by ntile | ${naive.seconds.toFixed(1)} s | ${spent} s | | | ${busy} |`);
    say(
      `ntile gave ${naive.split.toLocaleString('en')} users a frequency score that others with as many orders have not`,
    );

    const store = new RfmStore(database);
    for (const [name, read] of [
      ['summary', () => store.summary()],
      ['transitions of the day', () => store.transitions(dayBefore, now)],
    ] as const) {
      const started = performance.now();
      await read();
      say(`${name}: ${((performance.now() - started) / 1000).toFixed(2)} s (${load()})`);
    }
  },
  options.keep === undefined ? undefined : keepIn(options.keep),
);

function keepIn(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return resolve(folder);
}
