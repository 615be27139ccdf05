import { seededRandom } from '../dataset/seeded-random.ts';
import { countByColumn, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import type { TestSet } from './test-set.ts';

/** Why weights were kept or taken. */
export interface BlendChoice {
  readonly weights: readonly number[];
  /** `searched`, or why the simple rule was kept. */
  readonly reason: 'searched' | 'gain-not-clear' | 'popularity-shift';
  /** Best weights that the search found, whether they were taken or not. */
  readonly searched: readonly number[];
  /** Mean NDCG of the confirming users under the simple rule. */
  readonly simpleNdcg: number;
  /** Mean gain in NDCG of the searched weights on the confirming users, and its interval. */
  readonly gain: Interval;
  /** Mean popularity of held-out interactions over that of training's. */
  readonly popularityShift: number;
}

export interface BlendOptions {
  /** NDCG of each validation user for one weight a component. */
  readonly ndcg: (weights: readonly number[]) => Float64Array;
  /** The simple rule: what is kept unless something else is clearly better. */
  readonly simple: readonly number[];
  readonly popularityShift: number;
  readonly seed: number;
}

const steps = 10;
/** The gain must be this share of the simple rule's NDCG … */
const minimumGain = 0.01;
/** … and the held-out items must not be more or less popular than training's by more than this. */
const largestShift = 0.1;

/**
 * Chooses the weights of a blend on validation users, and keeps the simple rule unless the gain is
 * clear:
 *
 * 1. Half of the users, drawn at random, choose: all weights in steps of 1/10 that add up to 1 are
 *    tried, and the best mean NDCG wins.
 * 2. The other half confirm: the winner must gain at least 1 % there, and the 95 % bootstrap
 *    interval of the paired gain must not reach 0.
 * 3. The held-out items must be about as popular as training's (10 %). Weights that lean to or
 *    from popularity follow the popularity of what was held out, and a validation part of another
 *    kind than the days to come then chooses wrongly.
 */
export function chooseBlend({ ndcg, simple, popularityShift, seed }: BlendOptions): BlendChoice {
  const random = seededRandom(seed);
  const baseline = ndcg(simple);
  const confirms = Uint8Array.from(baseline, () => (random() < 0.5 ? 1 : 0));
  let searched = simple;
  let best = meanWhere(baseline, confirms, 0);
  for (const weights of simplex(simple.length)) {
    const mean = meanWhere(ndcg(weights), confirms, 0);
    if (mean > best) {
      best = mean;
      searched = weights;
    }
  }
  const differences = ndcg(searched).map((value, user) => value - baseline[user]!);
  const gain = bootstrapMean(
    differences.filter((_, user) => confirms[user] === 1),
    { seed },
  );
  const simpleNdcg = meanWhere(baseline, confirms, 1);
  const isClear = gain.low > 0 && gain.mean >= minimumGain * simpleNdcg;
  const isShifted = !(Math.abs(popularityShift - 1) <= largestShift);
  const reason = !isClear ? 'gain-not-clear' : isShifted ? 'popularity-shift' : 'searched';
  const weights = reason === 'searched' ? searched : simple;
  return { weights, reason, searched, simpleNdcg, gain, popularityShift };
}

/** Mean popularity in `train` of held-out interactions, over the same of `train`'s own. */
export function popularityShiftOf(train: SparseMatrix, test: TestSet): number {
  const popularity = countByColumn(train);
  const mean = (items: Uint32Array) =>
    items.reduce((sum, item) => sum + (popularity[item] ?? 0), 0) / items.length;
  return mean(test.relevant.indices) / mean(train.indices);
}

/** All weightings of `size` components in whole steps that add up to 1. */
function simplex(size: number, left = steps): number[][] {
  if (size === 1) return [[left / steps]];
  return Array.from({ length: left + 1 }, (_, first) =>
    simplex(size - 1, left - first).map((rest) => [first / steps, ...rest]),
  ).flat();
}

function meanWhere(values: Float64Array, groups: Uint8Array, group: number): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (groups[at] !== group) continue;
    sum += values[at]!;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
