import type { ItemDemand } from './room-demand.ts';

export interface NextItemWeights {
  /** What a click and a purchase are worth beside each other. */
  readonly click: number;
  readonly purchase: number;
  /** Seconds after which an item that was shown is worth half of what it is worth unseen. */
  readonly freshHalfLife: number;
}

export interface NextItem {
  /** The place in the list of items. */
  readonly index: number;
  /** Of the expected purchases, the share that there are pieces for. */
  readonly servable: number;
  /** 0 while the item is shown, half after the half-life, 1 when it has not been shown. */
  readonly freshness: number;
  /** (clicks · click + purchases · purchase) · servable · freshness. */
  readonly score: number;
}

/**
 * What the host of a room should show next: by what the viewers present are expected to click and
 * buy, as far as the stock serves them, and less what was shown a moment ago.
 *
 * @param shownAgo seconds since each item was last shown, 0 for what is shown now; NaN: it was not
 * @returns the items whose score is above 0, best first; of equals the one that stands first
 */
export function nextItems(
  demand: readonly ItemDemand[],
  shownAgo: ArrayLike<number>,
  weights: NextItemWeights,
): NextItem[] {
  return demand
    .map((item, index) => nextItem(item, index, shownAgo[index] ?? Number.NaN, weights))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index);
}

function nextItem(
  { clicks, purchases, served }: ItemDemand,
  index: number,
  shownAgo: number,
  { click, purchase, freshHalfLife }: NextItemWeights,
): NextItem {
  const servable = purchases > 0 ? served / purchases : 0;
  const freshness = Number.isNaN(shownAgo) ? 1 : 1 - 2 ** (-Math.max(0, shownAgo) / freshHalfLife);
  const score = (clicks * click + purchases * purchase) * servable * freshness;
  return { index, servable, freshness, score };
}
