import { describe, expect, it } from '@jest/globals';
import type { SizeChart } from '../../../../../models/sizing/systems/size-chart.ts';
import { sizeRun } from '../../../../../models/sizing/systems/size-run.ts';

// A brand whose M is everybody's L: busts of 92, 96 and 100.
const tops: SizeChart = {
  brand: 'Linden',
  categoryPath: ['women', 'tops'],
  audience: null,
  sizes: (['S', 'M', 'L'] as const).map((label, n) => ({
    label,
    length: 0,
    body: { bustCm: { from: 90 + 4 * n, to: 94 + 4 * n } },
  })),
};
const categoryPath = ['women', 'tops', 'shirts'];
const positions = (labels: readonly string[], chart = tops) =>
  sizeRun(labels, { categoryPath, chart }).sizes.map(({ position }) => position);

describe("a brand's own table", () => {
  it('places its labels by its measurements', () => {
    expect(sizeRun(['S', 'M码', 'l'], { categoryPath, chart: tops })).toMatchObject({
      scale: 'women-top',
      system: 'chart',
      outsideChart: [],
      sizes: [
        { label: 'S', position: 1 },
        { label: 'M码', position: 2 },
        { label: 'l', position: 3 },
      ],
    });
  });

  it('names labels outside it, and moves them as it moves those beside them', () => {
    const run = sizeRun(['XS', 'S', 'L', 'XXL'], { categoryPath, chart: tops });
    // XS a step below S, XXL two above L; M is not sold and is not needed.
    expect(run.sizes.map(({ position }) => position)).toEqual([0, 1, 3, 5]);
    expect(run.outsideChart).toEqual(['XS', 'XXL']);
    expect(run.unread).toEqual([]);
    // Between S (1) and L (3) at the middle.
    const wide = { ...tops, sizes: tops.sizes.filter(({ label }) => label !== 'M') };
    expect(positions(['S', 'M', 'L'], wide)).toEqual([1, 2, 3]);
  });

  it("reads labels that only it knows, and places strangers among them by the shop's order", () => {
    const named = {
      ...tops,
      sizes: tops.sizes.map((size, n) => ({ ...size, label: `Tree ${n}x` })),
    };
    const labels = ['Tree 0x', 'Bush', 'Tree 1x'].map((label, order) => ({ label, order }));
    const run = sizeRun(labels, { categoryPath, chart: named });
    expect(run.sizes.map(({ position }) => position)).toEqual([1, 1.5, 2]);
    expect(run).toMatchObject({ system: 'chart', unread: ['Bush'], outsideChart: ['Bush'] });
  });

  it('keeps lengths', () => {
    const petite = {
      ...tops,
      sizes: [
        ...tops.sizes,
        { ...tops.sizes[0], label: 'S Petite', length: -1, body: { bustCm: { from: 90, to: 94 } } },
      ],
    } as SizeChart;
    const run = sizeRun(['S Petite', 'S'], { categoryPath, chart: petite });
    expect(run.sizes).toEqual([
      { label: 'S Petite', position: 1, length: -1 },
      { label: 'S', position: 1, length: 0 },
    ]);
  });

  it('is not used, and says so, where it has none of the labels or no measurement that decides', () => {
    expect(sizeRun(['36', '38'], { categoryPath, chart: tops })).toMatchObject({
      system: 'eu-women',
      outsideChart: ['36', '38'],
    });
    const feet = {
      ...tops,
      sizes: [{ label: 'S', length: 0 as const, body: { footCm: { from: 23, to: 24 } } }],
    };
    expect(sizeRun(['S', 'M'], { categoryPath, chart: feet })).toMatchObject({
      system: 'letters-women',
      outsideChart: ['S', 'M'],
    });
  });

  it('says for whom a piece is that does not say it itself', () => {
    const chart = { ...tops, categoryPath: [], audience: 'men' as const };
    expect(sizeRun(['S', 'M'], { categoryPath: ['jackets'], chart }).scale).toBe('men-top');
  });
});
