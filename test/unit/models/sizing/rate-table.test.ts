import { describe, expect, it } from '@jest/globals';
import { RateTable } from '../../../../models/sizing/rate-table.ts';

const size = (category: string, position: number) =>
  ({ scale: 'women-top', category, position, length: 0 }) as const;

describe('RateTable', () => {
  it('shrinks a size to its category, that to its scale, and that to all', () => {
    const table = new RateTable();
    for (let n = 0; n < 40; n++) table.add(size('shirt', 2), 0);
    for (let n = 0; n < 60; n++) table.add(size('shirt', 2), 1);
    // All: 40 of 100 small, and 50 more of which .1 are: 45/150 = .3; each level the same again.
    const [all] = [45 / 150];
    const scale = (40 + 50 * all) / 150;
    const category = (40 + 50 * scale) / 150;
    const own = (40 + 50 * category) / 150;
    expect(table.categoryRates('women-top', 'shirt')[0]).toBeCloseTo(category, 12);
    expect(table.rates(size('shirt', 2))[0]).toBeCloseTo(own, 12);
    expect(table.rates(size('shirt', 3))[0]).toBeCloseTo(category, 12);
    expect(table.rates(size('skirt', 2))[0]).toBeCloseTo(scale, 12);
    expect(table.rates({ ...size('boot', 2), scale: 'shoes' })[0]).toBeCloseTo(all, 12);
    const sum = table.rates(size('shirt', 2)).reduce((one, other) => one + other);
    expect(sum).toBeCloseTo(1, 12);
  });

  it('believes the usual of pieces as long as nothing was taken', () => {
    const table = new RateTable();
    expect(table.rates(size('shirt', 2))).toEqual([0.1, 0.8, 0.1]);
    expect(table.hasScale('women-top')).toBe(false);
  });

  it('is without other outcomes as if they had never been', () => {
    const [table, few, rest] = [new RateTable(), new RateTable(), new RateTable()];
    for (let n = 0; n < 30; n++) {
      const key = size('shirt', n % 4);
      const fit = (n % 3) as 0 | 1 | 2;
      table.add(key, fit);
      (n < 10 ? few : rest).add(key, fit);
    }
    const without = table.without(few);
    for (let position = 0; position < 4; position++) {
      const key = size('shirt', position);
      expect(without.rates(key)).toEqual(rest.rates(key));
      expect(without.popularity(key)).toBeCloseTo(rest.popularity(key), 12);
    }
  });

  it('finds a size that is kept more often more popular, first in its category, then on its scale', () => {
    const table = new RateTable();
    for (let n = 0; n < 20; n++) table.add(size('shirt', 1), 1);
    for (let n = 0; n < 10; n++) table.add(size('shirt', 2), 1);
    expect(table.popularity(size('shirt', 1))).toBeGreaterThan(table.popularity(size('shirt', 2)));
    expect(table.popularity(size('skirt', 2))).toBeGreaterThan(table.popularity(size('skirt', 3)));
    expect(table.popularity(size('skirt', 3))).toBeGreaterThan(0);
  });

  it('comes back from its tensors', () => {
    const table = new RateTable();
    for (let n = 0; n < 9; n++) table.add(size('衬衫', n / 2), (n % 3) as 0 | 1 | 2);
    table.add({ scale: 'shoes', category: null, position: 38, length: 0 }, 1);
    const back = RateTable.fromTensors(table.toTensors());
    expect(back.rates(size('衬衫', 1))).toEqual(table.rates(size('衬衫', 1)));
    expect(back.toTensors()).toEqual(table.toTensors());
  });

  it('says which tensor does not fit', () => {
    const tensors = new RateTable().toTensors();
    const counts = { shape: [1], data: new Float64Array(1) };
    expect(() => RateTable.fromTensors({ ...tensors, counts })).toThrow(/"counts"/);
  });
});
