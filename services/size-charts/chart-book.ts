import { garmentKind } from '../../models/sizing/systems/garment-kind.ts';
import type { SizeChart } from '../../models/sizing/systems/size-chart.ts';

/** Brands' own tables, as whoever makes runs of sizes asks for them. */
export interface SizeCharts {
  /**
   * The chart for such a piece: of those whose category path the piece's begins with the longest, and
   * of two the one for whom the piece is. The same object until the brand's charts change.
   *
   * @returns undefined where the brand has none
   */
  of(
    brand: string | null,
    categoryPath: readonly string[],
    gender?: 'female' | 'male' | 'other',
  ): SizeChart | undefined;
}

/** All charts in memory, by brand. */
export class ChartBook implements SizeCharts {
  readonly #brands = new Map<string, SizeChart[]>();

  constructor(charts: Iterable<SizeChart> = []) {
    this.add(charts);
  }

  of(
    brand: string | null,
    categoryPath: readonly string[],
    gender?: 'female' | 'male' | 'other',
  ): SizeChart | undefined {
    const charts = brand === null ? undefined : this.#brands.get(brand);
    if (charts === undefined) return undefined;
    const { audience } = garmentKind(categoryPath, gender);
    let found: SizeChart | undefined;
    for (const chart of charts) {
      const isFor = chart.audience === null || audience === 'adult' || chart.audience === audience;
      if (!isFor || !chart.categoryPath.every((part, n) => part === categoryPath[n])) continue;
      if (found === undefined || isCloser(chart, found, audience)) found = chart;
    }
    return found;
  }

  add(charts: Iterable<SizeChart>): void {
    for (const chart of charts) {
      const others = this.#brands.get(chart.brand);
      if (others === undefined) this.#brands.set(chart.brand, [chart]);
      else others.push(chart);
    }
  }

  /** Forgets the charts of brands. */
  drop(brands: Iterable<string>): void {
    for (const brand of brands) this.#brands.delete(brand);
  }

  clear(): void {
    this.#brands.clear();
  }
}

/** For a piece that does not say for whom it is, the chart that does not say it either comes first. */
function isCloser(chart: SizeChart, than: SizeChart, audience: string): boolean {
  const longer = chart.categoryPath.length - than.categoryPath.length;
  if (longer !== 0) return longer > 0;
  const wanted = audience === 'adult' ? null : audience;
  return chart.audience === wanted && than.audience !== wanted;
}
