import { describe, expect, it } from '@jest/globals';
import type { SizeChart } from '../../../../models/sizing/systems/size-chart.ts';
import { ChartBook } from '../../../../services/size-charts/chart-book.ts';
import { type GarmentRow, Garments, sizedItem } from '../../../../services/sizes/garments.ts';

const row = (more: Partial<GarmentRow> = {}): GarmentRow => ({
  ...{ itemId: 'i', category: 'dresses', categoryPath: ['dresses'], brand: 'Linden' },
  sizeSystem: null,
  skus: ['8', '10', '12'].map((sizeLabel, sizeOrder) => ({
    skuId: sizeLabel,
    sizeLabel,
    sizeOrder,
  })),
  ...more,
});

describe('an item as a garment', () => {
  it('has the sizes of the system that it says its labels are of', () => {
    expect(sizedItem(row()).run).toMatchObject({ system: 'us-women', alternatives: ['uk-women'] });
    const british = sizedItem(row({ sizeSystem: 'uk-women' }));
    expect(british.run).toMatchObject({ system: 'uk-women', alternatives: [] });
    expect(sizedItem(row({ sizeSystem: 'no such system' })).run.system).toBe('us-women');
  });

  it("is another one when its brand's chart changes, and the same while it does not", () => {
    const chart = (from: number): SizeChart => ({
      ...{ brand: 'Linden', categoryPath: [], audience: null },
      sizes: ['8', '10', '12'].map((label, n) => {
        return { label, length: 0, body: { bustCm: { from: from + 4 * n, to: from + 4 * n + 4 } } };
      }),
    });
    const book = new ChartBook([chart(86)]);
    const garments = new Garments(book);
    const item = row() as Parameters<Garments['of']>[0];
    const first = garments.of(item);
    expect(first.run).toMatchObject({
      system: 'chart',
      sizes: [{ position: 0 }, { position: 1 }, { position: 2 }],
    });
    expect(garments.of(item)).toBe(first);
    book.drop(['Linden']);
    book.add([chart(90)]);
    expect(garments.of(item).run.sizes[0]?.position).toBe(1);
  });
});
