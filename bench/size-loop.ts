// Sizes in closed loop: `npm run build && node dist/bench/size-loop.js [--help]`. The simulated people
// of one seed order the same pieces, and each policy names them sizes. See bench/README.md.
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { runSizeLoop, type SizeLoopOptions } from '../scripts/simulation/size-loop/loop.ts';
import { makePolicy, type PolicyName, policies } from '../scripts/simulation/size-loop/policies.ts';
import {
  compareSizes,
  describeSizes,
  type SizeResult,
} from '../scripts/simulation/size-loop/size-table.ts';
import type { Figures } from '../scripts/simulation/size-loop/size-tally.ts';
import { usualTrust } from '../scripts/simulation/sizes.ts';
import { describeMachine, withBenchDatabase } from './bench-database.ts';
import { ServicePolicy, type Watched } from './size-loop/service-policy.ts';

const whole = (given: string) => {
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
};
/** Some take the advice, if it is at most one off their own idea; or everybody does, whatever it is. */
const trusts = {
  usual: usualTrust,
  always: { share: 1, reach: Number.POSITIVE_INFINITY },
} as const;
type TrustName = keyof typeof trusts;
const isTrust = (name: string): name is TrustName => name in trusts;
const trustNames = (given: string) => {
  const list = given.split(',');
  if (!list.every(isTrust)) throw new InvalidArgumentError('expected of usual, always');
  return list as TrustName[];
};
/** The service, told everything and trained once a week; trained once; and told nothing more. */
const services = {
  service: { retrains: true, tells: true },
  'service-trained-once': { retrains: false, tells: true },
  'service-told-nothing': { retrains: false, tells: false },
} as const;
type ServiceName = keyof typeof services;
type Name = PolicyName | ServiceName;
const allNames: readonly Name[] = [...policies, ...(Object.keys(services) as ServiceName[])];
const isService = (name: Name): name is ServiceName => name in services;
const names = (given: string) =>
  given.split(',').map((name) => {
    const found = allNames.find((policy) => policy === name);
    if (found === undefined) throw new InvalidArgumentError(`expected of ${allNames.join(', ')}`);
    return found;
  });

interface Options {
  readonly seeds: number;
  readonly first: number;
  readonly policies: Name[];
  readonly users: number;
  readonly items: number;
  readonly history: number;
  readonly days: number;
  readonly window: number;
  readonly trust: TrustName[];
  readonly json?: string;
}

/** The end of the simulated time, so that a seed is the same shop for ever. */
const until = new Date('2026-05-01T00:00:00Z');

const options = new Command('size-loop')
  .description('Lets policies name sizes to the same simulated people and counts what comes back.')
  .option('--seeds <n>', 'shops', whole, 5)
  .option('--first <seed>', 'seeds from this one on', whole, 201)
  .option('--policies <list>', 'which', names, [...allNames])
  .option('--users <n>', 'of a shop', whole, 6_000)
  .option('--items <n>', 'of a shop', whole, 500)
  .option('--history <days>', 'before a policy comes', whole, 120)
  .option('--days <n>', 'with the policy', whole, 30)
  .option('--window <days>', 'after which what has not come back is kept', whole, 14)
  .option('--trust <list>', 'how people take advice, a table each: usual, always', trustNames, [
    'usual',
    'always',
  ] as TrustName[])
  .option('--json <file>', 'every figure of every seed')
  .parse()
  .opts<Options>();

const say = (line: string) => process.stdout.write(`${line}\n`);

async function runSeed(seed: number, trust: TrustName): Promise<SizeResult> {
  const { users, items, history, days, window } = options;
  const shop: SizeLoopOptions = {
    ...{ users, items, rooms: 12, days: history + days, seed, until },
    ...{ policyDays: days, windowDays: window, trust: trusts[trust] },
  };
  const figures: Record<string, Figures> = {};
  for (const name of options.policies) {
    const started = performance.now();
    const found = isService(name)
      ? await askService(shop, name)
      : { figures: await runSizeLoop(shop, makePolicy(name, shop)), said: '' };
    figures[name] = found.figures;
    const { all } = found.figures;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const back = ((100 * all.returned) / all.orders).toFixed(1);
    say(
      `seed ${seed}, ${trust}, ${name}: ${all.orders} orders, ${back} % back, ${seconds} s${found.said}`,
    );
  }
  return { seed, figures };
}

async function askService(
  shop: SizeLoopOptions,
  name: ServiceName,
): Promise<{ figures: Figures; said: string }> {
  const watched: Watched = {
    ...{ questions: 0, milliseconds: 0, unmodelled: 0, trainings: 0, trainingSeconds: 0 },
    abstained: {},
  };
  let figures: Figures | undefined;
  await withBenchDatabase(async (bench) => {
    const asked = { ...services[name], bench, watched, windowDays: shop.windowDays };
    figures = await runSizeLoop(shop, (morning) => ServicePolicy.open(morning, asked));
  });
  const { questions, milliseconds, abstained, unmodelled, trainings, trainingSeconds } = watched;
  const said =
    `; ${questions} questions, ${(milliseconds / questions).toFixed(1)} ms each, ` +
    `${unmodelled} without a model, abstained ${JSON.stringify(abstained)}; ` +
    `${trainings} trainings, ${trainingSeconds.toFixed(0)} s`;
  return { figures: figures as Figures, said };
}

say(`${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}`);
const { users, items, history, days, window } = options;
say(
  `${users} users, ${items} items, ${history} days before, ${days} with a policy, ` +
    `a return window of ${window} days\n`,
);
const tables: { trust: TrustName; results: SizeResult[] }[] = [];
for (const trust of options.trust) {
  const results: SizeResult[] = [];
  for (let n = 0; n < options.seeds; n++) results.push(await runSeed(options.first + n, trust));
  tables.push({ trust, results });
}
for (const { trust, results } of tables) {
  say(`\nAdvice is taken: ${trust}\n`);
  say(describeSizes(compareSizes(results)));
}
if (options.json) {
  const record = { machine: describeMachine(), options, tables };
  await writeFile(options.json, `${JSON.stringify(record, null, 2)}\n`);
}
