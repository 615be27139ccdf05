import { describe, expect, it } from '@jest/globals';
import { chartModel } from '../../../../models/sizing/chart-model.ts';
import type { SizeChart } from '../../../../models/sizing/systems/size-chart.ts';
import type { ItemRow, OrderLine } from '../../../../services/live/live-rows.ts';
import { unknownViewer, type Viewer } from '../../../../services/recommendations/viewer.ts';
import { Garments } from '../../../../services/sizes/garments.ts';
import { type Household, Wearers } from '../../../../services/sizes/wearers.ts';

const now = new Date('2026-03-31T12:00:00Z');
const day = 86_400;

const line = (itemId: string, days: number, more: Partial<OrderLine> = {}): OrderLine => ({
  ...{ itemId, skuId: `${itemId}-M`, type: 'purchase', reason: null, orderId: null, said: null },
  ...{ occurredAt: now.getTime() / 1000 - days * day, sizeLabel: 'M', category: 'dresses' },
  ...more,
});

function row(itemId: string): ItemRow {
  const labels = ['S', 'M', 'L'];
  return {
    ...{ itemId, title: '', categoryPath: ['women', 'dresses'], category: 'dresses', brand: 'B' },
    ...{ price: 1, hidden: false, launchedAt: 0, inStock: true, sizes: 3, sizeSystem: null },
    ...{ impressions: 0, clicks: 0, trend: null, segmentTrends: null },
    skus: labels.map((sizeLabel, sizeOrder) => {
      return { skuId: `${itemId}-${sizeLabel}`, sizeLabel, sizeOrder, price: 1, stock: 1 };
    }),
  };
}

describe('who wears what an account buys', () => {
  let chart: SizeChart | undefined;
  const rows = new Map([['a', { row: row('a') }]]);
  const garments = new Garments({ of: () => chart });
  const wearers = new Wearers({
    ...{ garments, returnWindow: 14 * day },
    item: (itemId) => rows.get(itemId),
  });
  const viewer = (...pieces: OrderLine[]): Viewer => ({ ...unknownViewer(now), pieces });
  const of = (asked: Viewer, at = now, missing = new Set<string>()): Household | undefined =>
    wearers.of(asked, chartModel, at, missing);

  it('are the same for the same orders, whatever else the viewer has done', () => {
    const first = of(viewer(line('a', 20)));
    expect(first?.outcomes).toMatchObject([{ itemId: 'a', label: 'M', fit: 'fit' }]);
    expect(of(viewer(line('a', 20)))).toBe(first);
    expect(of(viewer(line('a', 21)))).not.toBe(first);
  });

  it('know a purchase from when its return window is over', () => {
    const bought = viewer(line('a', 13));
    expect(of(bought)?.outcomes).toEqual([]);
    expect(of(bought, new Date(now.getTime() + day * 1000))?.outcomes).toHaveLength(1);
  });

  it('say which items are missing, and are made out when they are there', () => {
    const missing = new Set<string>();
    const bought = viewer(line('b', 20));
    expect(of(bought, now, missing)).toBeUndefined();
    expect(missing).toEqual(new Set(['b']));
    // Asked about another item in the same go.
    expect(of(bought, now, missing)).toBeUndefined();
    rows.set('b', { row: row('b') });
    expect(of(bought)?.outcomes).toHaveLength(1);
  });

  it('move with the table of a brand that they wear', () => {
    const bought = viewer(line('a', 20));
    const before = of(bought);
    const sizes = ['S', 'M', 'L'].map((label, n) => ({
      ...{ label, length: 0 as const },
      body: { bustCm: { from: 98 + 4 * n, to: 102 + 4 * n } },
    }));
    chart = { brand: 'B', categoryPath: [], audience: 'women', sizes };
    const after = of(bought);
    expect(after?.outcomes[0]?.position).toBeGreaterThan((before?.outcomes[0]?.position ?? 0) + 2);
    expect(of(bought)).toBe(after);
  });
});
