import type { Garment } from '../../models/sizing/size-types.ts';
import { sizeRun } from '../../models/sizing/systems/size-run.ts';
import { BoundedMap } from '../live/bounded-map.ts';
import type { ItemRow } from '../live/live-rows.ts';

/** An item as sizing sees it; the same object for as long as nothing of that changes. */
export interface SizedItem {
  readonly garment: Garment;
  /** The place in the run of each label; labels that mean the same share one. */
  readonly places: ReadonlyMap<string, number>;
  /** The place in the run of each SKU that has a size. */
  readonly sizes: ReadonlyMap<string, number>;
}

const usualMost = 200_000;

/** Items as garments. Their stock changes all the time, and what they are hardly ever. */
export class Garments {
  readonly #byRow = new WeakMap<ItemRow, SizedItem>();
  readonly #byItem: BoundedMap<string, { readonly key: string; readonly item: SizedItem }>;

  constructor(most = usualMost) {
    this.#byItem = new BoundedMap(most);
  }

  of(row: ItemRow): SizedItem {
    const known = this.#byRow.get(row);
    if (known) return known;
    const key = JSON.stringify([
      row.categoryPath,
      row.brand,
      row.skus.map(({ skuId, sizeLabel, sizeOrder }) => [skuId, sizeLabel, sizeOrder]),
    ]);
    const before = this.#byItem.get(row.itemId);
    const item = before?.key === key ? before.item : sizedItem(row);
    if (item !== before?.item) {
      this.#byItem.set(row.itemId, { key, item });
      this.#byItem.evict();
    }
    this.#byRow.set(row, item);
    return item;
  }
}

/** What of an item says what garment it is, and in which sizes it comes. */
export interface GarmentRow
  extends Pick<ItemRow, 'itemId' | 'category' | 'categoryPath' | 'brand'> {
  /** Ordered by size and id. */
  readonly skus: readonly Pick<ItemRow['skus'][number], 'skuId' | 'sizeLabel' | 'sizeOrder'>[];
}

/** The same for training and for the service. */
export function sizedItem({ itemId, category, categoryPath, brand, skus }: GarmentRow): SizedItem {
  const labels = new Map<string, number>();
  for (const { sizeLabel, sizeOrder } of skus) {
    if (sizeLabel !== null && !labels.has(sizeLabel)) labels.set(sizeLabel, sizeOrder);
  }
  const given = Array.from(labels, ([label, order]) => ({ label, order }));
  const run = sizeRun(given, { categoryPath });
  const sizes = new Map<string, number>();
  for (const { skuId, sizeLabel } of skus) {
    const place = sizeLabel === null ? undefined : run.places.get(sizeLabel);
    if (place !== undefined) sizes.set(skuId, place);
  }
  return { garment: { itemId, category, brand, run }, places: run.places, sizes };
}
