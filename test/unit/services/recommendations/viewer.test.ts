import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import type { ViewerEvent } from '../../../../services/live/live-rows.ts';
import {
  interestsOf,
  liveHistory,
  unknownViewer,
  withEvents,
} from '../../../../services/recommendations/viewer.ts';

const now = new Date('2026-03-31T00:00:00Z');
const known = new IdMap(['a', 'b', 'c']);
const event = (
  itemId: string,
  type: ViewerEvent['type'],
  over: Partial<ViewerEvent> = {},
): ViewerEvent => ({
  itemId,
  type,
  value: null,
  reason: null,
  occurredAt: now.getTime() / 1000,
  ...over,
});
const weightsOf = (...events: ViewerEvent[]) => {
  const { history } = liveHistory(interestsOf(events, now), known);
  return Object.fromEntries(
    Array.from(history.items, (item, n) => [known.idOf(item), history.weights[n]]),
  );
};

describe('the history of a viewer as the model takes it', () => {
  it('adds up what was done with an item, and takes the confidence of the sum', () => {
    // A like is 3, a cart 5, a click 1 (models/dataset/event-weights.ts); log₂(1 + 7) is 3.
    const events = [
      event('a', 'like'),
      event('b', 'click'),
      event('a', 'like'),
      event('a', 'click'),
    ];
    expect(weightsOf(...events)).toEqual({ a: 3, b: 1 });
  });

  it('lets an interest fade with a half-life of 30 days, down to a quarter', () => {
    const monthAgo = now.getTime() / 1000 - 30 * 86_400;
    // 5 · (1/4 + 3/4 · 1/2)
    expect(weightsOf(event('a', 'cart', { occurredAt: monthAgo }))).toEqual({
      a: expect.closeTo(Math.log2(1 + 3.125), 6),
    });
  });

  it('takes an event from tomorrow as one of now', () => {
    const tomorrow = now.getTime() / 1000 + 86_400;
    expect(weightsOf(event('a', 'like', { occurredAt: tomorrow }))).toEqual({ a: 2 });
  });

  it('leaves out a sum that is 0 but for its rounding', () => {
    // A click and a comment are 3, an uncart −3. After 4 minutes these make 2.2e-16.
    const occurredAt = now.getTime() / 1000 - 240;
    const events = (['click', 'comment', 'uncart'] as const).map((type) =>
      event('a', type, { occurredAt }),
    );
    expect(weightsOf(...events)).toEqual({});
    expect(weightsOf(...events.reverse())).toEqual({});
  });

  it('leaves out what the model does not know and what speaks against itself', () => {
    expect(
      weightsOf(
        event('x', 'like'),
        event('b', 'view', { value: 500 }),
        event('c', 'return', { reason: 'quality' }),
        event('c', 'purchase'),
      ),
    ).toEqual({});
  });

  it('remembers the strongest thing that was done with each item', () => {
    const { itemIds, types } = interestsOf(
      [event('a', 'click'), event('b', 'like'), event('a', 'cart'), event('a', 'like')],
      now,
    );
    expect(itemIds).toEqual(['a', 'b']);
    expect(types).toEqual(['cart', 'like']);
  });

  it('adds what was not stored to what was, for one answer', () => {
    const stored = withEvents(unknownViewer(now), [event('a', 'like')], now);
    const more = withEvents(stored, [event('a', 'cart'), event('b', 'click')], now);
    expect(liveHistory(more.interests, known).history).toEqual({
      items: Uint32Array.of(0, 1),
      weights: Float32Array.of(Math.log2(1 + 3 + 5), 1),
    });
    expect([...stored.interests.weights]).toEqual([3]);
  });

  it('adds nothing for a viewer whose switch is off', () => {
    const off = unknownViewer(now, false);
    expect(withEvents(off, [event('a', 'like')], now)).toBe(off);
  });
});
