import { confidenceOf } from '../../models/dataset/event-weights.ts';
import { type RelevanceWeights, relevance } from '../../models/ranking/relevance.ts';
import type { LiveItem, LiveRoom } from '../live/live-state.ts';
import type { CandidateSource } from './candidate.ts';
import type { PoolItems } from './pool-items.ts';
import { indicesOf, type Pool } from './room-scores.ts';
import type { Sellable } from './sellable.ts';
import type { Viewer } from './viewer.ts';

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
  /** Whether an item that is sellable is wanted; left out: all are. */
  readonly isWanted?: (item: LiveItem) => boolean;
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
  const { isWanted, seconds, viewer } = question;
  const bought = placesOf(viewer.orders.kept, pool);
  for (let place = 0; place < now.items.length; place++) {
    if (isOffered[place] !== 1 || !((launchedAt[place] ?? 0) <= seconds)) continue;
    if (bought?.has(place) || (isWanted && !isWanted(now.items[place] as LiveItem))) continue;
    places.push(place);
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
        place,
        ...(index !== undefined && { index }),
      },
    };
  });
}

/** Where the pool has these items; undefined: nowhere. */
function placesOf(itemIds: ReadonlySet<string>, pool: Pool): ReadonlySet<number> | undefined {
  let places: Set<number> | undefined;
  for (const itemId of itemIds) {
    const place = pool.places.get(itemId);
    if (place !== undefined) places = (places ?? new Set()).add(place);
  }
  return places;
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
