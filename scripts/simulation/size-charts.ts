import type { SimulatedItem } from './catalogue.ts';
import { blockAt, type Measure } from './size-runs.ts';

/** A brand's table of bodies, in the words of `PUT /v1/size-charts`. */
export interface BrandChart {
  readonly brand: string;
  readonly categoryPath: readonly string[];
  readonly sizes: readonly ({
    readonly label: string;
    readonly length: 'petite' | 'regular' | 'tall';
  } & Partial<Readonly<Record<Measure, { readonly min: number; readonly max: number }>>>)[];
}

const lengthNames = ['petite', 'regular', 'tall'] as const;

/**
 * The size charts that the brands print, one for each of their categories: what the standard gives,
 * to half of the way to the next size. How things are sewn is another matter.
 */
export function brandCharts(items: readonly SimulatedItem[]): BrandChart[] {
  const charts = new Map<string, BrandChart>();
  for (const item of items) {
    const { brand, category } = item;
    const key = JSON.stringify([brand, category.path]);
    if (!charts.has(key)) charts.set(key, chartOf(item));
  }
  return [...charts.values()];
}

function chartOf({ brand, category, sizes }: SimulatedItem): BrandChart {
  const { at, step } = blockAt(sizes.block);
  const places = [...new Set(sizes.places)].sort((a, b) => a - b);
  const halves = places.slice(1).map((place, n) => (place + (places[n] ?? 0)) / 2);
  const range = (size: number) => {
    const girth = sizes.girths[size] ?? 0;
    const place = places[girth] ?? 0;
    const [before, after] = [halves[girth - 1], halves[girth]];
    return {
      from: before ?? 2 * place - (after ?? place),
      to: after ?? 2 * place - (before ?? place),
    };
  };
  const rounded = (value: number) => Math.round(10 * value) / 10;
  return {
    brand,
    categoryPath: category.path,
    sizes: sizes.labels.map((label, size) => {
      const { from, to } = range(size);
      const measures = (Object.entries(at) as [Measure, number][]).map(([measure, zero]) => {
        return [measure, { min: rounded(zero + step * from), max: rounded(zero + step * to) }];
      });
      const length = lengthNames[(sizes.lengths[size] ?? 0) + 1] ?? 'regular';
      return { label, length, ...Object.fromEntries(measures) };
    }),
  };
}
