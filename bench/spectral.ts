/**
 * Spectral low-pass and user neighbours: seconds of a fit, how time and memory grow with the data,
 * what a query takes, and ranking with the scores of many users made at a time.
 */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import type { SparseMatrix } from '../models/dataset/sparse-matrix.ts';
import { historyOf, recommendAll } from '../models/evaluation/recommend-all.ts';
import { createAlsTrainer } from '../models/recommenders/als.ts';
import { HybridModel } from '../models/recommenders/hybrid-model.ts';
import type { Model, Trainer } from '../models/recommenders/model.ts';
import { createSlimTrainer } from '../models/recommenders/slim.ts';
import { createSpectralTrainer } from '../models/recommenders/spectral.ts';
import { SpectralModel } from '../models/recommenders/spectral-model.ts';
import { TopItems } from '../models/recommenders/top-items.ts';
import { createUserNeighboursTrainer } from '../models/recommenders/user-neighbours.ts';
import { powerLawInteractions } from './slim/power-law.ts';
import { datasetOf, readPart } from './train/gowalla.ts';
import { print } from './train/print.ts';

interface Options {
  readonly data: string;
  readonly threads: number[];
  readonly dimensions: number[];
  readonly millions: number[];
  readonly part: string[];
}

const numbers = (text: string) => text.split(',').map(Number);
const parts = ['fit', 'growth', 'query', 'rank'];

const options = new Command('spectral')
  .option('--data <folder>', 'gowalla', '../shared/data/gowalla')
  .option('--threads <list>', 'of a fit; the growth is on the most of them', numbers, [1, 2])
  .option('--dimensions <list>', 'of a fit', numbers, [64, 256, 512])
  .option('--millions <list>', 'sizes of the generated data, in interactions', numbers, [5, 50])
  .option('--part <list>', parts.join(', '), (text) => text.split(','), parts)
  .parse()
  .opts<Options>();

print(`load average ${loadavg()[0]?.toFixed(1)}`);
if (options.part.includes('fit')) await benchFit();
if (options.part.includes('growth')) await benchGrowth();
if (options.part.includes('query')) await benchQueries();
if (options.part.includes('rank')) await benchRanking();

async function benchFit(): Promise<void> {
  const interactions = readPart(options.data, 'train');
  for (const dimensions of options.dimensions) {
    for (const threads of options.threads) {
      const trainer = createSpectralTrainer({ dimensions, threads });
      const { model, seconds, cpuSeconds } = await fitted(trainer, interactions);
      if (!(model instanceof SpectralModel)) throw new TypeError(`a ${model.kind} was fitted`);
      const residuals = [...model.parameters.residuals].sort((a, b) => a - b);
      print(
        `gowalla, ${dimensions} dimensions, ${threads} threads: ${seconds.toFixed(2)} s, CPU ` +
          `${cpuSeconds.toFixed(2)} s, residual ${residuals.at(-1)?.toExponential(1)} at most, ` +
          `median ${residuals[dimensions >> 1]?.toExponential(1)}`,
      );
    }
  }
}

/** A fifth as many items as users and 64 dimensions; memory is the most until then. */
async function benchGrowth(): Promise<void> {
  const threads = Math.max(...options.threads);
  for (const millions of [...options.millions].sort((a, b) => a - b)) {
    const users = Math.round(millions * 20_000);
    const shape = { users, items: Math.round(users / 5), meanHistory: 53 };
    const interactions = powerLawInteractions(shape, 1);
    const trainer = createSpectralTrainer({ dimensions: 64, threads });
    const { seconds, cpuSeconds } = await fitted(trainer, interactions);
    print(
      `${users} users × ${shape.items} items, ${interactions.indices.length.toLocaleString('en')} ` +
        `interactions, 64 dimensions, ${threads} threads: ${seconds.toFixed(1)} s, CPU ` +
        `${cpuSeconds.toFixed(1)} s, peak memory ` +
        `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`,
    );
  }
}

/** On histories of 28 to 32 items. */
async function benchQueries(): Promise<void> {
  const interactions = readPart(options.data, 'train');
  const histories = Array.from({ length: interactions.rows }, (_, user) =>
    historyOf(interactions, user),
  ).filter(({ items }) => items.length >= 28 && items.length <= 32);
  const shelf = Uint32Array.from({ length: 100 }, (_, at) => at * 397);
  const out = new Float32Array(shelf.length);
  for (const trainer of [createUserNeighboursTrainer(), createSpectralTrainer()]) {
    const { model } = await fitted(trainer, interactions);
    for (const history of histories) model.query(history).moments();
    const query = cpuMilliseconds(() => {
      for (const history of histories) model.query(history);
    });
    const all = cpuMilliseconds(() => {
      for (const history of histories) {
        const prepared = model.query(history);
        prepared.moments();
        prepared.scoreItems(shelf, out);
      }
    });
    const each = (milliseconds: number) => (milliseconds / histories.length).toFixed(3);
    print(`${model.kind}: a query ${each(query)} ms, with moments and 100 scores ${each(all)} ms`);
  }
}

/** slim + ALS of 512 dimensions + spectral, one thread; how well they are fitted does not matter. */
async function benchRanking(): Promise<void> {
  const interactions = readPart(options.data, 'train');
  const trainers = [
    createSlimTrainer(),
    createAlsTrainer({ dimensions: 512, epochs: 1 }),
    createSpectralTrainer({ expansion: 1 }),
  ];
  const components = [];
  for (const trainer of trainers) {
    components.push({ model: (await fitted(trainer, interactions)).model, weight: 1 });
  }
  const model = new HybridModel(components);
  const users = Uint32Array.from({ length: 1024 }, (_, at) => at * 29);
  const few = users.subarray(0, 128);
  await recommendAll(model, interactions, few, { limit: 20 });
  rankOneByOne(model, interactions, few);
  const oneByOne = cpuMilliseconds(() => rankOneByOne(model, interactions, few)) / few.length;
  const before = process.cpuUsage();
  await recommendAll(model, interactions, users, { limit: 20 });
  const together = millisecondsSince(before) / users.length;
  print(
    `slim + ALS (512) + spectral (256), CPU milliseconds a user: one by one ` +
      `${oneByOne.toFixed(2)}, together ${together.toFixed(2)}`,
  );
}

function rankOneByOne(model: Model, interactions: SparseMatrix, users: Uint32Array): void {
  const scores = new Float32Array(model.itemCount);
  const top = new TopItems(20);
  const list = new Uint32Array(20);
  for (const user of users) {
    const history = historyOf(interactions, user);
    model.query(history).score(scores);
    for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY;
    top.select(scores, list);
  }
}

interface Fitted {
  readonly model: Model;
  readonly seconds: number;
  /** Of all threads together: comparable on a machine that is also busy with other things. */
  readonly cpuSeconds: number;
}

async function fitted(trainer: Trainer, interactions: SparseMatrix): Promise<Fitted> {
  const start = performance.now();
  const before = process.cpuUsage();
  // The trainers do not look at ids.
  const model = await trainer.fit({ ...datasetOf(interactions), interactions }, { seed: 1 });
  const cpuSeconds = millisecondsSince(before) / 1e3;
  return { model, seconds: (performance.now() - start) / 1e3, cpuSeconds };
}

function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return millisecondsSince(before);
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}
