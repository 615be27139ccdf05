import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ruleExamples } from '../../../services/segments/rule-examples.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;

beforeAll(async () => {
  service = await createTestService({ now: () => now });
  await makeSegmentShop(service.database);
});

afterAll(async () => {
  await service.close();
});

async function membersOf(rule: unknown): Promise<string[]> {
  const { status, body } = await request(service.app).post('/v1/segments/preview').send({ rule });
  if (status !== 200) throw new Error(JSON.stringify(body));
  const ids: string[] = body.sample.map(({ userId }: { userId: string }) => userId);
  expect(body.count).toBe(ids.length);
  return ids.sort();
}

const field = (name: string, op: string, value: unknown, more: object = {}) => ({
  ...{ field: name, op, value },
  ...more,
});

describe('conditions on the profile', () => {
  it.each([
    [field('gender', 'eq', 'female'), 'ann cat eve'],
    [field('gender', 'ne', 'female'), 'ben dan gus hal'],
    [field('gender', 'in', ['male', 'other']), 'ben dan gus hal'],
    [field('gender', 'not_in', ['male', 'other']), 'ann cat eve'],
    [field('gender', 'exists', false), 'fay'],
    [{ not: field('gender', 'eq', 'female') }, 'ben dan fay gus hal'],
    [field('age', 'between', [36, 56]), 'ann ben gus hal'],
    [field('birthYear', 'lt', 1985), 'gus'],
    [field('cityTier', 'lte', 1), 'ann cat eve'],
    [field('channel', 'starts_with', 'mini'), 'gus'],
    [field('channel', 'contains', 'PROG'), 'gus'],
    [field('heightCm', 'gt', 170), 'ben gus'],
    [field('userId', 'in', ['ann', 'nobody', "' or true --"]), 'ann'],
    [field('marketingConsent', 'eq', true), 'ann cat eve gus'],
    [field('personalised', 'eq', false), 'eve'],
    [field('createdAt', 'within_days', 30), 'fay gus'],
    [field('createdAt', 'older_than_days', 29), 'ann ben cat dan eve fay hal'],
    [field('createdAt', 'between', ['2026-06-01T00:00:00Z', '2026-06-10T00:00:00+08:00']), 'fay'],
  ])('%j holds %s', async (rule, expected) => {
    expect(await membersOf(rule)).toEqual(expected.split(' '));
  });
});

describe('conditions on attributes', () => {
  it.each([
    [field('attributes.club', 'eq', 'gold'), 'ann'],
    [field('attributes.club', 'ne', 'gold'), 'ben'],
    [field('attributes.club', 'in', ['gold', 'silver']), 'ann ben'],
    [field('attributes.vip', 'eq', true), 'ann'],
    [field('attributes.points', 'gte', 20), 'ann ben'],
    [field('attributes.points', 'between', [100, 200]), 'ann'],
    [field('attributes.points', 'eq', 120.0), 'ann'],
    [field('attributes.points', 'exists', true), 'ann ben cat'],
    [field('attributes.likes', 'contains', 'silk'), 'ann'],
    [field('attributes.club', 'contains', 'OL'), 'ann'],
    [field('attributes.club', 'starts_with', 'si'), 'ben'],
  ])('%j holds %s', async (rule, expected) => {
    expect(await membersOf(rule)).toEqual(expected.split(' '));
  });
});

// eve's switch is off: she is in none of them, not by `not` either.
describe('conditions on behaviour', () => {
  it.each([
    [field('clicks', 'gte', 2), 'ann ben'],
    [field('clicks', 'eq', 0), 'cat dan gus hal'],
    [{ not: field('clicks', 'gte', 2) }, 'cat dan fay gus hal'],
    [field('netSpend', 'between', [80, 250]), 'ann ben cat'],
    [field('returnRate', 'gt', 0), 'ann'],
    [field('returnRate', 'lte', 0), 'ben cat dan'],
    [field('clickRate', 'exists', true), 'ann ben'],
    [field('lastEventAt', 'after', '2026-06-29T00:00:00Z'), 'ann ben fay'],
    [field('daysSinceLastEvent', 'gt', 100), 'cat dan'],
    [field('tier', 'in', ['high_value', 'lost']), 'ann dan'],
    [field('rfmGroup', 'eq', 'about_to_sleep'), 'cat'],
    [field('previousTier', 'eq', 'dormant'), 'dan'],
    [field('tierSince', 'within_days', 20), 'ann ben fay gus'],
    [field('recencyDays', 'lt', 30), 'ann ben'],
    [field('rfmScore', 'gte', 424), 'ann ben'],
    [field('frequency', 'eq', 0), 'dan fay gus hal'],
    [field('probabilityAlive', 'lt', 0.5), 'cat dan'],
    [field('churnBand', 'eq', 'at_risk'), 'ben'],
    [field('expectedSpend365d', 'gte', 360), 'ann ben'],
    [field('tag.brand', 'eq', 'Korda'), 'ann ben'],
    [field('tag.brand', 'in', ['Korda'], { minWeight: 3 }), 'ben'],
    [field('tag.brand', 'eq', 'Linea'), 'ann'],
    [field('tag.brand', 'exists', true), 'ann ben'],
    [field('tag.brand', 'exists', false), 'cat dan fay gus hal'],
    [field('usualSize', 'eq', 'M'), 'ann ben'],
    [field('usualSize', 'eq', 'S', { of: 'dresses' }), 'ann cat'],
    [field('sizeReturnRate', 'gt', 0), 'ann'],
  ])('%j holds %s', async (rule, expected) => {
    expect(await membersOf(rule)).toEqual(expected.split(' '));
  });
});

describe('conditions on events', () => {
  const events = (types: string | string[], op: string, value: unknown, more: object = {}) => ({
    ...{ events: types, op, value },
    ...more,
  });

  it.each([
    [events('click', 'gte', 1), 'ann ben fay hal'],
    [events('click', 'gte', 4), 'ann'],
    [events('click', 'gte', 2, { within: { days: 30 } }), 'ann'],
    [events('click', 'eq', 0, { within: { days: 30 } }), 'cat dan gus'],
    [events('click', 'lte', 1, { within: { days: 2 } }), 'ben cat dan fay gus hal'],
    [events('click', 'between', [1, 2], { within: { days: 2 } }), 'ann ben fay'],
    [
      events('click', 'gte', 1, {
        within: { from: '2026-06-26T10:00:00Z', to: '2026-06-29T10:00:00Z' },
      }),
      'hal',
    ],
    [
      events('click', 'gte', 1, { within: { days: 30 }, where: { category: ['women'] } }),
      'ann fay hal',
    ],
    [events('click', 'gte', 1, { where: { brand: ['Korda'] } }), 'ann ben'],
    [events('click', 'gte', 1, { where: { roomId: ['noon'] } }), 'ann fay'],
    [events('click', 'gte', 1, { where: { hostId: ['mia'] } }), 'ann ben hal'],
    [events('click', 'gte', 1, { where: { theme: ['sport'] } }), 'ann fay'],
    [
      events('any', 'gte', 2, { within: { days: 30 }, where: { inRoom: true }, measure: 'rooms' }),
      'ann',
    ],
    [events('click', 'gte', 1, { within: { days: 30 }, where: { inRoom: false } }), 'ann'],
    [events('purchase', 'gte', 1, { where: { price: { min: 80, max: 100 } } }), 'ann cat'],
    [events('click', 'gte', 1, { where: { price: { max: 40 } } }), 'ann fay'],
    [events('purchase', 'gte', 180, { within: { days: 30 }, measure: 'spend' }), 'ann'],
    [events('purchase', 'eq', 2, { within: { days: 30 }, measure: 'units' }), 'ann'],
    [events('purchase', 'gte', 2, { measure: 'orders' }), 'ann'],
    [events('click', 'gte', 3, { measure: 'days' }), 'ann'],
    [events(['click', 'view', 'purchase'], 'gte', 3, { measure: 'items' }), 'ann'],
    [events('view', 'gt', 29_999, { measure: 'dwellMs' }), 'ann'],
    [events('return', 'gte', 1, { where: { reason: ['too_small'] } }), 'ann'],
  ])('%j holds %s', async (rule, expected) => {
    expect(await membersOf(rule)).toEqual(expected.split(' '));
  });
});

describe('trees', () => {
  const female = field('gender', 'eq', 'female');
  const bought = { events: 'purchase', op: 'gte', value: 1 };

  it.each([
    [{ all: [female, bought] }, 'ann cat'],
    [{ any: [female, bought] }, 'ann ben cat dan'],
    [{ all: [female, { not: bought }] }, ''],
    [{ not: { any: [bought, field('tier', 'eq', 'prospect')] } }, 'hal'],
    [
      {
        any: [{ all: [female, field('tier', 'eq', 'dormant')] }, field('churnBand', 'eq', 'lost')],
      },
      'cat dan',
    ],
    [{ bucket: { seed: 'autumn' } }, 'ann ben cat dan eve fay gus hal'],
  ])('%j holds %s', async (rule, expected) => {
    expect(await membersOf(rule)).toEqual(expected === '' ? [] : expected.split(' '));
  });

  it('splits users by chance so that the parts are the whole', async () => {
    const first = await membersOf({ bucket: { seed: 's', from: 0, to: 0.5 } });
    const second = await membersOf({ bucket: { seed: 's', from: 0.5, to: 1 } });
    expect([...first, ...second].sort()).toEqual('ann ben cat dan eve fay gus hal'.split(' '));
    expect(first.length).toBeGreaterThan(0);
    expect(second.length).toBeGreaterThan(0);
  });

  it.each(ruleExamples.map((rule) => [rule]))('takes the example %j', async (rule) => {
    await expect(membersOf(rule)).resolves.toBeDefined();
  });
});
