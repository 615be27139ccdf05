// Whether the users that are named for a shelf are those who bought from it, and whether a lookalike
// finds the hidden part of a segment: `npm run build && node dist/bench/audience-quality.js`.
// The cut of `--validation` is as many days earlier; settings were chosen there, on other seeds.
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { type Member, measureLookalike, methods } from './audience/lookalike-quality.ts';
import { type PastShop, retailShop, simulatedShop } from './audience/past-shop.ts';
import { measureShelves, rules, type ShelfFigures } from './audience/shelf-quality.ts';
import { describeMachine } from './bench-database.ts';

interface Options {
  readonly seeds: number[];
  readonly busySeed: number;
  readonly data?: string;
  readonly validation?: boolean;
}

const options = new Command('audience-quality')
  .option('--seeds <list>', 'of simulated shops', (list) => list.split(',').map(Number), [
    ...[201, 202, 203],
  ])
  .option('--busy-seed <seed>', 'of one with five times the visits', Number, 204)
  .option('--data <folder>', 'online-retail, see shared/data/README.md')
  .option('--validation', 'of the days before the test')
  .parse()
  .opts<Options>();

const say = (line: string) => process.stdout.write(`${line}\n`);
const size = { users: 9_000, items: 1_000, days: 120, visitsADay: 0.08 };
const busy = { users: 3_000, items: 800, days: 90, visitsADay: 0.4 };

async function main(): Promise<void> {
  say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
  const simulated = [
    ...options.seeds.map((seed) => simulatedShop({ ...size, seed })),
    simulatedShop({ ...busy, seed: options.busySeed }),
  ];
  const shops = options.data ? [...simulated, await retailShop(options.data)] : simulated;
  const figures = new Map<PastShop, ReadonlyMap<string, ShelfFigures>>();
  for (const shop of shops) {
    figures.set(shop, await measureShelves(shop, options.validation === true));
    say(
      `${shop.name}: ${shop.userIds.length} users, ${shop.deeds.length} deeds, ${shop.shelves.length} shelves`,
    );
  }
  say('\naverage precision / lift of the first 1 % / recall of the first 10 %');
  for (const rule of rules) {
    const cells = [...figures.values()].map((of) => {
      const { precision = 0, lift = 0, recall = 0 } = of.get(rule) ?? {};
      return `${precision.toFixed(4)} / ${lift.toFixed(1)} / ${recall.toFixed(3)}`;
    });
    say(`${rule.padEnd(34)} ${cells.join('   ')}`);
  }
  say(
    '\nlookalikes: how many times as many of the hidden half as by chance, by tastes of the segment',
  );
  const members: readonly Member[] = await measureLookalike(
    simulated,
    options.seeds,
    options.busySeed,
    {
      size,
      busy,
    },
  );
  for (const method of methods) {
    const cells = [1, 2, 3].map((tastes) => {
      const found = members.filter((each) => each.method === method && each.tastes === tastes);
      return (found.reduce((sum, each) => sum + each.lift, 0) / found.length).toFixed(2);
    });
    say(`${method.padEnd(34)} ${cells.join('   ')}`);
  }
}

await main();
