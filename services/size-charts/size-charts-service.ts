import type { MetricMeasure } from '../../models/sizing/measurements.ts';
import type { ChartSize } from '../../models/sizing/systems/size-chart.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { chartOf, issuesOfCharts } from './given-charts.ts';
import type {
  DeletedChart,
  GivenChart,
  PutSizeChartsResult,
  SizeChartList,
  SizeChartsQuery,
} from './size-charts-schema.ts';
import type { SizeChartsStore, StoredChart } from './size-charts-store.ts';

const mostOnPage = 100;

/** Brands' own tables of sizes. */
export class SizeChartsService {
  readonly #store: SizeChartsStore;

  constructor(store: SizeChartsStore) {
    this.#store = store;
  }

  /**
   * Creates or replaces charts, all or none.
   *
   * @throws InvalidInputError naming every size that is wrong
   */
  async put(charts: readonly GivenChart[]): Promise<PutSizeChartsResult> {
    const issues = issuesOfCharts(charts);
    const [first] = issues;
    if (first) throw new InvalidInputError(`${first.path}: ${first.message}`, issues);
    const written = await this.#store.upsert(charts.map(chartOf));
    const count = (what: string) => written.filter((chart) => chart.written === what).length;
    return {
      created: count('created'),
      updated: count('updated'),
      unchanged: count('unchanged'),
      chartIds: written.map(({ chartId }) => chartId),
    };
  }

  async list({ brand, after = '0' }: SizeChartsQuery): Promise<SizeChartList> {
    const charts = await this.#store.list(brand, after, mostOnPage + 1);
    return {
      charts: charts.slice(0, mostOnPage).map(shown),
      more: charts.length > mostOnPage,
    };
  }

  /** @throws NotFoundError when there is no such chart */
  async delete(chartId: string): Promise<DeletedChart> {
    const brand = await this.#store.delete(chartId);
    if (brand === undefined) throw new NotFoundError(`there is no size chart ${chartId}`);
    return { chartId, brand };
  }
}

const lengths = ['petite', 'regular', 'tall'] as const;

function shown({ chartId, brand, categoryPath, audience, sizes, updatedAt }: StoredChart) {
  return {
    ...{ chartId, brand, categoryPath: [...categoryPath], audience },
    sizes: sizes.map(shownSize),
    updatedAt: updatedAt.toISOString(),
  };
}

function shownSize({ label, length, body }: ChartSize) {
  const ranges = Object.entries(body).map(([measure, { from, to }]) => [
    measure,
    { min: from, max: to },
  ]);
  return {
    label,
    length: lengths[length + 1] ?? 'regular',
    ...(Object.fromEntries(ranges) as Partial<Record<MetricMeasure, { min: number; max: number }>>),
  };
}
