import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { noItem, TopItems } from '../../../../models/recommenders/top-items.ts';

function select(scores: number[], limit: number): number[] {
  const out = new Uint32Array(limit);
  new TopItems(limit).select(Float32Array.from(scores), out);
  return [...out];
}

describe('TopItems', () => {
  it('gives the best first and the lower index first among equals', () => {
    expect(select([1, 3, 2, 3, 1, 2], 4)).toEqual([1, 3, 2, 5]);
    expect(select([5, 5, 5, 5], 2)).toEqual([0, 1]);
  });

  it('never chooses −∞ or NaN, and fills up with noItem', () => {
    expect(select([Number.NEGATIVE_INFINITY, -2, Number.NaN, -1], 4)).toEqual([
      3,
      1,
      noItem,
      noItem,
    ]);
  });

  it('agrees with a full sort on scores with many ties, by vector and by single offers', () => {
    const random = seededRandom(3);
    const top = new TopItems(50);
    const out = new Uint32Array(50);
    for (let round = 0; round < 20; round++) {
      const scores = Float32Array.from({ length: 1000 }, () => Math.floor(random() * 40));
      const order = [...scores.keys()];
      const sorted = order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
      expect(top.select(scores, out)).toBe(50);
      expect([...out]).toEqual(sorted.slice(0, 50));
      for (const item of [...scores.keys()].reverse()) top.offer(item, scores[item] ?? 0);
      expect(top.drain(out)).toBe(50);
      expect([...out]).toEqual(sorted.slice(0, 50));
    }
  });

  it('refuses a limit that is not a count', () => {
    expect(() => new TopItems(0)).toThrow('limit 0');
    expect(() => new TopItems(1.5)).toThrow('limit 1.5');
  });
});
