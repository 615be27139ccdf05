import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { type ExploreCandidates, explore } from '../../../../models/ranking/explore.ts';
import { seedOf } from '../../../../models/ranking/seed-of.ts';

const policy = { explorationShare: 0.25, fewImpressions: 100, explorationFloor: 1 };
const prior = { clicks: 2, misses: 38 };

/** Eight known items, best first, and two new ones of relevance 1 that stand nowhere. */
const candidates: ExploreCandidates = {
  relevance: Float64Array.of(3, 2.5, 2.2, 1.9, 1.6, 1.3, 1, 0.7, 1, 1),
  impressions: [900, 900, 900, 900, 900, 900, 900, 900, 0, 20],
  clicks: [90, 90, 90, 90, 90, 90, 90, 90, 0, 1],
};
const order = Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7);

const explored = (seed: number, given: Partial<Parameters<typeof explore>[2]> = {}) =>
  explore(order, candidates, { policy, prior, random: seededRandom(seed), ...given });

describe('explore', () => {
  it('is made again by the same seed, and differs between seeds', () => {
    expect(explored(seedOf('request-1'))).toEqual(explored(seedOf('request-1')));
    const answers = new Set(
      Array.from({ length: 50 }, (_, n) => explored(seedOf(`request-${n}`)).places.join()),
    );
    expect(answers.size).toBeGreaterThan(10);
  });

  it('says which places it gave away, and moves the rest down in their order', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { places, explored: flags } = explored(seed);
      places.forEach((candidate, place) => {
        expect(flags[place] === 1).toBe(candidate >= 8);
      });
      const others = Array.from(places).filter((candidate) => candidate < 8);
      expect(others).toEqual(Array.from(order.subarray(0, others.length)));
      expect(new Set(places).size).toBe(8);
    }
  });

  it('never gives a place to an item more than the floor below the one standing there', () => {
    // Relevance 1 with a floor of 1 passes where 2 or less stands: from the fourth place on.
    let firstPlaces = 0;
    for (let seed = 0; seed < 500; seed++) {
      const { explored: flags } = explored(seed);
      expect([flags[0], flags[1], flags[2]]).toEqual([0, 0, 0]);
      firstPlaces += flags[3] ?? 0;
    }
    expect(firstPlaces).toBeGreaterThan(0);
  });

  it('leaves the first place, and more where more are fixed', () => {
    const low = { ...policy, explorationFloor: 10 };
    const count = (fixed: number) => {
      const taken = new Uint32Array(8);
      for (let seed = 0; seed < 400; seed++) {
        explored(seed, { policy: low, fixed }).explored.forEach((flag, place) => {
          taken[place] = (taken[place] ?? 0) + flag;
        });
      }
      return Array.from(taken, (times) => times > 0);
    };
    expect(count(0)).toEqual([false, true, true, true, true, true, true, true]);
    expect(count(3)).toEqual([false, false, false, true, true, true, true, true]);
  });

  it('draws every place equally often', () => {
    const low = { ...policy, explorationFloor: 10 };
    const taken = new Float64Array(8);
    for (let seed = 0; seed < 7_000; seed++) {
      explored(seed, { policy: low }).explored.forEach((flag, place) => {
        taken[place] = (taken[place] ?? 0) + flag;
      });
    }
    // Two of seven places a time: 2,000 each, with a standard deviation of 38.
    for (const times of taken.subarray(1)) expect(Math.abs(times - 2_000)).toBeLessThan(190);
  });

  it('gives away the share, a part of a place in as many answers', () => {
    const low = { ...policy, explorationShare: 0.05, explorationFloor: 10 };
    let given = 0;
    for (let seed = 0; seed < 5_000; seed++) {
      given += explored(seed, { policy: low }).explored.reduce((sum, flag) => sum + flag, 0);
    }
    // .05 · 8 = .4 a time: 2,000, with a standard deviation of √(5,000 · .4 · .6) = 35.
    expect(Math.abs(given - 2_000)).toBeLessThan(175);
    const none = { ...policy, explorationShare: 0 };
    expect(explored(1, { policy: none }).places).toEqual(order);
  });

  it('leaves a place to a new item that has come there by itself', () => {
    const both = Uint32Array.of(0, 1, 2, 3, 8, 9, 6, 7);
    for (let seed = 0; seed < 100; seed++) {
      const { places, explored: flags } = explore(both, candidates, {
        policy: { ...policy, explorationShare: 0.99, explorationFloor: -10 },
        prior,
        random: seededRandom(seed),
      });
      // Nobody passes a floor of −10; those that stand there stay unmarked.
      expect(places).toEqual(both);
      expect(flags).toEqual(new Uint8Array(8));
    }
  });

  it('moves a new item up from a lower place without showing it twice', () => {
    const both = Uint32Array.of(0, 1, 2, 3, 4, 5, 9, 8);
    const low = { ...policy, explorationShare: 1 / 8, explorationFloor: 10 };
    for (let seed = 0; seed < 200; seed++) {
      const { places, explored: flags } = explore(both, candidates, {
        ...{ policy: low, prior, random: seededRandom(seed) },
      });
      expect(Array.from(places).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 8, 9]);
      const at = flags.indexOf(1);
      if (at >= 0) expect(places[at]).toBeGreaterThanOrEqual(8);
    }
  });

  it('prefers what is clicked more the more surely that is known', () => {
    const share = (impressions: number, clicks: number) => {
      let chosen = 0;
      let times = 0;
      for (let seed = 0; seed < 2_000; seed++) {
        const { places, explored: flags } = explore(
          order,
          {
            ...candidates,
            impressions: [...Array(8).fill(900), impressions, impressions],
            clicks: [...Array(8).fill(90), clicks, 0],
          },
          {
            policy: { ...policy, explorationShare: 1 / 8, explorationFloor: 10 },
            prior,
            random: seededRandom(seed),
          },
        );
        const at = flags.indexOf(1);
        if (at < 0) continue;
        times++;
        if (places[at] === 8) chosen++;
      }
      return chosen / times;
    };
    expect(Math.abs(share(0, 0) - 0.5)).toBeLessThan(0.06);
    expect(share(20, 2)).toBeGreaterThan(0.7);
    expect(share(90, 9)).toBeGreaterThan(0.97);
  });

  it('has nothing to do in an answer of one place, or of none', () => {
    const all = { policy: { ...policy, explorationShare: 1 }, prior, random: seededRandom(1) };
    expect(explore(Uint32Array.of(3), candidates, all).places).toEqual(Uint32Array.of(3));
    expect(explore(new Uint32Array(0), candidates, all).places).toEqual(new Uint32Array(0));
  });
});

describe('seedOf', () => {
  it('is FNV-1a, each unit with both its bytes', () => {
    // Of nothing the offset basis.
    expect(seedOf('')).toBe(0x811c9dc5);
    // "a" then a zero byte: (0xe40c292c · 0x01000193) mod 2³², 0xe40c292c being the published hash of "a".
    expect(seedOf('a')).toBe(Math.imul(0xe40c292c, 0x01000193) >>> 0);
    expect(seedOf('连')).not.toBe(seedOf('衣'));
  });
});
