// Events a second and memory of the simulator: `npm run build && node dist/bench/simulate.js`.
// Each size runs in a process of its own and counts what comes out, which goes nowhere.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { Behaviour } from '../scripts/simulation/behaviour.ts';
import { Journal } from '../scripts/simulation/journal.ts';
import { makeWorld } from '../scripts/simulation/world.ts';
import { describeMachine } from './bench-database.ts';

interface Options {
  readonly users: number[];
  readonly millions: number;
  readonly items: number;
  readonly raw?: string;
}

const command = new Command('simulate')
  .option('--users <list>', 'sizes', (list) => list.split(',').map(Number), [10_000, 100_000, 1e6])
  .option('--millions <n>', 'millions of events each', Number, 10)
  .option('--items <n>', 'of the catalogue', Number, 10_000)
  .option('--raw <users>', 'one size, here');
const options = command.parse().opts<Options>();

/** As many days as are needed; people leave, so that those are more than it seems. */
function run(users: number): string {
  const until = new Date('2026-05-01T00:00:00Z');
  const days = Math.ceil((3e6 * options.millions) / users);
  const world = makeWorld({ users, items: options.items, rooms: 50, days, seed: 1, until });
  const started = performance.now();
  let events = 0;
  for (const _ of new Behaviour({ world, journal: new Journal('bench') }).events()) {
    if (++events === 1e6 * options.millions) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const { heapUsed, rss } = process.memoryUsage();
  const peak = process.resourceUsage().maxRSS / 1024;
  const parts = [
    `${users.toLocaleString('en')} users`,
    `${events.toLocaleString('en')} events`,
    `${seconds.toFixed(1)} s`,
    `${Math.round(events / seconds).toLocaleString('en')} a second`,
    `heap at the end ${Math.round(heapUsed / 2 ** 20)} MiB`,
    `resident ${Math.round(rss / 2 ** 20)} MiB`,
    `at most ${Math.round(peak)} MiB`,
  ];
  return parts.join(', ');
}

if (options.raw !== undefined) {
  process.stdout.write(`${run(Number(options.raw))}\n`);
} else {
  process.stdout.write(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}\n`);
  for (const users of options.users) {
    const { millions, items } = options;
    const given = ['--raw', users, '--millions', millions, '--items', items].map(String);
    const child = spawn(process.execPath, [import.meta.filename, ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await Promise.all([text(child.stdout), once(child, 'close')]);
    process.stdout.write(line);
  }
}
