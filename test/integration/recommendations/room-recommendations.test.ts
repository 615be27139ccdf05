import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');

interface Item {
  readonly itemId: string;
  readonly skuId: string;
  readonly price: number | null;
  readonly source: string;
  readonly size: { label: string | null; probability: number | null };
  readonly reasons: { code: string; text: string; itemId?: string }[];
  readonly substituteFor?: string;
}

const run = (itemId: string, category: string, stocks: Record<string, number>, price = 50) => ({
  itemId,
  title: `Title of ${itemId}`,
  category: ['women', category],
  price,
  skus: Object.entries(stocks).map(([size, stock], order) => {
    return { skuId: `${itemId}-${size}`, size, order, stock };
  }),
});

// The model knows i0 … i11 in two blocks of taste: i0 … i5 and i6 … i11.
const full = { S: 5, M: 5, L: 5, XL: 5 };
const catalogue = [
  ...['i0', 'i1', 'i2', 'i3', 'i6', 'i7', 'i8'].map((id) => run(id, 'dresses', full)),
  run('i4', 'skirts', { S: 5, M: 0, L: 5 }),
  run('i5', 'coats', { XS: 3, S: 0, M: 0, L: 0, XL: 3 }),
  run('i9', 'coats', full, 60),
  run('i10', 'coats', full, 500),
  { ...run('i11', 'shoes', full), hidden: true },
  { ...run('soon', 'dresses', full), launchedAt: '2026-03-02T00:00:00Z' },
  run('gone', 'dresses', { M: 0 }),
  run('elsewhere', 'dresses', full),
];

describe('what a room shows a viewer', () => {
  let service: TestService;
  let events = 0;
  const put = (path: string, body: object) => request(service.app).put(path).send(body).expect(200);
  const shelf = (roomId: string, ...items: (string | { itemId: string; roomPrice: number })[]) =>
    put(`/v1/rooms/${roomId}/shelf`, {
      items: items.map((item) => (typeof item === 'string' ? { itemId: item } : item)),
    });
  const did = (...given: Record<string, unknown>[]) =>
    request(service.app)
      .post('/v1/events')
      .send({
        events: given.map((event) => ({
          eventId: `room-test-${events++}`,
          type: 'like',
          occurredAt: '2026-03-01T11:59:00Z',
          ...event,
        })),
      })
      .expect(202);
  const ask = (userId: string, roomId: string, limit = 20) =>
    request(service.app)
      .get(`/v1/users/${userId}/recommendations`)
      .query({ roomId, limit })
      .expect(200)
      .then(({ body }) => body as { items: Item[] } & Record<string, unknown>);
  const ids = ({ items }: { items: Item[] }) => items.map(({ itemId }) => itemId);

  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(service.database, catalogue);
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
    await service.services.models.refresh();
    await put('/v1/rooms/room', { title: 'Evening' });
    await shelf('room', 'i6', 'i1', 'i7', 'i2', 'i8', 'i3', 'i11', 'soon', 'gone', 'nowhere');
  });
  afterAll(() => service.close());

  it('is its shelf and nothing else, in the host’s order for a viewer nobody knows', async () => {
    const answer = await ask('stranger', 'room');
    expect(ids(answer)).toEqual(['i6', 'i1', 'i7', 'i2', 'i8', 'i3']);
    expect(answer).toMatchObject({
      roomId: 'room',
      roomState: 'live',
      personalised: false,
      degraded: false,
    });
    expect(answer.items[0]).toMatchObject({
      source: 'room',
      reasons: [{ code: 'room', text: 'liked in this room' }],
    });
  });

  it('puts first what goes with what the viewer did a moment ago', async () => {
    expect(ids(await ask('ann', 'room'))[0]).toBe('i6');
    await did({ userId: 'ann', itemId: 'i0' });
    const answer = await ask('ann', 'room');
    expect(ids(answer).slice(0, 3).sort()).toEqual(['i1', 'i2', 'i3']);
    expect(answer.personalised).toBe(true);
    expect(answer.items[0]?.reasons).toEqual([
      { code: 'liked', text: 'because you liked Title of i0', itemId: 'i0' },
    ]);
  });

  it('puts forward what the viewer has put into the cart, also where the model does not know it', async () => {
    await put('/v1/rooms/carts', {});
    await shelf('carts', 'i6', 'i7', 'elsewhere', 'i8');
    expect(ids(await ask('cart', 'carts'))).toEqual(['i6', 'i7', 'elsewhere', 'i8']);
    await did({ userId: 'cart', itemId: 'elsewhere', type: 'cart' });
    const answer = await ask('cart', 'carts');
    expect(ids(answer)[0]).toBe('elsewhere');
    expect(answer.personalised).toBe(true);
    expect(answer.items[0]?.reasons).toEqual([
      { code: 'carted', text: 'you added this to your cart', itemId: 'elsewhere' },
    ]);
  });

  it('puts last what the viewer left at once', async () => {
    await did({ userId: 'quick', itemId: 'i1', type: 'like' });
    const before = ids(await ask('quick', 'room'));
    await did({ userId: 'quick', itemId: 'i2', type: 'view', value: 900 });
    const after = ids(await ask('quick', 'room'));
    expect(after.indexOf('i2')).toBeGreaterThan(before.indexOf('i2'));
  });

  it('follows what is clicked and bought in this room, not in another', async () => {
    await put('/v1/rooms/busy', {});
    await put('/v1/rooms/quiet', {});
    for (const room of ['busy', 'quiet']) await shelf(room, 'i6', 'i7', 'i8');
    expect(ids(await ask('guest', 'busy'))).toEqual(['i6', 'i7', 'i8']);
    await did(
      ...['a', 'b', 'c', 'd'].map((userId) => {
        return { userId, itemId: 'i8', roomId: 'busy', type: 'cart' };
      }),
    );
    expect(ids(await ask('guest', 'busy'))[0]).toBe('i8');
    expect(ids(await ask('guest', 'quiet'))).toEqual(['i6', 'i7', 'i8']);
  });

  it('counts what was done in the room before anybody asked of it', async () => {
    await put('/v1/rooms/later', {});
    await shelf('later', 'i6', 'i7');
    await did(
      ...['a', 'b', 'c'].map((userId) => {
        return { userId, itemId: 'i7', roomId: 'later', type: 'purchase' };
      }),
    );
    expect(ids(await ask('guest', 'later'))).toEqual(['i7', 'i6']);
  });

  it('begins with what the host shows now, and says so', async () => {
    await put('/v1/rooms/pinned', {});
    await shelf('pinned', 'i6', 'i7', 'i8');
    await request(service.app).post('/v1/rooms/pinned/pin').send({ itemId: 'i8' }).expect(200);
    const answer = await ask('guest', 'pinned');
    expect(ids(answer)).toEqual(['i8', 'i6', 'i7']);
    expect(answer.items[0]?.reasons[0]).toEqual({
      code: 'pinned',
      text: 'shown by the host now',
    });
  });

  it('has the room’s price', async () => {
    await put('/v1/rooms/sale', {});
    await shelf('sale', { itemId: 'i6', roomPrice: 39.9 }, 'i7');
    const answer = await ask('guest', 'sale');
    expect(answer.items.map(({ price }) => price)).toEqual([39.9, 50]);
  });

  it('says when a room is over or still to come, and answers all the same', async () => {
    await put('/v1/rooms/over', { endsAt: '2026-03-01T11:00:00Z' });
    await put('/v1/rooms/to-come', { startsAt: '2026-03-01T13:00:00Z' });
    for (const room of ['over', 'to-come']) await shelf(room, 'i6');
    expect(await ask('guest', 'over')).toMatchObject({ roomState: 'ended' });
    expect(ids(await ask('guest', 'to-come'))).toEqual(['i6']);
    expect(await ask('guest', 'to-come')).toMatchObject({ roomState: 'upcoming' });
  });

  it('of an empty shelf is an empty list, and of an unknown room a 404', async () => {
    await put('/v1/rooms/empty', {});
    expect(await ask('guest', 'empty')).toMatchObject({ items: [], degraded: false });
    const answer = await request(service.app).get(
      '/v1/users/guest/recommendations?roomId=no-such-room',
    );
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'not_found' });
  });

  it('changes with the shelf, the stock and the switch of an item, from the next request on', async () => {
    await put('/v1/rooms/moving', {});
    await shelf('moving', 'i6', 'i7');
    expect(ids(await ask('guest', 'moving'))).toEqual(['i6', 'i7']);
    await shelf('moving', 'i8', 'i7');
    expect(ids(await ask('guest', 'moving'))).toEqual(['i8', 'i7']);
    const levels = (stock: number, sequence: number) => ({
      stocks: ['S', 'M', 'L', 'XL'].map((size) => ({ skuId: `i8-${size}`, stock, sequence })),
    });
    await request(service.app).patch('/v1/skus/stock').send(levels(0, 1)).expect(200);
    expect(ids(await ask('guest', 'moving'))).toEqual(['i7']);
    await request(service.app).patch('/v1/skus/stock').send(levels(4, 2)).expect(200);
    expect(ids(await ask('guest', 'moving'))).toEqual(['i8', 'i7']);
  });

  describe('in the viewer’s size', () => {
    beforeAll(async () => {
      await put('/v1/rooms/sizes', {});
      await shelf('sizes', 'i4', 'i5', 'i9', 'i10');
      const bought = { userId: 'm', type: 'purchase', occurredAt: '2026-02-01T00:00:00Z' };
      await did(
        { ...bought, itemId: 'elsewhere', skuId: 'elsewhere-M' },
        { ...bought, itemId: 'i0', skuId: 'i0-M' },
      );
    });

    it('is the next size where that is sold out, and says so', async () => {
      const { items } = await ask('m', 'sizes');
      const skirt = items.find(({ itemId }) => itemId === 'i4');
      expect(skirt).toMatchObject({ skuId: 'i4-L' });
      expect(skirt?.reasons[0]).toEqual({
        code: 'size',
        text: 'M is sold out; L is the nearest in stock',
      });
    });

    it('is a substitute of the same kind and price where no size near it is to be had', async () => {
      const { items } = await ask('m', 'sizes');
      const coat = items.find(({ substituteFor }) => substituteFor === 'i5');
      expect(coat).toMatchObject({ itemId: 'i9', skuId: 'i9-M', source: 'substitute' });
      expect(coat?.reasons[0]).toEqual({
        code: 'substitute',
        text: 'in place of Title of i5, which is sold out in M',
        itemId: 'i5',
      });
      expect(items.map(({ itemId }) => itemId)).not.toContain('i5');
    });

    it('comes with how likely it is the one to keep', async () => {
      const { items } = await ask('m', 'sizes');
      // Two pieces in M, one more spread over the four sizes of i9.
      expect(items.find(({ itemId }) => itemId === 'i9')?.size).toEqual({
        label: 'M',
        probability: (2 + 1 / 4) / 3,
        confidence: null,
      });
      const stranger = await ask('stranger', 'sizes');
      expect(stranger.items[0]?.size.probability).toBeNull();
    });
  });

  it('leaves nothing of a viewer’s behaviour in it when the switch is off, sizes neither', async () => {
    await did(
      { userId: 'off', itemId: 'i0' },
      { userId: 'off', itemId: 'elsewhere', skuId: 'elsewhere-L', type: 'purchase' },
    );
    expect(await ask('off', 'room')).toMatchObject({ personalised: true });
    await put('/v1/users', { users: [{ userId: 'off', personalised: false }] });
    const off = await ask('off', 'room');
    expect(off).toEqual({ ...(await ask('stranger', 'room')), userId: 'off' });
    await did({ userId: 'off', itemId: 'i1', type: 'cart' });
    expect(await ask('off', 'room')).toEqual(off);
  });
});
