import { confidenceOf } from '../../models/dataset/event-weights.ts';
import { relevanceWeights, standardised } from '../../models/ranking/relevance.ts';
import type { DemandViewer } from '../../models/ranking/room-demand.ts';
import type { LiveItem } from '../live/live-state.ts';
import type { Viewer } from '../recommendations/viewer.ts';

/** An item of a shelf as the choice of the next one looks at it. */
export interface ShelfEntry {
  readonly itemId: string;
  readonly category: string | null;
  /** Its sizes in order; of an item without sizes a single null. */
  readonly labels: readonly (string | null)[];
}

/** What is going on in the room, for viewers of whom a model says something and for others. */
export interface TrendParts {
  readonly personal: Float32Array;
  readonly general: Float32Array;
}

/** As in recommendations. */
const { dislike, own } = relevanceWeights.personal;

export function shelfEntry({ row }: LiveItem): ShelfEntry {
  const labels = [...new Set(row.skus.map(({ sizeLabel }) => sizeLabel))];
  return { itemId: row.itemId, category: row.category, labels };
}

/** The pieces of an item that are in stock, by the sizes of its entry; none where it is not shown. */
export function stockOf(
  { labels }: ShelfEntry,
  item: LiveItem | null | undefined,
  now: number,
): Float64Array {
  const stock = new Float64Array(labels.length);
  if (!item || item.row.hidden || item.row.launchedAt > now) return stock;
  for (const sku of item.row.skus) {
    const place = labels.indexOf(sku.sizeLabel);
    if (place >= 0) stock[place] = (stock[place] ?? 0) + sku.stock;
  }
  return stock;
}

/**
 * A viewer over the items of a shelf.
 *
 * @param scores the model's; undefined: it says nothing of the viewer
 */
export function demandOf(
  { interests, orders }: Viewer,
  scores: Float32Array | undefined,
  shelf: readonly ShelfEntry[],
  trend: TrendParts,
): DemandViewer {
  const sizes = new Int16Array(shelf.length);
  const owned = new Uint8Array(shelf.length);
  const relevance = scores ? standardised(scores) : trend.general;
  const did = new Map(interests.itemIds.map((itemId, n) => [itemId, interests.weights[n] ?? 0]));
  const usual = new Map<string | null, string | undefined>();
  for (const [n, { itemId, category, labels }] of shelf.entries()) {
    if (!usual.has(category)) usual.set(category, orders.usualSize(category));
    const label = usual.get(category);
    sizes[n] = label === undefined ? -1 : labels.indexOf(label);
    if (orders.kept.has(itemId)) owned[n] = 1;
    if (!scores) continue;
    const weight = did.get(itemId) ?? 0;
    const wanted = weight < 0 ? -dislike : own * confidenceOf(weight);
    relevance[n] = (relevance[n] ?? 0) + (trend.personal[n] ?? 0) + wanted;
  }
  return { relevance, sizes, owned };
}
