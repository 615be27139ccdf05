/**
 * ALS against its plain TypeScript reference and against the Python package `implicit`; the scan of
 * a catalogue; accuracy on gowalla. See bench/README.md.
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { dotMilliseconds } from './als/dot.ts';
import { fitImplicit } from './als/implicit.ts';
import { type IterationTimes, kernelTimes, referenceTimes } from './als/iteration.ts';
import { implicitQuality, type OurSettings, ourQuality, type Quality } from './als/quality.ts';

interface Options {
  readonly data: string;
  readonly python?: string;
  readonly rounds: number;
  readonly dimensions: number[];
  readonly threads: number[];
  readonly part: string[];
  readonly choose?: boolean;
}

const numbers = (text: string) => text.split(',').map(Number);

const options = new Command('als')
  .option('--data <folder>', 'gowalla', '../shared/data/gowalla')
  .option('--python <path>', 'a python that has the package implicit')
  .option('--rounds <n>', 'alternating runs', Number, 3)
  .option('--dimensions <list>', '', numbers, [64, 256])
  .option('--threads <list>', '', numbers, [1, 2])
  .option(
    '--part <list>',
    'of iteration, reference (with iteration), dot, quality',
    (text) => text.split(','),
    ['iteration', 'reference', 'dot', 'quality'],
  )
  .option('--choose', 'search the settings on fit and valid instead of measuring on test')
  .parse()
  .opts<Options>();

/** Found by `--choose`: the best NDCG@20 of each on valid, by dimensions. */
const chosenWeights: Record<number, { unobservedWeight: number; regularization: number }> = {
  64: { unobservedWeight: 0.01, regularization: 1 },
  256: { unobservedWeight: 0.02, regularization: 10 },
};

function chosenFor(dimensions: number) {
  const { unobservedWeight = 0.02, regularization = 10 } = chosenWeights[dimensions] ?? {};
  return {
    ours: { epochs: 8, unobservedWeight, regularisation: 2 },
    implicit: { iterations: 15, alpha: 50, regularization },
  };
}

const grid = {
  unobservedWeight: [0.01, 0.02, 0.04],
  regularisation: [1, 2, 4],
  alpha: [10, 25, 50, 100],
  regularization: [1, 10, 50],
};

if (options.part.includes('iteration')) await benchIteration();
if (options.part.includes('dot')) benchDot();
if (options.part.includes('quality')) await (options.choose ? chooseSettings() : benchQuality());

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
    }
    if (!options.part.includes('reference')) continue;
    print(`ALS iteration on gowalla, ${dimensions} factors, 1 thread`);
    reportTimes('plain TypeScript', [await referenceTimes(options.data, dimensions)]);
  }
}

async function implicitTimes(factors: number, threads: number): Promise<IterationTimes> {
  const settings = { factors, threads, ...chosenFor(factors).implicit, iterations: 5 };
  return fitImplicit(options.python ?? '', options.data, 'train', settings);
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
  const parts = ['train', 'test'] as const;
  for (const dimensions of options.dimensions) {
    print(`accuracy on gowalla's test part, ${dimensions} factors`);
    const settings = { dimensions, ...chosenFor(dimensions).ours };
    reportQuality('ours', await ourQuality(options.data, parts, settings));
    if (!hasPython(options.python)) continue;
    const theirs = { factors: dimensions, threads: 2, ...chosenFor(dimensions).implicit };
    const quality = await implicitQuality(options.python, options.data, parts, theirs);
    reportQuality('implicit', quality);
  }
}

async function chooseSettings(): Promise<void> {
  const parts = ['fit', 'valid'] as const;
  for (const dimensions of options.dimensions) {
    print(`accuracy on gowalla's valid part, ${dimensions} factors`);
    for (const unobservedWeight of grid.unobservedWeight) {
      for (const regularisation of grid.regularisation) {
        const point = { unobservedWeight, regularisation };
        const settings: OurSettings = { dimensions, ...chosenFor(dimensions).ours, ...point };
        const quality = await ourQuality(options.data, parts, settings);
        reportQuality(`ours ${JSON.stringify(point)}`, quality);
      }
    }
    if (!hasPython(options.python)) continue;
    for (const alpha of grid.alpha) {
      for (const regularization of grid.regularization) {
        const point = { alpha, regularization };
        const settings = {
          factors: dimensions,
          threads: 2,
          ...chosenFor(dimensions).implicit,
          ...point,
        };
        const quality = await implicitQuality(options.python, options.data, parts, settings);
        reportQuality(`implicit ${JSON.stringify(point)}`, quality);
      }
    }
  }
}

function hasPython(python: string | undefined): python is string {
  if (python !== undefined && existsSync(python)) return true;
  print('  implicit skipped: give --python with a python that has it');
  return false;
}

function reportTimes(name: string, times: IterationTimes[]): void {
  report(
    name,
    times.flatMap(({ seconds }) => seconds),
    's',
  );
  report(
    `${name}, CPU`,
    times.flatMap(({ cpuSeconds }) => cpuSeconds),
    's',
  );
}

function report(name: string, values: number[], unit: string): void {
  if (values.length === 0) return;
  const all = values.map((value) => value.toPrecision(3)).join(' ');
  print(`  ${name}: median ${median(values).toPrecision(3)} ${unit} of ${all}`);
}

function reportQuality(name: string, { recall, ndcg }: Quality): void {
  print(`  ${name}: Recall@20 ${recall.toFixed(4)} NDCG@20 ${ndcg.toFixed(4)}`);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
