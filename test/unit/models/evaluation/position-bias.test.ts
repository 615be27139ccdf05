import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { examinationByPosition } from '../../../../models/evaluation/position-bias.ts';

interface Cell {
  readonly group: number;
  readonly position: number;
  readonly shown: number;
  readonly clicks: number;
}

function estimate(cells: readonly Cell[], positions: number): number[] {
  return Array.from(
    examinationByPosition(
      {
        groups: Uint32Array.from(cells, ({ group }) => group),
        positions: Uint32Array.from(cells, ({ position }) => position),
        shown: Float64Array.from(cells, ({ shown }) => shown),
        clicks: Float64Array.from(cells, ({ clicks }) => clicks),
      },
      { positions },
    ),
  );
}

describe('examinationByPosition', () => {
  it('is the ratio of the click rates where every group was shown everywhere alike', () => {
    // Rates .2 and .1 at the first place, .1 and .05 at the second: 30 of 200 against 15 of 200.
    const found = estimate(
      [
        { group: 0, position: 0, shown: 100, clicks: 20 },
        { group: 0, position: 1, shown: 100, clicks: 10 },
        { group: 1, position: 0, shown: 100, clicks: 10 },
        { group: 1, position: 1, shown: 100, clicks: 5 },
      ],
      2,
    );
    expect(found[0]).toBe(1);
    expect(found[1]).toBeCloseTo(0.5, 6);
  });

  it('is not misled by better items standing higher', () => {
    // Attraction .4 and .1, examination 1 and .5. The better one stands higher nine times of ten, so
    // that the raw rates are 370/1000 and 65/1000, a ratio of .18.
    const found = estimate(
      [
        { group: 0, position: 0, shown: 900, clicks: 360 },
        { group: 0, position: 1, shown: 100, clicks: 20 },
        { group: 1, position: 0, shown: 100, clicks: 10 },
        { group: 1, position: 1, shown: 900, clicks: 45 },
      ],
      2,
    );
    expect(found[1]).toBeCloseTo(0.5, 5);
  });

  it('compares places by way of others, and says which cannot be compared', () => {
    const found = estimate(
      [
        // 0 with 1: .5. 1 with 2: .5 again. 3 with 4 only.
        { group: 0, position: 0, shown: 100, clicks: 20 },
        { group: 0, position: 1, shown: 100, clicks: 10 },
        { group: 1, position: 1, shown: 200, clicks: 40 },
        { group: 1, position: 2, shown: 200, clicks: 20 },
        { group: 2, position: 3, shown: 100, clicks: 10 },
        { group: 2, position: 4, shown: 100, clicks: 5 },
        // Shown in one place, and never clicked: they tell nothing.
        { group: 3, position: 3, shown: 100, clicks: 50 },
        { group: 4, position: 0, shown: 100, clicks: 0 },
        { group: 4, position: 3, shown: 100, clicks: 0 },
      ],
      6,
    );
    expect(found[1]).toBeCloseTo(0.5, 5);
    expect(found[2]).toBeCloseTo(0.25, 5);
    expect(found.slice(3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('says 0 for a place where nothing was clicked, and nothing when that is the first', () => {
    const cells = [
      { group: 0, position: 0, shown: 100, clicks: 20 },
      { group: 0, position: 1, shown: 100, clicks: 0 },
    ];
    expect(estimate(cells, 2)).toEqual([1, 0]);
    const turned = cells.map((cell) => ({ ...cell, position: 1 - cell.position }));
    expect(estimate(turned, 2)).toEqual([1, Number.NaN]);
    expect(estimate([], 3)).toEqual([1, Number.NaN, Number.NaN]);
  });

  it('finds the examination that clicks were drawn with, from many groups that each say little', () => {
    const random = seededRandom(21);
    const truth = Array.from({ length: 10 }, (_, place) => 1 / (1 + place) ** 0.7);
    const cells: Cell[] = [];
    for (let group = 0; group < 20_000; group++) {
      const attraction = 0.3 * random() ** 2;
      // The more attractive the higher, with chance.
      const home = Math.floor(10 * (1 - attraction / 0.3));
      for (let view = 0; view < 3; view++) {
        const position = Math.min(9, Math.max(0, home + Math.floor(5 * random()) - 2));
        const shown = 5;
        let clicks = 0;
        for (let n = 0; n < shown; n++) {
          if (random() < attraction * (truth[position] ?? 0)) clicks++;
        }
        cells.push({ group, position, shown, clicks });
      }
    }
    const found = estimate(cells, 10);
    truth.forEach((examination, place) => {
      expect(Math.abs((found[place] ?? 0) / examination - 1)).toBeLessThan(0.15);
    });
  });
});
