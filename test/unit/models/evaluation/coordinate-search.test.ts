import { describe, expect, it } from '@jest/globals';
import { coordinateSearch, type Point } from '../../../../models/evaluation/coordinate-search.ts';

const axes = { a: [1, 2, 3, 4, 5], b: [10, 20, 30] };

describe('coordinateSearch', () => {
  it('climbs to the top of a hill and asks no point twice', async () => {
    const asked: Point[] = [];
    const { best, score, tried } = await coordinateSearch({
      start: { a: 1, b: 10 },
      axes,
      evaluate: async (point) => {
        asked.push(point);
        return 100 - ((point.a ?? 0) - 4) ** 2 - ((point.b ?? 0) - 20) ** 2;
      },
      minimumGain: 0,
      rounds: 5,
    });
    expect([best, score]).toEqual([{ a: 4, b: 20 }, 100]);
    expect(new Set(asked.map((point) => JSON.stringify(point))).size).toBe(asked.length);
    expect(tried.map(({ point }) => point)).toEqual(asked);
  });

  it('keeps the start when nothing gains enough', async () => {
    const { best, tried } = await coordinateSearch({
      start: { a: 3, b: 20 },
      axes,
      evaluate: async (point) => 1 + (point.a ?? 0) / 1000,
      minimumGain: 0.01,
      rounds: 5,
    });
    expect(best).toEqual({ a: 3, b: 20 });
    expect(tried.length).toBe(5);
  });

  it('refuses a start that is not on an axis', async () => {
    const search = coordinateSearch({
      start: { a: 7, b: 10 },
      axes,
      evaluate: async () => 0,
      minimumGain: 0,
      rounds: 1,
    });
    await expect(search).rejects.toThrow('start a 7 is not among 1, 2, 3, 4, 5');
  });
});
