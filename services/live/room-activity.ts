import {
  type EventWeights,
  eventWeights,
  interactionWeight,
} from '../../models/dataset/event-weights.ts';
import { DecayedCounts } from '../../models/ranking/decayed-counts.ts';
import type { ToldEvent, ViewerKey } from './live-rows.ts';

/** Seconds after which what was done in a room counts half for its trend. */
export const trendHalfLife = 300;
/** Seconds since their last event for which viewers count as present. */
export const presentFor = 300;

const sweepAbove = 1_000;

/** What goes on in a room: what is being clicked and bought, and who is there. */
export class RoomActivity {
  readonly trend = new DecayedCounts(trendHalfLife);
  readonly #lastSeen = new Map<ViewerKey, number>();
  readonly #weights: EventWeights;
  #sweepAt = sweepAbove;

  constructor(weights: EventWeights = eventWeights) {
    this.#weights = weights;
  }

  /** @param now seconds since 1970; an event from a clock that is ahead counts as of now */
  add({ itemId, type, viewer, occurredAt, value }: ToldEvent, now: number): void {
    const time = Math.min(occurredAt, now);
    const seen = this.#lastSeen.get(viewer);
    if (seen === undefined || seen < time) this.#lastSeen.set(viewer, time);
    if (this.#lastSeen.size > this.#sweepAt) this.#sweep(now);
    if (itemId === null) return;
    const dwellMs = type === 'view' ? value : null;
    const weight = interactionWeight({ type, dwellMs }, this.#weights);
    if (weight > 0) this.trend.add(itemId, weight, time);
  }

  /** Viewers with an event in the last minutes, in no order. It may be read with pauses. */
  *present(now: number): Generator<ViewerKey> {
    for (const [viewer, seen] of this.#lastSeen) if (seen >= now - presentFor) yield viewer;
  }

  #sweep(now: number): void {
    for (const [viewer, seen] of this.#lastSeen) {
      if (seen < now - presentFor) this.#lastSeen.delete(viewer);
    }
    this.#sweepAt = Math.max(sweepAbove, 2 * this.#lastSeen.size);
  }
}
