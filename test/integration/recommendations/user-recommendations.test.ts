import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertEvents, insertItems, type ShopEvent } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');

interface Item {
  readonly rank: number;
  readonly itemId: string;
  readonly skuId: string;
  readonly price: number | null;
  readonly source: string;
  readonly size: { label: string | null };
  readonly reasons: { code: string; text: string; itemId?: string }[];
}

// Of the model's twelve items i0 … i11: the first and the last are not for sale in three ways.
const catalogue = [
  ...['i1', 'i2', 'i3'].map((itemId, n) => ({ itemId, title: `Dress ${n + 1}`, price: 20 + n })),
  { itemId: 'i0', hidden: true, trend: 99 },
  { itemId: 'i4', launchedAt: '2026-03-02T00:00:00Z', trend: 98 },
  { itemId: 'i5', skus: [{ skuId: 'i5-m', stock: 0 }], trend: 97 },
  { itemId: 'i6', title: 'Coat', trend: 5 },
  { itemId: 'i7', trend: 6 },
  { itemId: 'i8', trend: 7 },
  { itemId: 'i9', trend: 7 },
  { itemId: 'i10' },
  { itemId: 'i11' },
  // Came after the model was trained.
  { itemId: 'late', launchedAt: '2026-02-28T00:00:00Z' },
];
const notForSale = ['i0', 'i4', 'i5'];

describe('recommendations for a user', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(service.database, catalogue);
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
    await service.services.models.refresh();
  });
  afterAll(() => service.close());

  const ask = (userId: string, limit?: number) =>
    request(service.app)
      .get(`/v1/users/${userId}/recommendations`)
      .query(limit === undefined ? {} : { limit })
      .expect(200)
      .then(({ body }) => body as { items: Item[] } & Record<string, unknown>);
  const did = (userId: string, ...events: Partial<ShopEvent>[]) =>
    insertEvents(
      service.database,
      events.map((event) => ({
        userId,
        itemId: 'i1',
        type: 'like',
        occurredAt: '2026-03-01T11:00:00Z',
        ...event,
      })),
    );
  const ids = (answer: { items: Item[] }) => answer.items.map(({ itemId }) => itemId);

  it('puts first what goes with what the user liked, and says so', async () => {
    await did('likes-1', {});
    const answer = await ask('likes-1');
    expect(answer).toMatchObject({
      userId: 'likes-1',
      modelVersion: 'blocks',
      personalised: true,
      degraded: false,
    });
    expect(ids(answer).slice(0, 2).sort()).toEqual(['i2', 'i3']);
    expect(answer.items[0]).toMatchObject({
      rank: 1,
      source: 'item-neighbours',
      reasons: [{ code: 'liked', text: 'because you liked Dress 1', itemId: 'i1' }],
    });
  });

  it('offers what the user knows already after what is new to them', async () => {
    await did('viewer', { type: 'view', value: 20_000 }, { itemId: 'i2', type: 'click' });
    const answer = await ask('viewer');
    expect(ids(answer).slice(0, 1)).toEqual(['i3']);
    expect(answer.items[0]?.reasons).toEqual([
      { code: 'viewed', text: 'because you viewed Dress 1', itemId: 'i1' },
    ]);
    expect(ids(answer)).toContain('i1');
  });

  it('fills up with what is popular, ties by id, and then with what is new', async () => {
    await did('filler', {});
    const answer = await ask('filler');
    const rest = answer.items.slice(2).map(({ itemId, source }) => `${itemId} ${source}`);
    expect(rest).toEqual([
      'i8 popularity',
      'i9 popularity',
      'i7 popularity',
      'i6 popularity',
      'late newest',
      'i1 newest',
      'i10 newest',
      'i11 newest',
    ]);
    expect(answer.items.map(({ rank }) => rank)).toEqual(answer.items.map((_, n) => n + 1));
  });

  it.each(['likes-1', 'somebody', 'switched-off'])(
    'never shows %s what is hidden, not launched or out of stock',
    async (userId) => {
      const shown = ids(await ask(userId, 200));
      expect(shown).toHaveLength(new Set(shown).size);
      expect(shown.filter((id) => notForSale.includes(id))).toEqual([]);
      expect(shown.length).toBeGreaterThanOrEqual(9);
    },
  );

  it('stops at the limit', async () => {
    expect((await ask('likes-1', 3)).items).toHaveLength(3);
    expect((await ask('somebody', 1)).items).toHaveLength(1);
  });

  it.each(['0', '201', '-1', '1.5', 'ten', ''])('refuses the limit "%s"', async (limit) => {
    const answer = await request(service.app)
      .get('/v1/users/somebody/recommendations')
      .query({ limit });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_input', errors: [{ path: 'query.limit' }] });
  });

  it('refuses a parameter it does not know', async () => {
    const answer = await request(service.app).get('/v1/users/u/recommendations?room=1');
    expect(answer.body).toMatchObject({ errors: [{ path: 'query.room', code: 'unknown_field' }] });
  });

  it('gives a user it does not know what is popular', async () => {
    const answer = await ask('nobody-yet', 4);
    expect(ids(answer)).toEqual(['i8', 'i9', 'i7', 'i6']);
    expect(answer).toMatchObject({ personalised: false, degraded: false, modelVersion: 'blocks' });
    expect(answer.items[0]?.reasons).toEqual([{ code: 'popular', text: 'popular' }]);
  });

  it('leaves out what was bought, however long ago, from the model and from the lists', async () => {
    await did(
      'buyer',
      { type: 'purchase', itemId: 'i2', occurredAt: '2019-05-05T00:00:00Z' },
      { type: 'purchase', itemId: 'i8', occurredAt: '2019-05-05T00:00:00Z' },
      ...Array.from({ length: 210 }, () => ({ type: 'click', itemId: 'i1' })),
    );
    const shown = ids(await ask('buyer', 200));
    expect(shown[0]).toBe('i3');
    expect(shown).not.toContain('i2');
    expect(shown).not.toContain('i8');
  });

  it('shows again what came back because of its size, and nothing that came back otherwise', async () => {
    const bought = { type: 'purchase', occurredAt: '2026-02-01T00:00:00Z' };
    const back = { type: 'return', occurredAt: '2026-02-10T00:00:00Z' };
    await did(
      'returner',
      { ...bought, itemId: 'i1' },
      { ...back, itemId: 'i1', reason: 'too_small' },
      { ...bought, itemId: 'i2' },
      { ...back, itemId: 'i2', reason: 'quality' },
      { ...bought, itemId: 'i6' },
      { ...back, itemId: 'i6' },
    );
    const shown = ids(await ask('returner', 200));
    expect(shown).toContain('i1');
    expect(shown).not.toContain('i2');
    expect(shown).not.toContain('i6');
  });

  it('reads nothing of a user whose switch is off, from the next request on', async () => {
    await did('switched-off', {}, { type: 'purchase', itemId: 'i8' });
    const set = (on: boolean) =>
      service.database.query(
        `insert into users (user_id, personalised) values ('switched-off', $1::boolean)
         on conflict (user_id) do update set personalised = excluded.personalised`,
        [on],
      );
    await set(true);
    expect(await ask('switched-off')).toMatchObject({ personalised: true });
    await set(false);
    const off = await ask('switched-off');
    const unknown = await ask('nobody-at-all');
    expect(off).toEqual({ ...unknown, userId: 'switched-off' });
    expect(off).toMatchObject({ personalised: false, degraded: false });
    expect(ids(off)).toContain('i8');
  });

  it('counts an event from the next request on, and gives the same answer while there is none', async () => {
    await did('live', { itemId: 'i7', type: 'click' });
    const before = await ask('live');
    expect(await ask('live')).toEqual(before);
    expect(before.items[0]?.reasons[0]?.itemId).toBe('i7');
    await did('live', { itemId: 'i1', type: 'cart' });
    const after = await ask('live');
    expect(ids(after).slice(0, 2).sort()).toEqual(['i2', 'i3']);
    expect(after.items[0]?.reasons[0]).toEqual({
      code: 'carted',
      text: 'because you added Dress 1 to your cart',
      itemId: 'i1',
    });
  });

  it('counts an event whose clock is ahead', async () => {
    await did('early', { itemId: 'i9', occurredAt: '2026-03-02T11:00:00Z' });
    expect(await ask('early')).toMatchObject({ personalised: true });
  });

  it('passes over events about items that nobody has heard of', async () => {
    await did('stranger', { itemId: 'not-in-the-catalogue' });
    expect(await ask('stranger')).toMatchObject({ personalised: false, degraded: false });
  });
});

describe('the SKU of a recommendation', () => {
  let service: TestService;
  const run = (item: string, stocks: Record<string, number>) => ({
    itemId: item,
    category: ['women', item.startsWith('shoe') ? 'shoes' : 'dresses'],
    price: 50,
    skus: Object.entries(stocks).map(([size, stock], order) => {
      const special = size === 'L' ? { price: 45.5 } : {};
      return { skuId: `${item}-${size}`, size, order, stock, ...special };
    }),
  });
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(service.database, [
      { ...run('own', { S: 5, M: 5, L: 5 }), trend: 1 },
      { ...run('shoe-own', { 37: 1, 38: 1 }), trend: 1 },
      { ...run('dress', { S: 9, M: 2, L: 9 }), trend: 9 },
      { ...run('sold-out-m', { S: 3, M: 0, L: 3 }), trend: 8 },
      { ...run('small-only', { XS: 3, S: 3, M: 0, L: 0 }), trend: 7 },
      { ...run('shoe', { 37: 9, 38: 1, 39: 9 }), trend: 6 },
      { ...run('other-run', { 34: 1, 36: 7 }), trend: 5 },
    ]);
    const bought = { userId: 'm', type: 'purchase', occurredAt: '2026-02-01T00:00:00Z' };
    await insertEvents(service.database, [
      { ...bought, itemId: 'own', skuId: 'own-M' },
      { ...bought, itemId: 'own', skuId: 'own-M' },
      { ...bought, itemId: 'own', skuId: 'own-S' },
      { ...bought, itemId: 'shoe-own', skuId: 'shoe-own-38' },
    ]);
  });
  afterAll(() => service.close());

  const skusOf = async (userId: string) => {
    const { body } = await request(service.app).get(`/v1/users/${userId}/recommendations`);
    return Object.fromEntries(
      body.items.map(({ itemId, skuId, size, price }: Item) => [
        itemId,
        [skuId, size.label, price],
      ]),
    );
  };

  it('is in the size the user takes, or where it is sold out the likeliest in stock', async () => {
    // Kept M twice and S once.
    expect(await skusOf('m')).toEqual({
      dress: ['dress-M', 'M', 50],
      'sold-out-m': ['sold-out-m-S', 'S', 50],
      'small-only': ['small-only-S', 'S', 50],
      shoe: ['shoe-38', '38', 50],
      'other-run': ['other-run-36', '36', 50],
    });
  });

  it('is the best stocked for a user without orders', async () => {
    expect(await skusOf('new')).toMatchObject({
      dress: ['dress-L', 'L', 45.5],
      'other-run': ['other-run-36', '36', 50],
    });
  });
});
