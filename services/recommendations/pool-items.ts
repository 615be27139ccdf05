import { type ClickPrior, expectedClickRate } from '../../models/ranking/click-prior.ts';
import { quantilesOf } from '../../models/ranking/quantiles.ts';
import type { LiveItem } from '../live/live-state.ts';
import { isSellable } from './sellable.ts';

/** The items of a pool as they are now, beside its ids. */
export interface PoolItems {
  /** Null: not in the catalogue. */
  readonly items: readonly (LiveItem | null)[];
  /** What `isSellable` says of each, and from when on (seconds since 1970). */
  readonly isOffered: Uint8Array;
  readonly launchedAt: Float64Array;
  /** log₂ of the decayed sum of what was done with each in the shop; NaN: nothing. */
  readonly popularity: Float64Array;
  /** Clicks an impression, to anybody. */
  readonly clickRates: Float64Array;
  /** Where popularity stands among them. */
  readonly quantiles: Float64Array;
  /** Numbers for their categories and brands, the same for the same; null: not known. */
  readonly categories: readonly (number | null)[];
  readonly brands: readonly (number | null)[];
  /** How often each was shown to anybody, and clicked. */
  readonly impressions: Float64Array;
  readonly clicks: Float64Array;
}

/** @param prior what click rates items of this shop have */
export function poolItems(items: readonly (LiveItem | null)[], prior: ClickPrior): PoolItems {
  const popularity = Float64Array.from(items, (item) => item?.row.trend ?? Number.NaN);
  const known = popularity.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  // Read again and again: a look into each of a hundred items costs more than all the rest.
  const isOffered = Uint8Array.from(items, (item) => (item && isSellable(item, Infinity) ? 1 : 0));
  const launchedAt = Float64Array.from(items, (item) => item?.row.launchedAt ?? 0);
  const impressions = Float64Array.from(items, (item) =>
    item ? item.row.impressions + item.shown : 0,
  );
  const clicks = Float64Array.from(items, (item) => (item ? item.row.clicks + item.clicked : 0));
  const clickRates = Float64Array.from(items, (item, place) =>
    item ? expectedClickRate(impressions[place] ?? 0, clicks[place] ?? 0, prior) : Number.NaN,
  );
  return {
    ...{ items, isOffered, launchedAt, popularity, clickRates, impressions, clicks },
    quantiles: quantilesOf(known),
    categories: numbered(items.map((item) => item?.row.category ?? null)),
    brands: numbered(items.map((item) => item?.row.brand ?? null)),
  };
}

function numbered(labels: readonly (string | null)[]): (number | null)[] {
  const numbers = new Map<string, number>();
  return labels.map((label) => {
    if (label === null) return null;
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  });
}
