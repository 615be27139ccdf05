import {
  confidenceOf,
  interactionWeight,
  interestLeft,
} from '../../models/dataset/event-weights.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { History } from '../../models/recommenders/model.ts';
import type { ViewerEvent } from './recommendations-store.ts';

/** An item of a history, and what the viewer did that made most of its weight. */
export interface HistoryItem {
  readonly itemId: string;
  readonly title: string;
  readonly type: ViewerEvent['type'];
}

export interface LiveHistory {
  /** As the model takes it. */
  readonly history: History;
  /** Beside `history.items`, one for each. */
  readonly items: readonly HistoryItem[];
}

interface Interest {
  weight: number;
  strongest: number;
  item: HistoryItem;
}

const secondsADay = 86_400;
const millisecondsAnHour = 3_600_000;

/**
 * A viewer's events as the history that a model scores: for each item the confidence that
 * comes from the sum of its events' weights, each less by its age (the definition is
 * models/dataset/event-weights.ts, which training uses too). Items that the model does not know and
 * those whose sum is not above 0 are left out.
 *
 * @param events newest first
 */
export function liveHistory(events: readonly ViewerEvent[], known: IdMap, now: Date): LiveHistory {
  const interests = new Map<number, Interest>();
  // By the hour: half-lives are of days, and the same request must have the same answer a second
  // later. What happened within the hour is new.
  const today = Math.floor(now.getTime() / millisecondsAnHour) / 24;
  for (const event of events) {
    const index = known.indexOf(event.itemId);
    if (index !== undefined) add(interests, index, event, today - event.occurredAt / secondsADay);
  }
  // What rounding has left of a sum that is 0 has no confidence, and no model takes it.
  const wanted = Array.from(interests).filter(([, { weight }]) => confidenceOf(weight) > 0);
  return {
    history: {
      items: Uint32Array.from(wanted, ([index]) => index),
      weights: Float32Array.from(wanted, ([, { weight }]) => confidenceOf(weight)),
    },
    items: wanted.map(([, { item }]) => item),
  };
}

function add(
  interests: Map<number, Interest>,
  index: number,
  event: ViewerEvent,
  ageDays: number,
): void {
  const { itemId, title, type, value, reason } = event;
  const dwellMs = type === 'view' ? value : null;
  const weight = interactionWeight({ type, dwellMs, reason }) * interestLeft(ageDays);
  const interest = interests.get(index);
  if (interest === undefined) {
    interests.set(index, { weight, strongest: weight, item: { itemId, title, type } });
    return;
  }
  interest.weight += weight;
  if (weight > interest.strongest) {
    interest.strongest = weight;
    interest.item = { itemId, title, type };
  }
}
