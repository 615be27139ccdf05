import { describe, expect, it } from '@jest/globals';
import type { OrderLine } from '../../../../services/live/live-rows.ts';
import { orderHistory } from '../../../../services/recommendations/order-history.ts';

const line = (type: OrderLine['type'], over: Partial<OrderLine> = {}): OrderLine => ({
  itemId: 'dress',
  skuId: 'dress-m',
  type,
  reason: null,
  orderId: null,
  said: null,
  occurredAt: 0,
  sizeLabel: 'M',
  category: 'dresses',
  ...over,
});
const tooSmall = line('return', { reason: 'too_small' });

describe('a viewer’s orders', () => {
  it('hold out what was bought', () => {
    expect(orderHistory([line('purchase')]).kept).toEqual(new Set(['dress']));
  });

  it('let an item come again that came back because of its size, not in that SKU', () => {
    const { kept, unfit } = orderHistory([tooSmall, line('purchase')]);
    expect(kept.size).toBe(0);
    expect(unfit).toEqual(new Set(['dress-m']));
  });

  it('hold out what was bought again after it came back', () => {
    const again = line('purchase', { skuId: 'dress-l', sizeLabel: 'L' });
    expect(orderHistory([again, tooSmall, line('purchase')]).kept).toEqual(new Set(['dress']));
  });

  it.each([null, 'quality', 'not_as_described', 'other'] as const)(
    'hold out what came back for the reason %s',
    (reason) => {
      const { kept, unfit } = orderHistory([line('return', { reason }), line('purchase')]);
      expect(kept).toEqual(new Set(['dress']));
      expect(unfit.size).toBe(0);
    },
  );

  it('tell the size bought most, by category, and of equals the last', () => {
    const of = (sizeLabel: string, category: string | null) =>
      line('purchase', { sizeLabel, category, itemId: `${sizeLabel}-${category}` });
    const { usualSize } = orderHistory([
      of('L', 'dresses'),
      of('M', 'dresses'),
      of('38', 'shoes'),
      of('38', 'shoes'),
      of('38', null),
    ]);
    expect(usualSize('dresses')).toBe('L');
    expect(usualSize('shoes')).toBe('38');
    expect(usualSize('hats')).toBe('38');
    expect(usualSize(null)).toBe('38');
  });

  it('do not count a size that came back as too small', () => {
    expect(orderHistory([tooSmall, line('purchase')]).usualSize('dresses')).toBeUndefined();
  });

  it('tell no size when none is known', () => {
    const { probability, usualSize } = orderHistory([line('purchase', { sizeLabel: null })]);
    expect(probability('M', 'dresses', 5)).toBeNull();
    expect(usualSize('dresses')).toBeUndefined();
  });

  it('tell how likely a size is the one to keep, one piece spread over the run', () => {
    const bought = (sizeLabel: string, category: string) =>
      line('purchase', { sizeLabel, category, itemId: `${sizeLabel}-${category}` });
    const { probability } = orderHistory([
      bought('M', 'dresses'),
      bought('M', 'dresses'),
      bought('L', 'dresses'),
      bought('S', 'coats'),
    ]);
    expect(probability('M', 'dresses', 4)).toBeCloseTo((2 + 1 / 4) / (3 + 1), 12);
    expect(probability('XL', 'dresses', 4)).toBeCloseTo(1 / 4 / (3 + 1), 12);
    // Of a category in which nothing was bought: by all.
    expect(probability('M', 'skirts', 5)).toBeCloseTo((2 + 1 / 5) / (4 + 1), 12);
  });
});
