import type { UserContent } from '../../models/content/content.ts';
import {
  confidenceOf,
  type EventType,
  type EventWeights,
  eventWeights,
  interactionWeight,
  interestLeft,
} from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { History } from '../../models/recommenders/model.ts';
import type { OrderLine, ViewerEvent, ViewerRow } from '../live/live-rows.ts';
import { type OrderHistory, orderHistory } from './order-history.ts';

/** What a viewer wants of each item, from everything they did with it up to an hour. */
export interface Interests {
  readonly itemIds: readonly string[];
  /** Sums of the events' weights, each less by its age; below 0: it speaks against the item. */
  readonly weights: Float64Array;
  /** For each item what made most of its weight. */
  readonly types: readonly EventType[];
}

/** What an answer needs of a viewer. */
export interface Viewer {
  readonly personalised: boolean;
  readonly profile?: UserContent;
  readonly segment?: string;
  readonly interests: Interests;
  readonly orders: OrderHistory;
  /** What was bought and sent back, newest first, as far as sizes are told by it. */
  readonly pieces: readonly OrderLine[];
  /** Hours since 1970 as of which interests have aged. */
  readonly hour: number;
  /** What their events were weighed by. */
  readonly weights: EventWeights;
}

/** Lines of orders; of sizes no more than the newest are told. */
const mostPieces = 200;
const millisecondsAnHour = 3_600_000;
const secondsADay = 86_400;

/**
 * Half-lives are of days, and the same request must have the same answer a second later: so ages
 * are counted by the hour, and what happened within it is new.
 */
export function hourOf(now: Date): number {
  return Math.floor(now.getTime() / millisecondsAnHour);
}

export function viewerOf(row: Omit<ViewerRow, 'key'>, now: Date, weights: EventWeights): Viewer {
  const interests = interestsOf(row.events, now, weights);
  return {
    personalised: row.personalised,
    ...(row.profile && { profile: row.profile }),
    ...(row.segment !== undefined && { segment: row.segment }),
    interests,
    orders: orderHistory(row.orders),
    pieces: row.orders.slice(0, mostPieces),
    hour: hourOf(now),
    weights,
  };
}

/** Of whom nothing is known, or nothing may be used. */
export function unknownViewer(
  now: Date,
  personalised = true,
  weights: EventWeights = eventWeights,
): Viewer {
  return viewerOf({ personalised, events: [], orders: [] }, now, weights);
}

/**
 * The weight of each item that a viewer has met: the sum of its events' weights, each less by its
 * age. The definition is models/dataset/event-weights.ts, which training uses too.
 *
 * @param events newest first
 */
export function interestsOf(
  events: readonly ViewerEvent[],
  now: Date,
  weights: EventWeights = eventWeights,
): Interests {
  const sums = new Map<string, { weight: number; strongest: number; type: EventType }>();
  const today = hourOf(now) / 24;
  for (const { itemId, type, value, reason, occurredAt } of events) {
    const dwellMs = type === 'view' ? value : null;
    const age = today - occurredAt / secondsADay;
    const weight =
      interactionWeight({ type, dwellMs, reason }, weights) * interestLeft(age, weights);
    const sum = sums.get(itemId);
    if (sum === undefined) {
      sums.set(itemId, { weight, strongest: weight, type });
      continue;
    }
    sum.weight += weight;
    if (weight > sum.strongest) {
      sum.strongest = weight;
      sum.type = type;
    }
  }
  return {
    itemIds: [...sums.keys()],
    weights: Float64Array.from(sums.values(), ({ weight }) => weight),
    types: Array.from(sums.values(), ({ type }) => type),
  };
}

/** The viewer as if these events had been stored too; they are not. */
export function withEvents(viewer: Viewer, events: readonly ViewerEvent[], now: Date): Viewer {
  if (!viewer.personalised || events.length === 0) return viewer;
  const interests = added(viewer.interests, interestsOf(events, now, viewer.weights));
  return {
    ...viewer,
    interests,
  };
}

function added(stored: Interests, fresh: Interests): Interests {
  const places = new Map(stored.itemIds.map((itemId, at) => [itemId, at]));
  const itemIds = [...stored.itemIds];
  const weights = [...stored.weights];
  const types = [...stored.types];
  for (const [n, itemId] of fresh.itemIds.entries()) {
    const weight = fresh.weights[n] ?? 0;
    const at = places.get(itemId) ?? itemIds.length;
    itemIds[at] = itemId;
    weights[at] = (weights[at] ?? 0) + weight;
    types[at] = fresh.types[n] ?? 'click';
  }
  return { itemIds, weights: Float64Array.from(weights), types };
}

/** A history as the model takes it, and which interest each of its items is. */
export interface LiveHistory {
  readonly history: History;
  /** Places in the viewer's interests, one for each of the history's items. */
  readonly places: Uint32Array;
}

/**
 * Interests as a model scores them: for each item the confidence that comes from its weight. Items
 * that the model does not know and those whose weight is not above 0 are left out.
 */
export function liveHistory({ itemIds, weights }: Interests, known: IdMap): LiveHistory {
  const items: number[] = [];
  const confidences: number[] = [];
  const places: number[] = [];
  for (const [place, itemId] of itemIds.entries()) {
    const index = known.indexOf(itemId);
    const confidence = confidenceOf(weights[place] ?? 0);
    // What rounding has left of a sum that is 0 has no confidence, and no model takes it.
    if (index === undefined || !(confidence > 0)) continue;
    items.push(index);
    confidences.push(confidence);
    places.push(place);
  }
  const history = { items: Uint32Array.from(items), weights: Float32Array.from(confidences) };
  return { history, places: Uint32Array.from(places) };
}
