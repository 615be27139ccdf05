import { describe, expect, it } from '@jest/globals';
import type { SizeChart } from '../../../../models/sizing/systems/size-chart.ts';
import { ChartBook } from '../../../../services/size-charts/chart-book.ts';

const chart = (categoryPath: readonly string[], audience: SizeChart['audience'] = null) => ({
  ...{ brand: 'Linden', categoryPath, audience },
  sizes: [{ label: 'M', length: 0 as const, body: { bustCm: { from: 86, to: 90 } } }],
});

describe("brands' charts", () => {
  const all = chart([]);
  const women = chart([], 'women');
  const tops = chart(['women', 'tops']);
  const book = new ChartBook([women, all, tops]);

  it('are found by the longest category, then by whom the piece is for', () => {
    expect(book.of('Linden', ['women', 'tops', 'shirts'])).toBe(tops);
    expect(book.of('Linden', ['women', 'skirts'])).toBe(women);
    expect(book.of('Linden', ['jackets'], 'female')).toBe(women);
    expect(book.of('Linden', ['men', 'tops'])).toBe(all);
    expect(book.of('Linden', ['jackets'])).toBe(all);
  });

  it('are of their brand, and of nobody who is someone else', () => {
    expect(book.of('Maple', ['women', 'tops'])).toBeUndefined();
    expect(book.of(null, ['women', 'tops'])).toBeUndefined();
    expect(new ChartBook([women]).of('Linden', ['men', 'tops'])).toBeUndefined();
    // Where nobody says for whom a piece is, the only chart says it.
    expect(new ChartBook([women]).of('Linden', ['jackets'])).toBe(women);
  });

  it('are forgotten by brand', () => {
    const other = new ChartBook([all]);
    other.drop(['Linden']);
    expect(other.of('Linden', [])).toBeUndefined();
  });
});
