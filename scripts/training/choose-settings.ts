import type { SparseMatrix } from '../../models/dataset/sparse-matrix.ts';
import {
  coordinateSearch,
  type Point,
  type SearchResult,
} from '../../models/evaluation/coordinate-search.ts';
import { meanNdcg } from '../../models/evaluation/evaluate-model.ts';
import { sampleUsers } from '../../models/evaluation/sample-users.ts';
import type { ComponentKind } from '../../models/recommenders/component-codec.ts';
import type { StartProgress } from './progress.ts';
import { rankInThreads } from './rank-in-threads.ts';
import { completeSettings, type Settings, trainerOf } from './trainers.ts';
import type { Validation } from './training-source.ts';

/** What every step of a training run needs to know. */
export interface RunOptions {
  readonly k: number;
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly progress: StartProgress;
  /** Settings that were chosen on the same data before, and are not chosen again. */
  readonly chosen?: Map<ComponentKind, ChosenSettings>;
}

/** Validation users that settings are compared on. */
const validationUsers = 4000;
/** A step of the search must gain this share: about what chance makes of so many users. */
const minimumGain = 0.005;

/**
 * What is searched, the same for all data. The defaults are where the search starts; dimensions
 * come last because every step up doubles the cost of each evaluation after it.
 */
const axes: Readonly<Record<ComponentKind, Readonly<Record<string, readonly number[]>>>> = {
  popularity: {},
  'item-neighbours': {
    targetExponent: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    historyExponent: [0.2, 0.35, 0.5, 0.65, 0.8],
    userExponent: [0, 0.25, 0.5, 0.75, 1],
    neighbours: [50, 100, 200, 300, 500],
  },
  slim: {
    outputExponent: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
    itemExponent: [0, 0.125, 0.25, 0.375, 0.5],
    userExponent: [0, 0.125, 0.25, 0.375, 0.5],
    regularisation: [1, 2, 4, 8, 16, 32],
    neighbours: [50, 100, 200, 400],
  },
  als: {
    unobservedWeight: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
    regularisation: [0.25, 0.5, 1, 2, 4, 8],
    dimensions: [16, 32, 64, 128, 256, 512],
  },
  spectral: {
    itemExponent: [0.1, 0.25, 0.4, 0.5, 0.6],
    targetExponent: [0.3, 0.4, 0.5, 0.6, 0.7],
    dimensions: [32, 64, 128, 256, 512],
  },
  'user-neighbours': {
    power: [0.75, 1, 1.25, 1.5, 2],
    userExponent: [0.25, 0.5, 0.75],
    itemExponent: [0.5, 0.75, 1, 1.25],
    neighbours: [50, 100, 200, 400, 800],
  },
};

/**
 * What is searched by default, in one round: what differs most between data sets. The others have
 * defaults that do well on all that were tried.
 */
const quickAxes: typeof axes = {
  popularity: {},
  'item-neighbours': {},
  slim: {},
  als: axes.als,
  spectral: {},
  'user-neighbours': {},
};

/** How much is searched. */
export type SearchDepth = 'quick' | 'all';

export interface ChosenSettings {
  readonly settings: Settings;
  /** Validation NDCG@K of every point that was tried; empty where there is nothing to choose. */
  readonly tried: SearchResult['tried'];
}

/**
 * Chooses the settings of one recommender by NDCG@K on the validation part.
 *
 * @param depth all of its settings, or those that differ most between data sets
 */
export async function chooseSettings(
  kind: ComponentKind,
  validation: Validation,
  depth: SearchDepth,
  { k, seed, threads, signal, progress, chosen }: RunOptions,
): Promise<ChosenSettings> {
  const known = chosen?.get(kind);
  if (known) return known;
  const defaults = completeSettings(kind);
  const searched = depth === 'all' ? axes[kind] : quickAxes[kind];
  if (Object.keys(searched).length === 0) return { settings: defaults, tried: [] };
  const test = sampleUsers(validation.test, validationUsers, seed);
  const { dataset } = validation;
  const evaluate = async (point: Point): Promise<number> => {
    const bar = progress(`choosing ${kind}: ${describe(point)}`);
    try {
      const trainer = trainerOf(kind, { ...defaults, ...point }, threads);
      const onProgress = bar.update;
      const model = await trainer.fit(dataset, { seed, signal, onProgress });
      const ranked = await rankInThreads(model, dataset.interactions, test.users, {
        limit: k,
        threads,
        signal,
      });
      return meanNdcg(ranked, test);
    } finally {
      bar.stop();
    }
  };
  const start = startOf(searched, defaults, dataset.interactions);
  const rounds = depth === 'all' ? 2 : 1;
  const search = { start, axes: searched, evaluate, minimumGain, rounds };
  const { best, tried } = await coordinateSearch(search);
  const result = { settings: { ...defaults, ...best }, tried };
  chosen?.set(kind, result);
  return result;
}

/**
 * The defaults, but for the weight of the unobserved in ALS, which follows how dense the data are:
 * 0.8 · √(pairs / (users · items)) was near the best on four data sets of densities from .0006 to
 * .03.
 */
function startOf(
  searched: Readonly<Record<string, readonly number[]>>,
  defaults: Settings,
  { rows, columns, indices }: SparseMatrix,
): Point {
  const names = Object.keys(searched);
  const start = Object.fromEntries(names.map((name) => [name, Number(defaults[name])]));
  const { unobservedWeight } = searched;
  if (unobservedWeight) {
    const wanted = 0.8 * Math.sqrt(indices.length / (rows * columns));
    const distance = (value: number) => Math.abs(Math.log(value / wanted));
    start.unobservedWeight = unobservedWeight.reduce((nearest, value) =>
      distance(value) < distance(nearest) ? value : nearest,
    );
  }
  return start;
}

function describe(point: Point): string {
  return Object.entries(point)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
