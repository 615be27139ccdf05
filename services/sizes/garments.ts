import type { Garment } from '../../models/sizing/size-types.ts';
import type { ReadRun } from '../../models/sizing/systems/run-types.ts';
import type { SizeChart } from '../../models/sizing/systems/size-chart.ts';
import { sizeRun } from '../../models/sizing/systems/size-run.ts';
import { BoundedMap } from '../live/bounded-map.ts';
import type { ItemRow } from '../live/live-rows.ts';
import type { SizeCharts } from '../size-charts/chart-book.ts';

/** An item as sizing sees it; the same object for as long as nothing of that changes. */
export interface SizedItem {
  readonly garment: Garment;
  /** How its labels were understood. */
  readonly run: ReadRun;
  /** The place in the run of each label; labels that mean the same share one. */
  readonly places: ReadonlyMap<string, number>;
  /** The place in the run of each SKU that has a size. */
  readonly sizes: ReadonlyMap<string, number>;
}

const usualMost = 200_000;

interface Kept {
  readonly chart: SizeChart | undefined;
  readonly key: string;
  readonly item: SizedItem;
}

/** Items as garments. Their stock changes all the time, and what they are hardly ever. */
export class Garments {
  readonly #charts: SizeCharts;
  readonly #byRow = new WeakMap<ItemRow, Kept>();
  readonly #byItem: BoundedMap<string, Kept>;

  constructor(charts: SizeCharts, most = usualMost) {
    this.#charts = charts;
    this.#byItem = new BoundedMap(most);
  }

  of(row: ItemRow): SizedItem {
    const chart = this.#charts.of(row.brand, row.categoryPath);
    const known = this.#byRow.get(row);
    if (known && known.chart === chart) return known.item;
    const kept = this.#keep(row, chart);
    this.#byRow.set(row, kept);
    return kept.item;
  }

  #keep(row: ItemRow, chart: SizeChart | undefined): Kept {
    const key = JSON.stringify([
      row.categoryPath,
      row.brand,
      row.sizeSystem,
      row.skus.map(({ skuId, sizeLabel, sizeOrder }) => [skuId, sizeLabel, sizeOrder]),
    ]);
    const before = this.#byItem.get(row.itemId);
    if (before?.key === key && before.chart === chart) return before;
    const kept = { chart, key, item: sizedItem(row, chart) };
    this.#byItem.set(row.itemId, kept);
    this.#byItem.evict();
    return kept;
  }
}

/** What of an item says what garment it is, and in which sizes it comes. */
export interface GarmentRow
  extends Pick<ItemRow, 'itemId' | 'category' | 'categoryPath' | 'brand' | 'sizeSystem'> {
  /** Ordered by size and id. */
  readonly skus: readonly Pick<ItemRow['skus'][number], 'skuId' | 'sizeLabel' | 'sizeOrder'>[];
}

/**
 * The same for training and for the service.
 *
 * @param chart the brand's own table for such pieces
 */
export function sizedItem(
  { itemId, category, categoryPath, brand, sizeSystem, skus }: GarmentRow,
  chart?: SizeChart,
): SizedItem {
  const labels = new Map<string, number>();
  for (const { sizeLabel, sizeOrder } of skus) {
    if (sizeLabel !== null && !labels.has(sizeLabel)) labels.set(sizeLabel, sizeOrder);
  }
  const given = Array.from(labels, ([label, order]) => ({ label, order }));
  const run = sizeRun(given, { categoryPath, chart, system: sizeSystem ?? undefined });
  const sizes = new Map<string, number>();
  for (const { skuId, sizeLabel } of skus) {
    const place = sizeLabel === null ? undefined : run.places.get(sizeLabel);
    if (place !== undefined) sizes.set(skuId, place);
  }
  return { garment: { itemId, category, brand, run }, run, places: run.places, sizes };
}
