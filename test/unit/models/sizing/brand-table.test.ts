import { describe, expect, it } from '@jest/globals';
import { BrandTable } from '../../../../models/sizing/brand-table.ts';

describe('BrandTable', () => {
  it('shrinks what pieces of a brand showed by thirty that showed nothing', () => {
    const table = new BrandTable();
    for (let n = 0; n < 10; n++) {
      table.add('women-top', 'A', { small: 0.9, large: -0.1, offset: 1 });
    }
    const effect = table.effect('women-top', 'A');
    expect(effect.small).toBeCloseTo(9 / 40, 12);
    expect(effect.large).toBeCloseTo(-1 / 40, 12);
    expect(effect.offset).toBeCloseTo(10 / 40, 12);
  });

  it('knows nothing of another scale, another brand or none', () => {
    const table = new BrandTable();
    table.add('women-top', 'A', { small: 1, large: 0, offset: 0 });
    const none = { small: 0, large: 0, offset: 0 };
    expect(table.effect('shoes', 'A')).toEqual(none);
    expect(table.effect('women-top', 'B')).toEqual(none);
    expect(table.effect('women-top', null)).toEqual(none);
  });

  it('comes back from its tensors, with and without some of its pieces', () => {
    const [table, few] = [new BrandTable(), new BrandTable()];
    table.add('shoes', '品牌', { small: 1, large: -0.25, offset: 2 });
    table.add('shoes', '品牌', { small: 0, large: 0.5, offset: -1 });
    few.add('shoes', '品牌', { small: 1, large: -0.25, offset: 2 });
    const back = BrandTable.fromTensors(table.without(few).toTensors());
    expect(back.effect('shoes', '品牌')).toEqual({ small: 0, large: 0.5 / 31, offset: -1 / 31 });
  });
});
