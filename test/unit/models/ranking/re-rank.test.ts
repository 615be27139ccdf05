import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import type { Label } from '../../../../models/ranking/label.ts';
import {
  defaultRankingPolicy,
  type RankingPolicy,
} from '../../../../models/ranking/ranking-policy.ts';
import { type ReRankCandidates, reRank } from '../../../../models/ranking/re-rank.ts';

const plain: RankingPolicy = {
  ...defaultRankingPolicy,
  relevanceWeight: 1,
  longTailWeight: 0,
  categoryShare: 1,
  brandShare: 1,
  capPenalty: 1e6,
};

interface Given {
  readonly relevance: readonly number[];
  readonly popularity?: readonly number[];
  readonly categories?: readonly Label[];
  readonly brands?: readonly Label[];
  readonly similarity?: (a: number, b: number) => number;
}

function candidates({ relevance, popularity, categories, brands, similarity }: Given) {
  const nothing = relevance.map(() => null);
  return {
    relevance: Float64Array.from(relevance),
    popularity: Float64Array.from(popularity ?? relevance.map(() => 1)),
    categories: categories ?? nothing,
    brands: brands ?? nothing,
    similarity: similarity ?? (() => 0),
  } satisfies ReRankCandidates;
}

const ranked = (given: Given, policy: Partial<RankingPolicy>, limit = 10, fixed?: number[]) =>
  Array.from(
    reRank(candidates(given), { limit, policy: { ...plain, ...policy }, ...(fixed && { fixed }) }),
  );

describe('reRank', () => {
  it('orders by relevance where that is all that counts, equal ones as given', () => {
    expect(ranked({ relevance: [0, 2, 1, 2] }, {})).toEqual([1, 3, 2, 0]);
    expect(ranked({ relevance: [0, 2, 1, 2] }, {}, 2)).toEqual([1, 3]);
    expect(ranked({ relevance: [] }, {})).toEqual([]);
    expect(ranked({ relevance: [1, 2] }, {}, 0)).toEqual([]);
  });

  it('puts what is like something above it further down', () => {
    // λ = .5. First 0 (.5 · 2). Then 1 has .5 · 1.9 − .5 · .9 = .5, and 2 has .5 · 1.2 − 0 = .6.
    // Then 1 again, unlike 2: .5 against 3 with .5 · .8 − .5 · .1 = .35.
    const like = [
      [1, 0.9, 0, 0.1],
      [0.9, 1, 0, 0],
      [0, 0, 1, 0],
      [0.1, 0, 0, 1],
    ];
    const given = {
      relevance: [2, 1.9, 1.2, 0.8],
      similarity: (a: number, b: number) => like[a]?.[b] ?? Number.NaN,
    };
    expect(ranked(given, { relevanceWeight: 0.5 })).toEqual([0, 2, 1, 3]);
  });

  it('counts the nearest of those above, and opposites as unlike', () => {
    // After 0 and 1: 2 is .8 like 1 and −1 like 0; 3 is −1 like both. .5 · .5 − .4 against .5 · −.1.
    const given = {
      relevance: [3, 2, 0.5, -0.1],
      similarity: (a: number, b: number) => (a + b === 3 && a * b === 2 ? 0.8 : -1),
    };
    expect(ranked(given, { relevanceWeight: 0.5 })).toEqual([0, 1, 3, 2]);
  });

  it('gives the less popular of two a bonus', () => {
    // .3 · (1 − .1) = .27 and .3 · (1 − .9) = .03: .9 + .27 > 1.1 + .03.
    const given = { relevance: [1.1, 0.9], popularity: [0.9, 0.1] };
    expect(ranked(given, { longTailWeight: 0.3 })).toEqual([1, 0]);
    expect(ranked(given, { longTailWeight: 0.2 })).toEqual([0, 1]);
  });

  it('holds each category and brand to its share while there are others', () => {
    // 4 places, shares of a half: two each.
    const given = {
      relevance: [9, 8, 7, 6, 5, 4],
      categories: ['dress', 'dress', 'dress', 'shoe', 'shoe', 'shoe'],
      brands: ['a', 'b', 'b', 'b', 'c', 'd'],
    };
    expect(ranked(given, { categoryShare: 0.5 }, 4)).toEqual([0, 1, 3, 4]);
    // Brand b has 1 and 2 and may not have 3.
    expect(ranked(given, { brandShare: 0.5 }, 4)).toEqual([0, 1, 2, 4]);
    expect(ranked(given, { categoryShare: 0.5, brandShare: 0.25 }, 4)).toEqual([0, 1, 4, 5]);
  });

  it('lets caps give way when nothing else is left, one before both', () => {
    const given = {
      relevance: [9, 8, 7, 6],
      categories: ['dress', 'dress', 'dress', 'shoe'],
      brands: ['a', 'a', 'b', 'a'],
    };
    // One of each: 0; then 2 and 3 exceed one cap, 1 exceeds both.
    expect(ranked(given, { categoryShare: 0.25, brandShare: 0.25 }, 4)).toEqual([0, 2, 3, 1]);
  });

  it('lets what is far better than anything under the caps pass them', () => {
    const given = { relevance: [9, 8, 5.5], categories: ['dress', 'dress', 'shoe'] };
    expect(ranked(given, { categoryShare: 0.1, capPenalty: 2 }, 3)).toEqual([0, 1, 2]);
    expect(ranked(given, { categoryShare: 0.1, capPenalty: 3 }, 3)).toEqual([0, 2, 1]);
  });

  it('has no cap for what has no category', () => {
    const given = { relevance: [9, 8, 7, 6], categories: [null, undefined, null, 'shoe'] };
    expect(ranked(given, { categoryShare: 0.25 }, 4)).toEqual([0, 1, 2, 3]);
  });

  it('starts with what is fixed, which counts like everything else above', () => {
    const given = {
      relevance: [3, 2, 1, 0],
      categories: ['dress', 'dress', 'shoe', 'dress'],
      similarity: (a: number, b: number) => (a + b === 3 ? 1 : 0),
    };
    expect(ranked(given, {}, 3, [3])).toEqual([3, 0, 1]);
    // 0 is the same as 3: .5 · 3 − .5 = 1, as 1 has.
    expect(
      ranked({ ...given, relevance: [2.9, 2, 1, 0] }, { relevanceWeight: 0.5 }, 4, [3]),
    ).toEqual([3, 1, 0, 2]);
    // A third of three places for dresses: 3 has it.
    expect(ranked(given, { categoryShare: 1 / 3 }, 3, [3])).toEqual([3, 2, 0]);
    expect(ranked(given, {}, 1, [3, 2])).toEqual([3]);
  });

  it('refuses what cannot be placed', () => {
    expect(() => ranked({ relevance: [1, Number.NaN] }, {})).toThrow('candidate 1: relevance NaN');
    expect(() => ranked({ relevance: [1, 2] }, {}, 2, [2])).toThrow('fixed: 2 is no candidate');
    expect(() => ranked({ relevance: [1, 2] }, {}, 2, [1, 1])).toThrow('fixed: 1 is no candidate');
  });

  it('gives what comparing every candidate at every place gives', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 200; round++) {
      const given = randomCandidates(random, 1 + Math.floor(random() * 40));
      const policy = {
        ...plain,
        relevanceWeight: random(),
        longTailWeight: random(),
        categoryShare: random(),
        brandShare: random(),
        capPenalty: random() < 0.5 ? 1e6 : random(),
      };
      const limit = 1 + Math.floor(random() * 30);
      const fixed = random() < 0.3 ? [given.relevance.length - 1] : [];
      expect(Array.from(reRank(given, { limit, policy, fixed }))).toEqual(
        plainly(given, limit, policy, fixed),
      );
    }
  });
});

function randomCandidates(random: () => number, count: number): ReRankCandidates {
  const one = () => Float64Array.from({ length: count }, random);
  const like = Float64Array.from({ length: count * count }, () => 2 * random() - 1);
  return {
    // Some are equal.
    relevance: one().map((value) => Math.round(4 * value) / 2),
    popularity: one().map((value) => Math.round(value)),
    categories: Array.from(one(), (value) => (value < 0.1 ? null : Math.floor(3 * value))),
    brands: Array.from(one(), (value) => (value < 0.1 ? null : `b${Math.floor(4 * value)}`)),
    similarity: (a, b) => Math.round(4 * (like[Math.min(a, b) * count + Math.max(a, b)] ?? 0)) / 4,
  };
}

/** The definition, as it stands. */
function plainly(
  given: ReRankCandidates,
  limit: number,
  policy: RankingPolicy,
  fixed: readonly number[],
): number[] {
  const places: number[] = [...fixed].slice(0, limit);
  const exceeds = (labels: readonly Label[], n: number, share: number) => {
    const label = labels[n];
    if (label === null || label === undefined) return 0;
    const placed = places.filter((place) => labels[place] === label).length;
    return placed >= Math.max(1, Math.ceil(share * limit)) ? 1 : 0;
  };
  const value = (n: number) =>
    policy.relevanceWeight * (given.relevance[n] ?? 0) +
    policy.longTailWeight * (1 - (given.popularity[n] ?? 0)) -
    policy.capPenalty *
      (exceeds(given.categories, n, policy.categoryShare) +
        exceeds(given.brands, n, policy.brandShare)) -
    (1 - policy.relevanceWeight) *
      Math.max(0, ...places.map((place) => given.similarity(n, place)));
  while (places.length < Math.min(limit, given.relevance.length)) {
    let best = -1;
    for (let n = 0; n < given.relevance.length; n++) {
      if (places.includes(n)) continue;
      if (best < 0 || value(n) > value(best) + 1e-9) best = n;
    }
    places.push(best);
  }
  return places;
}
