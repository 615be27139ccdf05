/**
 * Scoring, without HTTP and database: a fold-in, a shelf, the whole catalogue and the reasons of a
 * request, by ALS alone and by a hybrid of local SLIM and ALS. See bench/README.md.
 */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import { seededRandom } from '../models/dataset/seeded-random.ts';
import { prefixSums } from '../models/dataset/sparse-matrix.ts';
import { AlsModel } from '../models/recommenders/als-model.ts';
import { normalFactors } from '../models/recommenders/als-start.ts';
import { HybridModel } from '../models/recommenders/hybrid-model.ts';
import type { History, Model } from '../models/recommenders/model.ts';
import { SlimModel } from '../models/recommenders/slim-model.ts';
import { TopItems } from '../models/recommenders/top-items.ts';
import { describeMachine } from './bench-database.ts';

const options = new Command('score')
  .option('--items <n>', 'of the catalogue', Number, 100_000)
  .option('--dimensions <n>', 'of ALS', Number, 64)
  .option('--neighbours <n>', 'of SLIM', Number, 100)
  .option('--events <n>', 'items of a history', Number, 50)
  .option('--shelf <n>', 'items of a room', Number, 100)
  .option('--rounds <n>', '', Number, 400)
  .parse()
  .opts<{
    items: number;
    dimensions: number;
    neighbours: number;
    events: number;
    shelf: number;
    rounds: number;
  }>();

/** The first are for the compilers. */
const warmUp = 100;
const reasons = 20;
const random = seededRandom(1);
const say = (line: string) => process.stdout.write(`${line}\n`);

function randomAls(): AlsModel {
  const { items, dimensions } = options;
  const factors = normalFactors(items, dimensions, 1, 1);
  // Independent normal numbers: their Gram matrix is the identity times this.
  const eigenvalues = new Float32Array(dimensions).fill(items / dimensions);
  return new AlsModel({
    dimensions,
    itemFactors: factors,
    eigenvalues,
    unobservedWeight: 0.02,
    regularisation: 0.01,
    exponent: 1,
  });
}

function randomSlim(): SlimModel {
  const { items, neighbours } = options;
  const indices = new Uint32Array(items * neighbours);
  for (let item = 0; item < items; item++) {
    const row = indices.subarray(item * neighbours, (item + 1) * neighbours);
    const chosen = new Set<number>();
    while (chosen.size < neighbours) chosen.add(Math.floor(random() * items));
    row.set(Uint32Array.from(chosen).sort());
  }
  return new SlimModel({
    rows: items,
    columns: items,
    indptr: prefixSums(new Uint32Array(items).fill(neighbours)),
    indices,
    values: new Float32Array(indices.length).map(() => random() / neighbours),
  });
}

function distinctItems(count: number): Uint32Array {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random() * options.items));
  return Uint32Array.from(chosen);
}

function randomHistory(): History {
  const items = distinctItems(options.events).sort();
  return { items, weights: new Float32Array(items.length).map(() => 0.5 + random()) };
}

/** Milliseconds of each round, by part. */
function measure(model: Model): Record<string, number[]> {
  const parts: Record<string, number[]> = {};
  const all = new Float32Array(options.items);
  const some = new Float32Array(options.shelf);
  const top = new TopItems(40);
  const best = new Uint32Array(40);
  for (let round = -warmUp; round < options.rounds; round++) {
    const history = randomHistory();
    const shelf = distinctItems(options.shelf);
    const timed = <T>(name: string, work: () => T): T => {
      const start = performance.now();
      const result = work();
      if (round >= 0) parts[name] = [...(parts[name] ?? []), performance.now() - start];
      return result;
    };
    const query = timed('query (fold-in)', () => model.query(history));
    timed(`shelf of ${options.shelf}`, () => query.scoreItems(shelf, some));
    timed('whole catalogue', () => query.score(all));
    timed('best 40 of it', () => top.select(all, best));
    timed(`${reasons} reasons`, () => {
      for (const item of best.subarray(0, reasons)) query.contributions(item);
    });
    shelf.forEach((item, at) => {
      if (some[at] !== all[item]) throw new Error(`item ${item}: ${some[at]}, not ${all[item]}`);
    });
  }
  return parts;
}

function report(name: string, model: Model): void {
  say(name);
  for (const [part, values] of Object.entries(measure(model))) {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(3);
    say(`  ${part.padEnd(16)} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
}

say(`${describeMachine()}, one thread, load ${loadavg()[0]?.toFixed(1)}`);
say(`${options.items} items, histories of ${options.events}, ${options.rounds} rounds`);
const als = randomAls();
report(`ALS, ${options.dimensions} dimensions`, als);
const slim = randomSlim();
report(`local SLIM, ${options.neighbours} neighbours`, slim);
report(
  'hybrid of both',
  new HybridModel([
    { model: slim, weight: 1 },
    { model: als, weight: 1 },
  ]),
);
