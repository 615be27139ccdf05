import { describe, expect, it } from '@jest/globals';
import { chartModel } from '../../../../models/sizing/chart-model.ts';
import { sizedItem } from '../../../../services/sizes/garments.ts';
import { ItemEvidences } from '../../../../services/sizes/item-evidences.ts';
import type { ItemPiece, ItemPieces } from '../../../../services/sizes/item-pieces-store.ts';

const day = 86_400;
const returnWindow = 14 * day;
const began = Date.UTC(2026, 2, 1) / 1000;
const at = (days: number) => new Date((began + days * day) * 1000);

const sized = sizedItem({
  ...{ itemId: 'dress', category: 'dresses', categoryPath: ['women', 'dresses'] },
  ...{ brand: null, sizeSystem: null },
  skus: ['S', 'M', 'L'].map((sizeLabel, sizeOrder) => {
    return { skuId: sizeLabel, sizeLabel, sizeOrder };
  }),
});
const piece = (
  type: ItemPiece['type'],
  days: number,
  more: Partial<ItemPiece> = {},
): ItemPiece => ({
  ...{ type, account: 'ann', skuId: 'M', orderId: null, reason: null, said: null },
  ...{ at: began + days * day, profile: undefined },
  ...more,
});
const all = (...pieces: ItemPiece[]): ItemPieces => {
  return { itemId: 'dress', pieces, completeTo: Number.POSITIVE_INFINITY };
};

describe('the evidence of items in memory', () => {
  const evidences = (read: () => Promise<ItemPieces[]> | ItemPieces[]) => {
    let reads = 0;
    const store = {
      of: async () => {
        reads += 1;
        return read();
      },
    };
    const kept = new ItemEvidences({ store, returnWindow });
    return { kept, reads: () => reads };
  };
  const bring = (kept: ItemEvidences, days: number) => kept.bring([sized], chartModel, at(days));
  const of = (kept: ItemEvidences, days: number) => kept.of(sized, chartModel, began + days * day);

  it('takes a purchase in the second in which it outlives the window, without reading again', async () => {
    const { kept, reads } = evidences(() => [all(piece('purchase', 0))]);
    await bring(kept, 13.99);
    expect(of(kept, 13.99)?.counts).toEqual({ small: 0, fit: 0, large: 0 });
    expect(of(kept, 14)?.counts).toEqual({ small: 0, fit: 1, large: 0 });
    expect(reads()).toBe(1);
    const late = evidences(() => [all(piece('purchase', 0))]);
    await bring(late.kept, 14);
    expect(of(kept, 14)?.evidence).toEqual(of(late.kept, 14)?.evidence);
  });

  it('drops an item of which a piece came back, and one that is read while it does', async () => {
    const { kept } = evidences(() => [all(piece('purchase', 0))]);
    const change = { returned: new Set(['dress']), everything: false };
    await bring(kept, 20);
    expect(of(kept, 20)).toBeDefined();
    kept.changed(change);
    expect(of(kept, 20)).toBeUndefined();
    let end = () => {};
    const slow = evidences(
      () =>
        new Promise<ItemPieces[]>((resolve) => {
          end = () => resolve([all(piece('purchase', 0))]);
        }),
    );
    const brought = bring(slow.kept, 20);
    slow.kept.changed(change);
    end();
    await brought;
    expect(of(slow.kept, 20)).toBeUndefined();
    const again = bring(slow.kept, 20);
    end();
    await again;
    expect(of(slow.kept, 20)).toBeDefined();
  });

  it('reads again after an hour, and before what it has not read could be known', async () => {
    const { kept } = evidences(() => [all(piece('purchase', 0))]);
    await bring(kept, 20);
    expect(of(kept, 20.04)).toBeDefined();
    expect(of(kept, 20.05)).toBeUndefined();
    const cut = evidences(() => [{ ...all(piece('purchase', 6)), completeTo: began + 6 * day }]);
    await bring(cut.kept, 19.99);
    expect(of(cut.kept, 20)).toBeDefined();
    expect(of(cut.kept, 20.01)).toBeUndefined();
  });

  it('is of one model and of one way of seeing the item', async () => {
    const { kept } = evidences(() => [
      all(piece('purchase', 0), piece('return', 3, { reason: 'too_small' })),
    ]);
    await bring(kept, 20);
    expect(of(kept, 20)?.counts).toEqual({ small: 1, fit: 0, large: 0 });
    const other = { ...sized, garment: { ...sized.garment } };
    expect(kept.of(other, chartModel, began + 20 * day)).toBeUndefined();
    expect(kept.of(sized, { ...chartModel }, began + 20 * day)).toBeUndefined();
  });

  it('leaves out pieces in sizes that the item does not come in any more', async () => {
    const { kept } = evidences(() => [all(piece('purchase', 0, { skuId: 'gone' }))]);
    await bring(kept, 20);
    expect(of(kept, 20)?.counts).toEqual({ small: 0, fit: 0, large: 0 });
  });
});
