/**
 * What a viewer did becomes what the models take it for: the history of 50 recent events, the ALS
 * fold-in alone, and whole queries of hybrids; beside a plain TypeScript fold-in and the Python
 * package `implicit`. See bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { IdMap } from '../models/dataset/id-map.ts';
import { seededRandom } from '../models/dataset/seeded-random.ts';
import { prefixSums, type SparseMatrix } from '../models/dataset/sparse-matrix.ts';
import { AlsReference } from '../models/kernels/als-reference.ts';
import { AlsModel } from '../models/recommenders/als-model.ts';
import { normalFactors } from '../models/recommenders/als-start.ts';
import { HybridModel } from '../models/recommenders/hybrid-model.ts';
import type { History } from '../models/recommenders/model.ts';
import { SlimModel } from '../models/recommenders/slim-model.ts';
import { UserNeighboursModel } from '../models/recommenders/user-neighbours-model.ts';
import { interestsOf, liveHistory } from '../services/recommendations/viewer.ts';
import { describeMachine } from './bench-database.ts';

const options = new Command('fold-in')
  .option('--items <n>', 'of the catalogue', Number, 100_000)
  .option('--users <n>', 'of training, for user neighbours', Number, 100_000)
  .option('--dimensions <n>', 'of ALS', Number, 64)
  .option('--events <n>', 'of a viewer, each of another item', Number, 50)
  .option('--rounds <n>', '', Number, 1_000)
  .option('--python <path>', 'a Python that has the package implicit')
  .parse()
  .opts<{
    items: number;
    users: number;
    dimensions: number;
    events: number;
    rounds: number;
    python?: string;
  }>();

const warmUp = 200;
const random = seededRandom(1);
const say = (line: string) => process.stdout.write(`${line}\n`);
const now = new Date('2026-06-01T12:00:00Z');

function report(name: string, milliseconds: readonly number[]): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(4);
  say(`  ${name.padEnd(52)} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

function measure<T>(name: string, given: readonly T[], work: (one: T) => unknown): void {
  const times: number[] = [];
  given.forEach((one, round) => {
    const start = performance.now();
    work(one);
    if (round >= warmUp) times.push(performance.now() - start);
  });
  report(name, times);
}

function distinct(count: number, of: number): Uint32Array {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random() * of));
  return Uint32Array.from(chosen).sort();
}

function sparse(rows: number, columns: number, perRow: number): SparseMatrix {
  const indices = new Uint32Array(rows * perRow);
  for (let row = 0; row < rows; row++) indices.set(distinct(perRow, columns), row * perRow);
  const indptr = prefixSums(new Uint32Array(rows).fill(perRow));
  const values = new Float32Array(indices.length).map(() => random() + 0.1);
  return { rows, columns, indptr, indices, values };
}

const parameters = { unobservedWeight: 0.02, regularisation: 0.01, exponent: 1 };

function makeAls(): AlsModel {
  const { items, dimensions } = options;
  return new AlsModel({
    dimensions,
    itemFactors: normalFactors(items, dimensions, 1, 1),
    // Independent normal numbers: their Gram matrix is the identity times this.
    eigenvalues: new Float32Array(dimensions).fill(items / dimensions),
    ...parameters,
  });
}

/** One user a round, with the settings of the model. */
async function measureReference(als: AlsModel, histories: readonly History[]): Promise<void> {
  const { items, dimensions, events } = options;
  const few = histories.slice(0, 100);
  const problem = {
    users: {
      rows: few.length,
      indptr: prefixSums(new Uint32Array(few.length).fill(events)),
      indices: Uint32Array.from(few.flatMap((history) => Array.from(history.items))),
      values: Float32Array.from(few.flatMap((history) => Array.from(history.weights))),
    },
    items: {
      rows: items,
      indptr: new Uint32Array(items + 1),
      indices: new Uint32Array(0),
      values: new Float32Array(0),
    },
    dimensions,
    directLimit: events,
  };
  const reference = new AlsReference(problem);
  reference.load('items', als.parameters.itemFactors);
  const lambda = parameters.regularisation * (events + parameters.unobservedWeight * items);
  const start = performance.now();
  await reference.solve('users', {
    diagonal: als.parameters.eigenvalues.map((value) => value * parameters.unobservedWeight),
    perPair: 0,
    regularisation: new Float32Array(few.length).fill(lambda),
    basis: new Float32Array(0),
    steps: 0,
  });
  const each = (performance.now() - start) / few.length;
  const vectors = reference.factors('users');
  const worst = few.map((history, n) => {
    const own = als.foldIn(history);
    const other = vectors.subarray(n * dimensions, (n + 1) * dimensions);
    return Math.hypot(...own.map((value, d) => value - (other[d] ?? 0))) / Math.hypot(...other);
  });
  say(
    `  fold-in, plain TypeScript: mean ${each.toFixed(3)} ms; ` +
      `vectors differ by at most ${Math.max(...worst).toExponential(1)}`,
  );
}

function measureImplicit(python: string): void {
  const { items, dimensions, events } = options;
  // The source is not compiled, so it is found from the working directory, the checkout's root.
  const script = join('bench', 'fold-in', 'implicit_fold_in.py');
  const numbers = { items, factors: dimensions, events, rounds: options.rounds };
  const args = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout, stderr, status } = spawnSync(python, [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  const { milliseconds, version } = JSON.parse(stdout);
  report(`fold-in, implicit ${version} (recalculate_user)`, milliseconds);
}

say(`${describeMachine()}, one thread, load ${loadavg()[0]?.toFixed(1)}`);
say(`${options.items} items, ${options.dimensions} dimensions, ${options.events} events`);
const ids = new IdMap(Array.from({ length: options.items }, (_, n) => `item-${n}`));
const types = ['click', 'view', 'like', 'cart', 'view'] as const;
const viewers = Array.from({ length: options.rounds + warmUp }, () =>
  Array.from(distinct(options.events, options.items), (item, n) => ({
    itemId: `item-${item}`,
    type: types[n % types.length] ?? 'click',
    value: n % 5 === 1 ? 20_000 : null,
    reason: null,
    occurredAt: now.getTime() / 1000 - 600 * n,
  })),
);
measure('history of the events', viewers, (events) => liveHistory(interestsOf(events, now), ids));
const histories = viewers.map((events) => liveHistory(interestsOf(events, now), ids).history);
const als = makeAls();
measure('fold-in', histories, (history) => als.foldIn(history));
await measureReference(als, histories);
if (options.python !== undefined) measureImplicit(options.python);
const slim = new SlimModel(sparse(options.items, options.items, 100));
const blend = [
  { model: slim, weight: 1 },
  { model: als, weight: 1 },
];
const hybrid = new HybridModel(blend);
measure('query of the hybrid of SLIM and ALS', histories, (history) => hybrid.query(history));
const neighbours = new UserNeighboursModel(sparse(options.items, options.users, 30), {
  neighbours: 200,
  userExponent: 0.5,
  itemExponent: 0.5,
  power: 1,
  usersPerItem: 1_000,
});
const all = new HybridModel([...blend, { model: neighbours, weight: 0.25 }]);
measure('query of the hybrid with user neighbours too', histories, (history) => all.query(history));
