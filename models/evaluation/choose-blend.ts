import { seededRandom } from '../dataset/seeded-random.ts';
import { countByColumn, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import { bootstrapMean, type Interval } from './bootstrap.ts';
import type { TestSet } from './test-set.ts';

/** How a part of the training data was held out to choose on. */
export type CutKind = 'given' | 'random' | 'time' | 'blocks';

/** Users with held-out items, on whom weights are tried. */
export interface BlendCut {
  readonly kind: CutKind;
  /** NDCG of each validation user for one weight a component. */
  readonly ndcg: (weights: readonly number[]) => Float64Array;
  /** Mean popularity of held-out interactions over that of training's. */
  readonly popularityShift: number;
}

/** What a cut says about the weights. */
export interface CutReport {
  readonly kind: CutKind;
  readonly users: number;
  readonly popularityShift: number;
  /** Mean NDCG under the simple rule and under the weights that the search found. */
  readonly simpleNdcg: number;
  readonly searchedNdcg: number;
}

/** Why weights were kept or taken. */
export interface BlendChoice {
  readonly weights: readonly number[];
  /** `searched`, or why the simple rule was kept. */
  readonly reason: 'searched' | 'gain-not-clear';
  /** Best weights that the search found, whether they were taken or not. */
  readonly searched: readonly number[];
  /** Gain in NDCG, as a share of the simple rule's, on users who had no part in the choice. */
  readonly gain: Interval;
  readonly cuts: readonly CutReport[];
}

export interface BlendOptions {
  readonly cuts: readonly BlendCut[];
  /** The simple rule: what is kept unless something else is clearly better. */
  readonly simple: readonly number[];
  readonly seed: number;
}

/** Weights that are tried for each component. */
const steps = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];
const rounds = 4;
/** The gain must be this share of the simple rule's NDCG. */
const minimumGain = 0.005;

/** Whose NDCG counts: those of half 0, of half 1, or all. */
type Group = 0 | 1 | 'all';

/**
 * Chooses the weights of a blend on validation users, and keeps the simple rule unless the gain is
 * clear.
 *
 * What is maximised is the NDCG over that of the simple rule, averaged over the cuts, so that
 * weights have to do well on each of them. One component's weight at a time is moved to the best of
 * a few steps until nothing moves. The users are halved at random; weights found on one half are
 * confirmed on the other, both ways round, and the mean of these gains must be at least 0.5 % with
 * a 95 % bootstrap interval above 0. The weights then are those found on all users.
 */
export function chooseBlend({ cuts, simple, seed }: BlendOptions): BlendChoice {
  const trials = new Trials(cuts, simple, seed);
  const confirmed = [0, 1].map((half) => {
    const other = (1 - half) as Group;
    return trials.relativeGains(trials.search(half as Group), other);
  });
  const gain = bootstrapMean(Float64Array.from(confirmed.flat()), { seed });
  const searched = trials.search('all');
  const isClear = gain.low > 0 && gain.mean >= minimumGain;
  return {
    weights: isClear ? searched : simple,
    reason: isClear ? 'searched' : 'gain-not-clear',
    searched,
    gain,
    cuts: trials.report(searched),
  };
}

/** Mean popularity in `train` of held-out interactions, over the same of `train`'s own. */
export function popularityShiftOf(train: SparseMatrix, test: TestSet): number {
  const popularity = countByColumn(train);
  const mean = (items: Uint32Array) =>
    items.reduce((sum, item) => sum + (popularity[item] ?? 0), 0) / items.length;
  return mean(test.relevant.indices) / mean(train.indices);
}

/** The weightings that were tried, each once, on every cut. */
class Trials {
  readonly #cuts: readonly BlendCut[];
  readonly #simple: readonly number[];
  readonly #halves: readonly Uint8Array[];
  readonly #known = new Map<string, readonly Float64Array[]>();

  constructor(cuts: readonly BlendCut[], simple: readonly number[], seed: number) {
    const random = seededRandom(seed);
    this.#cuts = cuts;
    this.#simple = simple;
    this.#halves = this.#ndcg(simple).map((users) =>
      Uint8Array.from(users, () => (random() < 0.5 ? 1 : 0)),
    );
  }

  /** The best weights for a group of users. */
  search(group: Group): readonly number[] {
    let best = this.#simple;
    let highest = 1;
    for (let round = 0; round < rounds; round++) {
      const before = best;
      for (let component = 0; component < best.length; component++) {
        for (const step of steps) {
          const tried = best.with(component, step);
          if (!tried.some((weight) => weight > 0)) continue;
          const score = this.#score(tried, group);
          if (score > highest) [best, highest] = [tried, score];
        }
      }
      if (best === before) break;
    }
    return best === this.#simple ? best : ofLargest(best);
  }

  /** Of each user of a group; their mean is the mean over the cuts of the gain of each. */
  relativeGains(weights: readonly number[], group: Group): number[] {
    const tried = this.#ndcg(weights);
    const groups = this.#ndcg(this.#simple).map((users, cut) => {
      const members = [...users.keys()].filter((user) => this.#isIn(cut, user, group));
      const mean = meanOf(users, members);
      return members.map((user) => (tried[cut]![user]! - users[user]!) / mean);
    });
    const total = groups.reduce((sum, { length }) => sum + length, 0);
    return groups.flatMap((gains) => {
      const share = total / (groups.length * gains.length);
      return gains.map((gain) => gain * share);
    });
  }

  report(searched: readonly number[]): CutReport[] {
    return this.#cuts.map(({ kind, popularityShift }, cut) => {
      const simple = this.#ndcg(this.#simple)[cut]!;
      return {
        kind,
        users: simple.length,
        popularityShift,
        simpleNdcg: meanOf(simple),
        searchedNdcg: meanOf(this.#ndcg(searched)[cut]!),
      };
    });
  }

  /** NDCG over that of the simple rule, averaged over the cuts. */
  #score(weights: readonly number[], group: Group): number {
    const tried = this.#ndcg(weights);
    const ratios = this.#ndcg(this.#simple).map((users, cut) => {
      const members = [...users.keys()].filter((user) => this.#isIn(cut, user, group));
      return meanOf(tried[cut]!, members) / meanOf(users, members);
    });
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  }

  #isIn(cut: number, user: number, group: Group): boolean {
    return group === 'all' || this.#halves[cut]![user] === group;
  }

  #ndcg(weights: readonly number[]): readonly Float64Array[] {
    const key = weights.join();
    const known = this.#known.get(key) ?? this.#cuts.map(({ ndcg }) => ndcg(weights));
    this.#known.set(key, known);
    return known;
  }
}

/** The same weights with 1 for the largest. */
function ofLargest(weights: readonly number[]): readonly number[] {
  const largest = Math.max(...weights);
  return weights.map((weight) => weight / largest);
}

function meanOf(values: Float64Array, members: readonly number[] = [...values.keys()]): number {
  return members.reduce((sum, user) => sum + values[user]!, 0) / members.length;
}
