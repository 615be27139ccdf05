/**
 * Training: ALS against the Python package `implicit` (seconds an iteration, seconds to its final
 * NDCG@20, accuracy) and against its plain TypeScript reference, and the GFLOP/s of its matrix
 * products. See bench/README.md.
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { dotMilliseconds } from './train/dot.ts';
import { fitImplicit } from './train/implicit.ts';
import { type IterationTimes, kernelTimes, referenceTimes } from './train/iteration.ts';
import { median, print, report } from './train/print.ts';
import { kernelRates, type ProductRates, referenceRates } from './train/products.ts';
import { implicitQuality, ourQuality, type Quality } from './train/quality.ts';
import { chosenFor, grid } from './train/settings.ts';
import { tensorFlowRates } from './train/tensorflow-products.ts';
import { benchTarget } from './train/time-to-target.ts';
import { benchWarmStart } from './train/warm-start.ts';

interface Options {
  readonly data: string;
  readonly python?: string;
  readonly rounds: number;
  readonly dimensions: number[];
  readonly threads: number[];
  readonly part: string[];
}

const parts = {
  iteration: benchIteration,
  reference: benchReference,
  target: benchTargets,
  warm: benchWarmStarts,
  products: benchProducts,
  dot: benchDot,
  quality: benchQuality,
  /** Searches the settings on fit and valid. */
  choose: chooseSettings,
};
const usualParts = ['iteration', 'target', 'warm', 'products', 'dot', 'quality'];

const cuts = [
  ['train', 'test'],
  ['fit', 'valid'],
] as const;

const numbers = (text: string) => text.split(',').map(Number);
const words = (text: string) => text.split(',');

const options = new Command('train')
  .option('--data <folder>', 'gowalla', '../shared/data/gowalla')
  .option('--python <path>', 'a python that has the package implicit')
  .option('--rounds <n>', 'alternating runs', Number, 3)
  .option('--dimensions <list>', '', numbers, [64, 256])
  .option('--threads <list>', '', numbers, [2])
  .option('--part <list>', `of ${Object.keys(parts).join(', ')}`, words, usualParts)
  .parse()
  .opts<Options>();

for (const [name, bench] of Object.entries(parts)) {
  if (options.part.includes(name)) await bench();
}

async function benchIteration(): Promise<void> {
  for (const dimensions of options.dimensions) {
    for (const threads of options.threads) {
      const ours: IterationTimes[] = [];
      const theirs: IterationTimes[] = [];
      for (let round = 0; round < options.rounds; round++) {
        ours.push(await kernelTimes(options.data, dimensions, threads));
        if (hasPython(options.python)) theirs.push(await implicitTimes(dimensions, threads));
      }
      print(`ALS iteration on gowalla, ${dimensions} factors, ${threads} threads`);
      reportTimes('kernels', ours);
      reportTimes('implicit', theirs);
      const seconds = [ours, theirs].map((times) => median(times.flatMap((time) => time.seconds)));
      if (theirs.length > 0) print(`  ratio ${((seconds[0] ?? 0) / (seconds[1] ?? 0)).toFixed(2)}`);
    }
  }
}

async function benchReference(): Promise<void> {
  for (const dimensions of options.dimensions) {
    print(`ALS iteration on gowalla, ${dimensions} factors, 1 thread`);
    reportTimes('plain TypeScript', [await referenceTimes(options.data, dimensions)]);
  }
}

async function implicitTimes(factors: number, threads: number): Promise<IterationTimes> {
  const settings = { ...chosenFor(factors).implicit, threads, iterations: 5 };
  return fitImplicit(options.python ?? '', options.data, 'train', settings);
}

async function benchTargets(): Promise<void> {
  const { data, python, rounds } = options;
  if (!hasPython(python)) return;
  for (const dimensions of options.dimensions) {
    for (const threads of options.threads) {
      for (const cut of cuts) {
        await benchTarget({ data, python, dimensions, threads, rounds, parts: cut });
      }
    }
  }
}

async function benchWarmStarts(): Promise<void> {
  const { data, rounds } = options;
  for (const dimensions of options.dimensions) {
    for (const threads of options.threads) {
      for (const cut of cuts) {
        await benchWarmStart({ data, dimensions, threads, rounds, parts: cut });
      }
    }
  }
}

async function benchProducts(): Promise<void> {
  for (const dimensions of [...options.dimensions, 512]) {
    const shape = { rows: 16_384, dimensions, rounds: 2 * options.rounds };
    for (const threads of options.threads) {
      print(`matrix products of ALS, 16,384 × ${dimensions}, ${threads} threads`);
      reportRates('kernels', await kernelRates(shape, threads));
      // It takes a number of threads once.
      if (threads !== options.threads[0]) continue;
      report('TensorFlow.js, F · B', await tensorFlowRates(shape, threads), 'GFLOP/s');
    }
    print(`matrix products of ALS, 2,048 × ${dimensions}, 1 thread`);
    const few = { ...shape, rows: 2048, rounds: 2 };
    reportRates('plain TypeScript', await referenceRates(few));
  }
}

function benchDot(): void {
  for (const dimensions of options.dimensions) {
    const { kernel, plain } = dotMilliseconds(200_000, dimensions, 50);
    print(`dot products of one query with 200,000 × ${dimensions}`);
    report('kernel', kernel, 'ms');
    report('plain TypeScript', plain, 'ms');
  }
}

async function benchQuality(): Promise<void> {
  const cut = ['train', 'test'] as const;
  for (const dimensions of options.dimensions) {
    print(`accuracy on gowalla's test part, ${dimensions} factors`);
    const { ours, implicit } = chosenFor(dimensions);
    reportQuality('ours', await ourQuality(options.data, cut, ours));
    if (!hasPython(options.python)) continue;
    const quality = await implicitQuality(options.python, options.data, cut, implicit);
    reportQuality('implicit', quality);
  }
}

async function chooseSettings(): Promise<void> {
  const cut = ['fit', 'valid'] as const;
  for (const dimensions of options.dimensions) {
    print(`accuracy on gowalla's valid part, ${dimensions} factors`);
    const { ours, implicit } = chosenFor(dimensions);
    for (const unobservedWeight of grid.unobservedWeight) {
      for (const regularisation of grid.regularisation) {
        const point = { unobservedWeight, regularisation };
        const quality = await ourQuality(options.data, cut, { ...ours, ...point });
        reportQuality(`ours ${JSON.stringify(point)}`, quality);
      }
    }
    if (!hasPython(options.python)) continue;
    for (const alpha of grid.alpha) {
      for (const regularization of grid.regularization) {
        const settings = { ...implicit, alpha, regularization };
        const quality = await implicitQuality(options.python, options.data, cut, settings);
        reportQuality(`implicit ${JSON.stringify({ alpha, regularization })}`, quality);
      }
    }
  }
}

function hasPython(python: string | undefined): python is string {
  if (python !== undefined && existsSync(python)) return true;
  print('  implicit skipped: give --python with a python that has it');
  return false;
}

function reportTimes(name: string, times: readonly IterationTimes[]): void {
  const seconds = times.flatMap((time) => time.seconds);
  const cpuSeconds = times.flatMap((time) => time.cpuSeconds);
  report(name, seconds, 's');
  report(`${name}, CPU`, cpuSeconds, 's');
}

function reportRates(name: string, { gram, rotation }: ProductRates): void {
  report(`${name}, FᵀF`, gram, 'GFLOP/s');
  report(`${name}, F · B`, rotation, 'GFLOP/s');
}

function reportQuality(name: string, { recall, ndcg }: Quality): void {
  print(`  ${name}: Recall@20 ${recall.toFixed(4)} NDCG@20 ${ndcg.toFixed(4)}`);
}
