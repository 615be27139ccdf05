// The people behind an account: `npm run build && node dist/bench/personas.js [--help]`. Simulated
// accounts buy for themselves and others; who is told apart, and how fast. See bench/README.md.
import { loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import type { Persona } from '../models/sizing/personas/persona-types.ts';
import { personasOf } from '../models/sizing/personas/personas.ts';
import type { WearerOutcome } from '../models/sizing/size-types.ts';
import { dayLength } from '../scripts/simulation/calendar.ts';
import { householdOf, type Wearer } from '../scripts/simulation/households.ts';
import { makePerson } from '../scripts/simulation/people.ts';
import { type Random, randomOf } from '../scripts/simulation/random.ts';
import { ShopGarments } from '../scripts/simulation/size-loop/shop-garments.ts';
import { orderedSize, returnReason } from '../scripts/simulation/sizes.ts';
import { makeWorld, type World } from '../scripts/simulation/world.ts';
import { describeMachine } from './bench-database.ts';

const whole = (given: string) => {
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
};
const options = new Command('personas')
  .description('Tells the people behind simulated accounts apart.')
  .option('--seed <seed>', 'of the shop', whole, 7)
  .option('--accounts <n>', 'how many', whole, 6_000)
  .option('--purchases <n>', 'of an account, from 4 to so many', whole, 20)
  .option('--days <n>', 'in which they are', whole, 700)
  .parse()
  .opts<{ seed: number; accounts: number; purchases: number; days: number }>();

const { seed, accounts, purchases, days } = options;
const until = new Date('2026-05-01T00:00:00Z');
const stream = 99;
const world = makeWorld({ users: accounts, items: 3_000, rooms: 1, days, seed, until });
const shop = new ShopGarments(world);

interface Bought {
  readonly wearer: Wearer;
  readonly outcome: WearerOutcome;
}

/** What an account bought and did not send back for another reason than its size. */
function boughtBy(user: number, random: Random, household: readonly Wearer[]): Bought[] {
  const count = 4 + Math.floor(random() * (purchases - 3));
  const times = Array.from({ length: count }, () => random()).sort();
  return times.flatMap((share) => {
    const wearer = chooseWearer(random, household);
    const at = chooseItem(world, random, wearer);
    const item = world.items[at];
    if (item === undefined) return [];
    const time = until.getTime() - (1 - share) * days * dayLength;
    const { experience } = world;
    const size = orderedSize(random, item, { user, wearer, time, experience });
    const reason = returnReason(random, wearer, item, size);
    if (reason !== undefined && !reason.startsWith('too_')) return [];
    const fit = reason === 'too_small' ? 'small' : reason === 'too_large' ? 'large' : 'fit';
    const label = item.sizes.labels[size] ?? '';
    const place = shop.garment(at).run.sizes.findIndex((one) => one.label === label);
    if (place < 0) return [];
    const decided = { userId: String(user), at, size, fit, boughtAt: time } as const;
    return [{ wearer, outcome: shop.wearerOutcome(decided) }];
  });
}

function chooseWearer(random: Random, [self, ...others]: readonly Wearer[]): Wearer {
  let left = random();
  for (const other of others) {
    left -= other.share;
    if (left < 0) return other;
  }
  return self as Wearer;
}

function chooseItem({ items }: World, random: Random, { wears }: Wearer): number {
  for (;;) {
    const at = Math.floor(random() * items.length);
    if (items[at]?.category.gender === wears) return at;
  }
}

/** Whose each purchase is said to be: a place in the list, or none. */
function labels(personas: readonly Persona[], count: number): number[] {
  return Array.from({ length: count }, (_, n) => {
    const chances = personas.map(({ members }) => members[n] ?? 0);
    const most = Math.max(0.3, ...chances);
    return chances.indexOf(most);
  });
}

const pairs = { found: 0, missed: 0, wrong: 0, apart: 0 };
const split = { alone: 0, falsely: 0 };
const relatives = new Map<number, { accounts: number; found: number }>();
const children = { accounts: 0, one: 0 };
const owners = { accounts: 0, found: 0 };
const isUpper = ({ outcome }: Bought) => /^(?:wo)?men-(?:top|dress)$/.test(outcome.scale);
const meanOf = (bought: readonly Bought[]) =>
  bought.reduce((sum, { outcome }) => sum + outcome.position, 0) / bought.length;

function countPairs(bought: readonly Bought[], said: readonly number[]): void {
  for (let a = 0; a < bought.length; a++) {
    for (let b = a + 1; b < bought.length; b++) {
      const isOne = bought[a]?.wearer === bought[b]?.wearer;
      const isSaid = said[a] === said[b] && (said[a] ?? -1) >= 0;
      if (isOne) pairs[isSaid ? 'found' : 'missed']++;
      else pairs[isSaid ? 'wrong' : 'apart']++;
    }
  }
}

function countRelative(bought: readonly Bought[], own: number): void {
  const ofSelf = bought.filter(({ wearer }) => wearer.who === 'self');
  const ofRelative = bought.filter(({ wearer }) => wearer.who === 'relative');
  if (ofRelative.length < 2 || ofSelf.length < 2) return;
  const gap = Math.abs(meanOf(ofSelf.filter(isUpper)) - meanOf(ofRelative.filter(isUpper)));
  if (Number.isNaN(gap)) return;
  const key = Math.min(4, Math.floor(gap));
  const count = relatives.get(key) ?? { accounts: 0, found: 0 };
  count.accounts++;
  if (own > 1) count.found++;
  relatives.set(key, count);
}

function countOwner(bought: readonly Bought[], personas: readonly Persona[]): void {
  const selves = bought.filter(({ wearer }) => wearer.who === 'self').length;
  if (selves < 2) return;
  owners.accounts++;
  const owner = personas.find((persona) => persona.owner > 0.5);
  const theirs = bought.filter((_, n) => (owner?.members[n] ?? 0) > 0.5);
  const right = theirs.filter(({ wearer }) => wearer.who === 'self').length;
  if (right >= 0.6 * selves && 2 * right > theirs.length) owners.found++;
}

const now = until.getTime() / 1000;
const all: { readonly outcomes: WearerOutcome[]; readonly body: ReturnType<typeof shop.body> }[] =
  [];
for (let user = 0; user < accounts; user++) {
  const person = makePerson(seed, user, accounts, until.getUTCFullYear());
  const household = householdOf(seed, user, person);
  const bought = boughtBy(user, randomOf(seed, stream, user), household);
  const outcomes = bought.map(({ outcome }) => outcome);
  const body = shop.body(user);
  all.push({ outcomes, body });
  const personas = personasOf(outcomes, body, now);
  countPairs(bought, labels(personas, bought.length));
  const group = person.gender === 'female' ? 'women' : 'men';
  const isThere = (one: Persona) =>
    one.certainty > 0.5 && one.members.some((chance) => chance > 0.5);
  const own = personas.filter((one) => one.group === group && isThere(one)).length;
  if (household.some(({ who }) => who === 'relative')) countRelative(bought, own);
  else {
    split.alone++;
    if (own > 1) split.falsely++;
  }
  if (bought.filter(({ wearer }) => wearer.who === 'child').length >= 2) {
    children.accounts++;
    if (personas.filter((one) => one.group === 'kids' && isThere(one)).length === 1) children.one++;
  }
  countOwner(bought, personas);
}
const began = process.cpuUsage();
for (const { outcomes, body } of all) personasOf(outcomes, body, now);
const each = process.cpuUsage(began).user / all.length;

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
const { found, missed, wrong, apart } = pairs;
const total = found + missed + wrong + apart;
const lines = [
  `${describeMachine()}; load average ${loadavg()[0]?.toFixed(1)}`,
  `${accounts} accounts of seed ${seed}, 4 to ${purchases} purchases in ${days} days`,
  `pairs said to be of one person that are: ${percent(found, found + wrong)} (of all pairs ${percent(found + missed, total)})`,
  `pairs of one person that are said to be: ${percent(found, found + missed)}`,
  `two people told where one wears such clothes: ${split.falsely} of ${split.alone}`,
  ...[...relatives]
    .sort(([a], [b]) => a - b)
    .map(
      ([gap, count]) =>
        `a relative ${gap}${gap === 4 ? ' or more' : ` to ${gap + 1}`} steps off told: ${count.found} of ${count.accounts}`,
    ),
  `one child told where there is one: ${children.one} of ${children.accounts}`,
  `the account's own body given to its owner: ${percent(owners.found, owners.accounts)}`,
  `processor time: ${each.toFixed(0)} µs an account`,
];
process.stdout.write(`${lines.join('\n')}\n`);
