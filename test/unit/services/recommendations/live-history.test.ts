import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { liveHistory } from '../../../../services/recommendations/live-history.ts';
import type { ViewerEvent } from '../../../../services/recommendations/recommendations-store.ts';

const now = new Date('2026-03-31T00:00:00Z');
const known = new IdMap(['a', 'b', 'c']);
const event = (
  itemId: string,
  type: ViewerEvent['type'],
  over: Partial<ViewerEvent> = {},
): ViewerEvent => ({
  itemId,
  title: itemId.toUpperCase(),
  type,
  value: null,
  reason: null,
  occurredAt: now.getTime() / 1000,
  ...over,
});
const weightsOf = (...events: ViewerEvent[]) => {
  const { history } = liveHistory(events, known, now);
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
    const { items } = liveHistory(
      [event('a', 'click'), event('b', 'like'), event('a', 'cart'), event('a', 'like')],
      known,
      now,
    );
    expect(items).toEqual([
      { itemId: 'a', title: 'A', type: 'cart' },
      { itemId: 'b', title: 'B', type: 'like' },
    ]);
  });
});
