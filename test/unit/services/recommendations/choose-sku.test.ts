import { describe, expect, it } from '@jest/globals';
import type { SkuRow } from '../../../../services/live/live-rows.ts';
import { chooseSku, type SizeChoice } from '../../../../services/recommendations/choose-sku.ts';

const sku = (sizeLabel: string | null, sizeOrder: number, stock: number, suffix = ''): SkuRow => ({
  skuId: `${sizeLabel}${suffix}`,
  sizeLabel,
  sizeOrder,
  stock,
  price: 10,
});
const none: ReadonlySet<string> = new Set();
const asChoice = (usual?: string): SizeChoice | undefined =>
  usual === undefined ? undefined : { label: usual };
const chosen = (skus: SkuRow[], usual?: string, unfit = none) =>
  chooseSku(skus, asChoice(usual), unfit)?.sku.skuId;
const fit = (skus: SkuRow[], usual?: string) => chooseSku(skus, asChoice(usual), none)?.fit;

describe('the SKU to offer', () => {
  it('is the usual size, in the colour best in stock', () => {
    const run = [sku('S', 0, 9), sku('M', 1, 2, '-red'), sku('M', 1, 5, '-blue'), sku('L', 2, 9)];
    expect(chosen(run, 'M')).toBe('M-blue');
  });

  it('is the next size up when the usual one is sold out', () => {
    expect(chosen([sku('S', 0, 9), sku('M', 1, 0), sku('L', 2, 1)], 'M')).toBe('L');
  });

  it('is the next size down when there is none above', () => {
    expect(chosen([sku('XS', 0, 9), sku('S', 1, 1), sku('M', 2, 0), sku('L', 3, 0)], 'M')).toBe(
      'S',
    );
  });

  it('is the usual size where the run has no order', () => {
    expect(chosen([sku('S', 0, 9), sku('M', 0, 1), sku('L', 0, 8)], 'M')).toBe('M');
  });

  it('is the best stocked when the item does not come in the usual size', () => {
    expect(chosen([sku('36', 0, 2), sku('38', 1, 7)], 'M')).toBe('38');
  });

  it('is the best stocked when no size is known, of equals by id', () => {
    expect(chosen([sku('b', 0, 2), sku('a', 1, 2), sku('c', 2, 1)])).toBe('a');
  });

  it('is never the one that came back because of its size', () => {
    const run = [sku('M', 1, 9), sku('L', 2, 1)];
    expect(chosen(run, 'M', new Set(['M']))).toBe('L');
    expect(chosen([sku('M', 1, 9)], 'M', new Set(['M']))).toBeUndefined();
  });

  it('is none when nothing is in stock', () => {
    expect(chosen([sku('M', 1, 0)], 'M')).toBeUndefined();
    expect(chosen([], 'M')).toBeUndefined();
  });

  it('says how it goes with the usual size, by what lies between and not by the numbers', () => {
    const run = (...stocks: number[]) =>
      ['34', '36', '38', '40'].map((label, n) => sku(label, 34 + 2 * n, stocks[n] ?? 0));
    expect(fit(run(1, 1, 1, 1), '36')).toBe('usual');
    expect(fit(run(1, 0, 0, 0), '36')).toBe('next');
    expect(fit(run(0, 0, 1, 0), '36')).toBe('next');
    expect(fit(run(0, 0, 0, 1), '36')).toBe('far');
    expect(fit(run(1, 1, 1, 1), 'M')).toBe('any');
    expect(fit(run(1, 1, 1, 1))).toBe('any');
  });

  it('of an item without sizes is the item', () => {
    expect(chosen([sku(null, 0, 3)], 'M')).toBe('null');
  });

  it('is the best advice of those in stock where there is some', () => {
    const run = [sku('S', 0, 9), sku('M', 1, 0), sku('L', 2, 9), sku('XL', 3, 9)];
    const advice = new Map([
      ['S', 0.3],
      ['M', 0.5],
      ['L', 0.2],
    ]);
    const choice = chooseSku(run, { label: 'M', advice }, none);
    expect(choice).toMatchObject({ sku: { skuId: 'S' }, fit: 'next' });
  });
});
