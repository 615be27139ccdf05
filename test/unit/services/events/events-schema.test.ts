import { describe, expect, it } from '@jest/globals';
import { eventSchema } from '../../../../services/events/events-schema.ts';
import { issuesOf } from '../../../../services/http/validation.ts';

const base = { eventId: 'e1', userId: 'u1', occurredAt: '2026-01-31T20:00:00+08:00' };

function problems(fields: object): [string, string][] {
  const parsed = eventSchema.safeParse({ ...base, ...fields });
  return parsed.success ? [] : issuesOf(parsed.error).map(({ path, code }) => [path, code]);
}

const names = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_value, index) => [`name${index}`, index]));

describe('an event', () => {
  it('comes out with its time in UTC and its quantity filled in', () => {
    expect(eventSchema.parse({ ...base, type: 'purchase', itemId: 'i1' })).toEqual({
      eventId: 'e1',
      userId: 'u1',
      type: 'purchase',
      itemId: 'i1',
      quantity: 1,
      occurredAt: '2026-01-31T12:00:00.000Z',
    });
  });

  it.each([
    [{ type: 'impression', itemId: 'i' }],
    [{ type: 'click', itemId: 'i', skuId: 's', value: -3.5 }],
    [{ type: 'view', itemId: 'i', value: 0 }],
    [{ type: 'like', itemId: 'i', properties: { source: 'feed', tags: ['a'], at: { x: 1 } } }],
    [{ type: 'cart', itemId: 'i', quantity: 2, unitPrice: 19.99 }],
    [{ type: 'uncart', itemId: 'i', skuId: null }],
    [{ type: 'purchase', itemId: 'i', quantity: 2, unitPrice: 19.99, orderId: 'o' }],
    [{ type: 'return', itemId: 'i', quantity: 1, reason: 'too_small', orderId: 'o' }],
    [{ type: 'share', roomId: 'r' }],
    [{ type: 'comment', itemId: 'i' }],
    [{ type: 'follow', roomId: 'r' }],
    [{ type: 'follow', properties: { hostId: 'h' } }],
    [{ type: 'click', itemId: 'i', userId: null, sessionId: 's' }],
    [{ type: 'click', itemId: '裙子 👗', properties: names(32) }],
  ])('may be %j', (fields) => {
    expect(problems(fields)).toEqual([]);
  });

  it.each([
    [{ type: 'buy', itemId: 'i' }, 'type', 'invalid_union'],
    [{ itemId: 'i' }, 'type', 'invalid_union'],
    [{ type: 'click' }, 'itemId', 'invalid_type'],
    [{ type: 'click', itemId: '' }, 'itemId', 'too_small'],
    [{ type: 'click', itemId: 'x'.repeat(129) }, 'itemId', 'too_big'],
    [{ type: 'click', itemId: 'a\u0000b' }, 'itemId', 'invalid_format'],
    [{ type: 'click', itemId: 'a\ud800b' }, 'itemId', 'invalid_format'],
    [{ type: 'click', itemId: 7 }, 'itemId', 'invalid_type'],
    [{ type: 'click', itemId: 'i', quantity: 1 }, 'quantity', 'unknown_field'],
    [{ type: 'view', itemId: 'i', value: -1 }, 'value', 'too_small'],
    [{ type: 'view', itemId: 'i', reason: 'other' }, 'reason', 'unknown_field'],
    [{ type: 'purchase', itemId: 'i', quantity: 0 }, 'quantity', 'too_small'],
    [{ type: 'purchase', itemId: 'i', quantity: 1.5 }, 'quantity', 'invalid_type'],
    [{ type: 'purchase', itemId: 'i', unitPrice: 0.001 }, 'unitPrice', 'not_multiple_of'],
    [{ type: 'purchase', itemId: 'i', unitPrice: -1 }, 'unitPrice', 'too_small'],
    [{ type: 'return', itemId: 'i', reason: 'ugly' }, 'reason', 'invalid_value'],
    [{ type: 'click', itemId: 'i', userId: undefined }, 'userId', 'missing'],
    [{ type: 'share' }, 'itemId', 'missing'],
    [{ type: 'comment', roomId: 'r', skuId: 's' }, 'itemId', 'missing'],
    [{ type: 'follow' }, 'roomId', 'missing'],
    [{ type: 'follow', properties: { hostId: 7 } }, 'roomId', 'missing'],
    [{ type: 'click', itemId: 'i', properties: names(33) }, 'properties', 'custom'],
    [{ type: 'click', itemId: 'i', properties: { a: names(33) } }, 'properties.a', 'custom'],
    [
      { type: 'click', itemId: 'i', properties: { a: { b: { c: 1 } } } },
      'properties.a',
      'invalid_union',
    ],
    [
      { type: 'click', itemId: 'i', properties: { a: Array(60).fill('x'.repeat(100)) } },
      'properties',
      'custom',
    ],
    [
      { type: 'click', itemId: 'i', properties: { 'a\u0000': 1 } },
      'properties.a\u0000',
      'invalid_key',
    ],
    [{ type: 'click', itemId: 'i', properties: { a: '\u0000' } }, 'properties.a', 'invalid_format'],
    [{ type: 'click', itemId: 'i', properties: [] }, 'properties', 'invalid_type'],
  ])('may not be %j', (fields, path, code) => {
    expect(problems(fields)).toEqual([[path, code]]);
  });

  it.each([
    ['2026-01-31T12:00:00'],
    ['2026-01-31'],
    ['2026-02-30T12:00:00Z'],
    ['yesterday'],
    ['1899-12-31T23:59:59Z'],
    ['2200-01-01T00:00:00Z'],
    [1_769_860_800_000],
    [''],
  ])('may not have happened at %j', (occurredAt) => {
    const paths = problems({ type: 'click', itemId: 'i', occurredAt }).map(([path]) => path);
    expect([...new Set(paths)]).toEqual(['occurredAt']);
  });

  it('comes with every one of its problems', () => {
    const found = problems({ type: 'purchase', itemId: '', quantity: 0, colour: 'red' });
    expect(found.map(([path]) => path).sort()).toEqual(['colour', 'itemId', 'quantity']);
  });
});
