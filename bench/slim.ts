/** Local SLIM: seconds of a fit on gowalla, by threads, and how time and memory grow with the data. */
import { loadavg } from 'node:os';
import { Command } from 'commander';
import type { Dataset } from '../models/dataset/dataset.ts';
import { IdMap } from '../models/dataset/id-map.ts';
import type { SparseMatrix } from '../models/dataset/sparse-matrix.ts';
import { createSlimTrainer } from '../models/recommenders/slim.ts';
import { powerLawInteractions } from './slim/power-law.ts';
import { readPart } from './train/gowalla.ts';
import { print, report } from './train/print.ts';

interface Options {
  readonly data: string;
  readonly rounds: number;
  readonly threads: number[];
  readonly neighbours: number[];
  readonly millions: number[];
  readonly part: string[];
}

const numbers = (text: string) => text.split(',').map(Number);

const options = new Command('slim')
  .option('--data <folder>', 'gowalla', '../shared/data/gowalla')
  .option('--rounds <n>', 'alternating runs on gowalla', Number, 3)
  .option('--threads <list>', 'on gowalla; the growth is on the most of them', numbers, [1, 2])
  .option('--neighbours <list>', 'on gowalla', numbers, [100, 200])
  .option('--millions <list>', 'sizes of the generated data, in interactions', numbers, [5, 50])
  .option('--part <list>', 'of gowalla, growth', (text) => text.split(','), ['gowalla', 'growth'])
  .parse()
  .opts<Options>();

print(`load average ${loadavg()[0]?.toFixed(1)}`);
if (options.part.includes('gowalla')) await benchGowalla();
if (options.part.includes('growth')) await benchGrowth();

async function benchGowalla(): Promise<void> {
  const interactions = readPart(options.data, 'train');
  for (const neighbours of options.neighbours) {
    const times = options.threads.map((): FitTimes[] => []);
    for (let round = 0; round < options.rounds; round++) {
      for (const [at, threads] of options.threads.entries()) {
        times[at]?.push(await fitTimes(interactions, neighbours, threads));
      }
    }
    for (const [at, threads] of options.threads.entries()) {
      print(`gowalla, ${neighbours} neighbours, ${threads} threads`);
      report('fit', times[at]?.map(({ seconds }) => seconds) ?? [], 's');
      report('CPU', times[at]?.map(({ cpuSeconds }) => cpuSeconds) ?? [], 's');
    }
  }
}

/** A fifth as many items as users and 100 neighbours; memory is the most until then. */
async function benchGrowth(): Promise<void> {
  const threads = Math.max(...options.threads);
  for (const millions of [...options.millions].sort((a, b) => a - b)) {
    const users = Math.round(millions * 20_000);
    const shape = { users, items: Math.round(users / 5), meanHistory: 53 };
    const interactions = powerLawInteractions(shape, 1);
    const { seconds, cpuSeconds } = await fitTimes(interactions, 100, threads);
    const pairs = interactions.indices.length.toLocaleString('en');
    print(
      `${shape.users} users × ${shape.items} items, ${pairs} interactions, 100 neighbours, ` +
        `${threads} threads: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, ` +
        `peak memory ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`,
    );
  }
}

interface FitTimes {
  readonly seconds: number;
  /** Of all threads together: comparable on a machine that is also busy with other things. */
  readonly cpuSeconds: number;
}

async function fitTimes(
  interactions: SparseMatrix,
  neighbours: number,
  threads: number,
): Promise<FitTimes> {
  // The trainer does not look at ids.
  const dataset: Dataset = { users: new IdMap(), items: new IdMap(), interactions };
  const start = performance.now();
  const before = process.cpuUsage();
  await createSlimTrainer({ neighbours, threads }).fit(dataset, { seed: 1 });
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1e3, cpuSeconds: (user + system) / 1e6 };
}
