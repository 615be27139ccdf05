import { confidenceOf } from '../../models/dataset/event-weights.ts';
import { type ClickPrior, expectedClickRate } from '../../models/ranking/click-prior.ts';
import { quantilesOf } from '../../models/ranking/quantiles.ts';
import { type RelevanceWeights, relevance } from '../../models/ranking/relevance.ts';
import type { LiveItem, LiveRoom } from '../live/live-state.ts';
import type { Sellable } from './arrange.ts';
import type { CandidateSource } from './candidate.ts';
import { isSellable } from './choose-offers.ts';
import { indicesOf, type Pool } from './room-scores.ts';
import type { Viewer } from './viewer.ts';

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
}

/** @param prior what click rates items of this shop have */
export function poolItems(items: readonly (LiveItem | null)[], prior: ClickPrior): PoolItems {
  const popularity = Float64Array.from(items, (item) => item?.row.trend ?? Number.NaN);
  const known = popularity.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  // Read again and again: a look into each of a hundred items costs more than all the rest.
  const isOffered = Uint8Array.from(items, (item) => (item && isSellable(item, Infinity) ? 1 : 0));
  const launchedAt = Float64Array.from(items, (item) => item?.row.launchedAt ?? 0);
  const clickRates = Float64Array.from(items, (item) =>
    item
      ? expectedClickRate(item.row.impressions + item.shown, item.row.clicks + item.clicked, prior)
      : Number.NaN,
  );
  return { items, isOffered, launchedAt, popularity, clickRates, quantiles: quantilesOf(known) };
}

export interface RoomQuestion {
  readonly pool: Pool;
  readonly now: PoolItems;
  readonly viewer: Viewer;
  /** What the model says of each item of the pool; undefined: nothing of this viewer. */
  readonly scores: Float32Array | undefined;
  /** What the model's scores are said to come from. */
  readonly source: CandidateSource;
  /** Undefined: a list of items without a room. */
  readonly room: LiveRoom | undefined;
  readonly weights: Readonly<Record<'personal' | 'general', RelevanceWeights>>;
  /** Whether an item that is sellable is wanted. */
  readonly isWanted: (item: LiveItem) => boolean;
  /** Seconds since 1970. */
  readonly seconds: number;
}

/**
 * The items of a shelf that may be shown, in the order of their relevance for a viewer now: what the
 * model says of them, what is being clicked and bought in the room, what is popular in the shop and
 * clicked when it is shown, and the host's order.
 */
export function rankedShelf(question: RoomQuestion): Sellable[] {
  const { pool, now, scores, source, room } = question;
  const values = valuesOf(question);
  const indices = indicesOf(pool);
  const places: number[] = [];
  const { isOffered, launchedAt } = now;
  for (let place = 0; place < now.items.length; place++) {
    if (isOffered[place] !== 1 || !((launchedAt[place] ?? 0) <= question.seconds)) continue;
    const item = now.items[place];
    if (item && question.isWanted(item)) places.push(place);
  }
  // The host's order among equals.
  places.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return places.map((place) => {
    const index = indices.get(place);
    const isScored = scores !== undefined && !Number.isNaN(scores[place]);
    const other = room ? 'room' : 'asked';
    return {
      item: now.items[place] as LiveItem,
      candidate: {
        itemId: pool.itemIds[place] as string,
        score: values[place] ?? 0,
        source: isScored ? (index === undefined ? 'content' : source) : other,
        popularity: now.quantiles[place] ?? 0,
        ...(index !== undefined && { index }),
      },
    };
  });
}

function valuesOf({ pool, now, viewer, scores, room, weights, seconds }: RoomQuestion) {
  const trend = new Float64Array(pool.itemIds.length);
  if (room && room.activity.trend.size > 0) {
    for (const [place, itemId] of pool.itemIds.entries()) {
      trend[place] = room.activity.trend.at(itemId, seconds);
    }
  }
  const own = ownInterests(pool, viewer);
  const popularity = (!scores && popularityIn(now, viewer.segment)) || now.popularity;
  const { clickRates } = now;
  const parts = { trend, popularity, clickRates, ...(own && { own }) };
  const usual = scores ? weights.personal : weights.general;
  // Of a list that somebody asks about, the order says nothing.
  const counting = room ? usual : { ...usual, order: 0 };
  return relevance(scores ? { ...parts, model: scores } : parts, counting);
}

/**
 * What people of the viewer's kind like, for one of whom nothing else is known; what none of them has
 * done anything with counts half of the least.
 */
function popularityIn({ items }: PoolItems, segment: string | undefined): Float64Array | undefined {
  if (segment === undefined) return undefined;
  const trends = Float64Array.from(
    items,
    (item) => item?.row.segmentTrends?.[segment] ?? Number.POSITIVE_INFINITY,
  );
  const least = Math.min(...trends);
  if (least === Number.POSITIVE_INFINITY) return undefined;
  return trends.map((trend) => (trend === Number.POSITIVE_INFINITY ? least - 1 : trend));
}

/** What the viewer did with the very items of the pool; undefined: nothing. */
function ownInterests(pool: Pool, { interests }: Viewer): Float64Array | undefined {
  let own: Float64Array | undefined;
  for (const [at, itemId] of interests.itemIds.entries()) {
    const place = pool.places.get(itemId);
    const weight = interests.weights[at] ?? 0;
    if (place === undefined || weight === 0) continue;
    own ??= new Float64Array(pool.itemIds.length);
    own[place] = weight < 0 ? -1 : confidenceOf(weight);
  }
  return own;
}
