// What a shop gains, in closed loop: `npm run build && node dist/bench/closed-loop.js [--help]`.
// The simulated people of one seed meet the best-sellers of each category, popularity in the room,
// and Wardrobe, asked and told over HTTP with a training every night. See bench/README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  defaultRanking,
  rankingSettingsSchema,
} from '../services/recommendations/ranking-settings.ts';
import { describeMachine } from './bench-database.ts';
import { type PolicyName, policies, runSeed, type SeedResult } from './closed-loop/one-seed.ts';
import { compare, describe } from './closed-loop/table.ts';

const whole = (given: string) => {
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
};
const aboveZero = (given: string) => {
  if (!(Number(given) > 0)) throw new InvalidArgumentError('expected a number above 0');
  return Number(given);
};
const list = (given: string) => given.split(',').map(whole);
const names = (given: string) =>
  given.split(',').map((name) => {
    const found = policies.find((policy) => policy === name);
    if (found === undefined) throw new InvalidArgumentError(`expected of ${policies.join(', ')}`);
    return found;
  });

interface Options {
  readonly seeds: number[];
  readonly policies: PolicyName[];
  readonly users: number;
  readonly items: number;
  readonly rooms: number;
  readonly visitsADay: number;
  readonly history: number;
  readonly days: number;
  readonly jobs: number;
  readonly ranking?: string;
  readonly threads: number;
  readonly json?: string;
  readonly quick?: true;
  readonly raw?: string;
}

/** The end of the simulated time, so that a seed is the same shop for ever. */
const until = new Date('2026-05-01T00:00:00Z');

const command = new Command('closed-loop')
  .description('Lets policies run the same simulated shops and compares what they come to.')
  .option('--seeds <list>', 'a shop each', list, [201, 202, 203, 204, 205])
  .option('--quick', 'a small shop and two days, one seed: to see that it works')
  .option('--policies <list>', 'which', names, [...policies])
  .option('--users <n>', 'of a shop', whole, 1_500)
  .option('--items <n>', 'of a shop', whole, 600)
  .option('--rooms <n>', 'of a shop', whole, 12)
  .option('--visits-a-day <n>', 'of an average user', aboveZero, 0.6)
  .option('--history <days>', 'before a policy takes over', whole, 60)
  .option('--days <n>', 'with the policy', whole, 7)
  .option('--jobs <n>', 'seeds at once, a process each', whole, 1)
  .option('--ranking <file>', 'ranking settings of the service, as in WARDROBE_RANKING_FILE')
  .option('--threads <n>', 'to train with', whole, availableParallelism())
  .option('--json <file>', 'every figure of every seed')
  .addOption(new Option('--raw <options>', 'run one seed here and print its result').hideHelp());

const say = (line: string) => process.stdout.write(`${line}\n`);
const quick = { seeds: [1], users: 300, items: 120, rooms: 3, history: 20, days: 2 };
const given = command.parse().opts<Options>();
const options = given.quick ? { ...given, ...quick } : given;

/** One seed in a process of its own, so that none finds another's memory or caches. */
async function runApart(seed: number): Promise<SeedResult> {
  const one = JSON.stringify({ ...options, seeds: [seed] });
  const child = spawn(process.execPath, [import.meta.filename, '--raw', one], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`seed ${seed} ended with ${code}`);
  return JSON.parse(output) as SeedResult;
}

async function runHere(one: Options): Promise<SeedResult> {
  const { seeds, users, items, rooms, history, days, threads, visitsADay } = one;
  const [seed = 0] = seeds;
  const settings = one.ranking && JSON.parse(await readFile(one.ranking, 'utf8'));
  const ranking = settings ? rankingSettingsSchema.parse(settings) : defaultRanking;
  const size = { users, items, rooms, days: history + days, policyDays: days, until, visitsADay };
  return runSeed({ ...size, seed }, one.policies, { ranking, threads });
}

async function runAll(): Promise<SeedResult[]> {
  const waiting = [...options.seeds];
  const results: SeedResult[] = [];
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const result = await runApart(seed);
      results.push(result);
      say(describeSeed(result));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return results.sort((a, b) => a.seed - b.seed);
}

function describeSeed({ seed, figures, seconds, watched }: SeedResult): string {
  const clicks = Object.entries(figures).map(([name, { clicks }]) => `${name} ${clicks}`);
  const took = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const asked =
    watched === undefined
      ? ''
      : `; ${watched.questions} questions, ${(watched.milliseconds / watched.questions).toFixed(1)} ms each, ` +
        `${watched.degraded} degraded, ${watched.soldOut} sold out; ` +
        `${watched.published} models published, ${watched.refused} refused, ${watched.nightSeconds.toFixed(0)} s`;
  return `seed ${seed}, ${took.toFixed(0)} s: clicks ${clicks.join(', ')}${asked}`;
}

if (options.raw !== undefined) {
  process.stdout.write(JSON.stringify(await runHere(JSON.parse(options.raw))));
} else {
  say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
  const { users, items, rooms, history, days, visitsADay } = options;
  say(
    `${users} users who come ${visitsADay} times a day, ${items} items, ${rooms} rooms; ` +
      `${history} days before, ${days} with a policy`,
  );
  const results = await runAll();
  const comparisons = compare(results);
  say(`\n${describe(comparisons)}`);
  if (options.json) {
    const record = { machine: describeMachine(), options, results, comparisons };
    await writeFile(options.json, `${JSON.stringify(record, null, 2)}\n`);
  }
}
