import { bootstrapRatio, type Interval } from './bootstrap.ts';

/**
 * How often something was shown at a place to the viewers of a bucket, and with what outcome, one
 * element a cell in every column.
 */
export interface OutcomeCells {
  /** Viewers are spread over buckets by a hash; a viewer is in one. */
  readonly buckets: Uint32Array;
  /** 0 for the first place. */
  readonly positions: Uint32Array;
  readonly shown: Float64Array;
  /** How many of these were clicked (or bought). */
  readonly hits: Float64Array;
}

export interface ExposureRate {
  readonly shown: number;
  readonly hits: number;
  /** Hits an item shown. */
  readonly raw: Interval;
  /** Hits an item looked at. NaN where nothing is known of the places. */
  readonly corrected: Interval;
}

export interface ExposureRateOptions {
  /** How many buckets there are. */
  readonly buckets: number;
  /** How likely each place is to be looked at; NaN where it is not known. */
  readonly examination: Float64Array;
  /** No hit weighs more than 1 / `clip`. */
  readonly clip: number;
  readonly seed: number;
}

/**
 * The share of what was shown that was clicked, and what that share would be had all of it been
 * looked at: each hit weighs 1 / examination of its place (inverse propensity; Joachims et al. 2017),
 * at most 1 / clip, and the sum is divided by that of weight · examination over all that was shown,
 * self-normalised (Swaminathan & Joachims 2015). Without clipping that is the number shown; with it,
 * it takes out the bias that clipping would bring. Places of which nothing is known are left out of
 * the corrected rate.
 *
 * The intervals are of a bootstrap that draws buckets of viewers again. What is uncertain about the
 * examination itself is not in them.
 */
export function exposureRate(cells: OutcomeCells, options: ExposureRateOptions): ExposureRate {
  const { buckets, examination, clip, seed } = options;
  const sums = {
    shown: new Float64Array(buckets),
    hits: new Float64Array(buckets),
    looks: new Float64Array(buckets),
    weighted: new Float64Array(buckets),
  };
  cells.buckets.forEach((bucket, n) => {
    const shown = cells.shown[n]!;
    const hits = cells.hits[n]!;
    sums.shown[bucket]! += shown;
    sums.hits[bucket]! += hits;
    const looked = examination[cells.positions[n]!] ?? Number.NaN;
    if (Number.isNaN(looked)) return;
    const weight = 1 / Math.max(looked, clip);
    sums.looks[bucket]! += shown * looked * weight;
    sums.weighted[bucket]! += hits * weight;
  });
  const isSeen = sums.shown.map((shown) => (shown > 0 ? 1 : 0));
  const seen = (values: Float64Array) => values.filter((_, bucket) => isSeen[bucket] === 1);
  return {
    shown: total(sums.shown),
    hits: total(sums.hits),
    raw: bootstrapRatio(seen(sums.hits), seen(sums.shown), { seed }),
    corrected: bootstrapRatio(seen(sums.weighted), seen(sums.looks), { seed }),
  };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
