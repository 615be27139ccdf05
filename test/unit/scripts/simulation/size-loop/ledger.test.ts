import { describe, expect, it } from '@jest/globals';
import { decideOutcomes } from '../../../../../models/sizing/decide-outcomes.ts';
import { skuId } from '../../../../../scripts/simulation/funnel.ts';
import { Ledger } from '../../../../../scripts/simulation/size-loop/ledger.ts';
import { makeWorld } from '../../../../../scripts/simulation/world.ts';
import type { EventRow } from '../../../../../services/simulation/shop-store.ts';

const until = new Date('2026-05-01T00:00:00Z');
const world = makeWorld({ users: 5, items: 3, rooms: 1, days: 5, seed: 1, until });
const [item] = world.items;
if (item === undefined) throw new Error('no item');
const day = 86_400_000;
const event = (type: string, order: string, at: number, more: Partial<EventRow> = {}) =>
  ({
    ...{ eventId: `${type} ${order}`, userId: 'user-00001', sessionId: 's', itemId: item.id },
    ...{ skuId: skuId(item, 2, 0), orderId: order, type, reason: null, occurredAt: at * day },
    ...more,
  }) as EventRow;

const story = [
  event('purchase', 'a', 0),
  event('purchase', 'b', 1),
  event('purchase', 'c', 2),
  event('return', 'b', 6, { reason: 'too_small' }),
  event('return', 'c', 7, { reason: 'quality' }),
  event('purchase', 'd', 15),
];

describe('Ledger', () => {
  it('decides by a return for size at once, and else when the window has passed', () => {
    const ledger = new Ledger(world, 14);
    expect(ledger.observe(story.slice(0, 5))).toEqual([
      { userId: 'user-00001', at: 0, size: 2, fit: 'small', boughtAt: day },
    ]);
    expect(ledger.kept(14 * day - 1)).toEqual([]);
    const kept = { userId: 'user-00001', at: 0, size: 2, fit: 'fit', boughtAt: 0 };
    expect(ledger.observe(story.slice(5))).toEqual([kept]);
    expect(ledger.kept(29 * day)).toEqual([{ ...kept, boughtAt: 15 * day }]);
    expect(ledger.kept(99 * day)).toEqual([]);
  });

  it('decides what the service decides', () => {
    const ledger = new Ledger(world, 14);
    const mine = [...story.flatMap((each) => ledger.observe([each])), ...ledger.kept(29 * day)];
    const theirs = decideOutcomes(
      story.map(({ type, userId, skuId: sku, orderId, reason, occurredAt }) => ({
        type: type as 'purchase' | 'return',
        ...{ account: userId, skuId: sku ?? '', orderId, reason, said: null },
        at: occurredAt / 1000,
      })),
      14 * 86_400,
    );
    expect(mine.map(({ boughtAt, fit }) => [boughtAt / 1000, fit])).toEqual(
      theirs.map(({ line, fit }) => [line.at, fit]),
    );
  });
});
