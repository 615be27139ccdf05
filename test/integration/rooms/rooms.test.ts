import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { roomSql } from '../../../services/rooms/rooms-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

describe('rooms', () => {
  let service: TestService;
  let now = new Date('2026-05-01T10:00:00Z');
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(
      service.database,
      Array.from({ length: 10 }, (_, n) => ({ itemId: `i${n}` })),
    );
  });
  afterAll(() => service.close());

  const put = (path: string, body: object) =>
    request(service.app).put(`/v1/rooms/${path}`).send(body);
  const get = async (room: string) => (await request(service.app).get(`/v1/rooms/${room}`)).body;
  const pin = (room: string, itemId: string | null) =>
    request(service.app).post(`/v1/rooms/${room}/pin`).send({ itemId });
  const shelf = (room: string, ...ids: string[]) =>
    put(`${room}/shelf`, { items: ids.map((itemId) => ({ itemId })) });
  const ids = (room: { shelf: { itemId: string }[] }) => room.shelf.map(({ itemId }) => itemId);

  it('are stored with every field, and unset what is left out', async () => {
    const room = {
      hostId: 'ann',
      title: 'Linen week 亚麻',
      theme: 'summer',
      startsAt: '2026-05-01T11:00:00+01:00',
      endsAt: '2026-05-01T12:00:00Z',
    };
    await put('full', room).expect(200, {
      roomId: 'full',
      created: true,
      updated: false,
      state: 'live',
    });
    expect(await get('full')).toEqual({
      roomId: 'full',
      ...room,
      startsAt: '2026-05-01T10:00:00.000Z',
      endsAt: '2026-05-01T12:00:00.000Z',
      state: 'live',
      pinnedItemId: null,
      pinnedAt: null,
      shelf: [],
    });
    await put('full', room).expect(200, {
      roomId: 'full',
      created: false,
      updated: false,
      state: 'live',
    });
    await put('full', {}).expect(200);
    expect(await get('full')).toMatchObject({
      hostId: null,
      title: '',
      theme: null,
      startsAt: null,
      endsAt: null,
    });
  });

  it('keep their shelf and their pin when they are put again', async () => {
    await put('kept', {});
    await shelf('kept', 'i1', 'i2').expect(200);
    await pin('kept', 'i2').expect(200);
    await put('kept', { title: 'another' }).expect(200);
    expect(await get('kept')).toMatchObject({
      title: 'another',
      pinnedItemId: 'i2',
      shelf: [{ itemId: 'i1' }, { itemId: 'i2' }],
    });
  });

  it("are upcoming, live and ended by the service's clock", async () => {
    await put('timed', { startsAt: '2026-05-01T11:00:00Z', endsAt: '2026-05-01T12:00:00Z' });
    const states: string[] = [];
    for (const time of ['10:59:59Z', '11:00:00Z', '12:00:00Z']) {
      now = new Date(`2026-05-01T${time}`);
      states.push((await get('timed')).state);
    }
    now = new Date('2026-05-01T10:00:00Z');
    expect(states).toEqual(['upcoming', 'live', 'ended']);
  });

  it('refuse an end that is not after the start, and a shelf with too much on it', async () => {
    const time = '2026-05-01T11:00:00Z';
    const wrong = await put('wrong', { startsAt: time, endsAt: time });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors).toMatchObject([{ path: 'endsAt', code: 'not_after_start' }]);
    const many = Array.from({ length: 2001 }, (_, n) => `m${n}`);
    await put('wide', {});
    await shelf('wide', ...many).expect(400);
    await shelf('wide', ...many.slice(1)).expect(200);
    expect((await get('wide')).shelf).toHaveLength(2000);
  });

  it('are 404 where they are not known', async () => {
    await request(service.app).get('/v1/rooms/nowhere').expect(404);
    await shelf('nowhere', 'i1').expect(404);
    const pinned = await pin('nowhere', null);
    expect(pinned.status).toBe(404);
    expect(pinned.body).toMatchObject({ code: 'not_found', detail: 'there is no room "nowhere"' });
  });

  it('have a shelf in order with its prices, replaced as a whole', async () => {
    await put('s', {});
    await put('s/shelf', { items: [{ itemId: 'i3', roomPrice: 9.9 }, { itemId: 'i1' }] }).expect(
      200,
      {
        roomId: 's',
        items: 2,
        added: 2,
        changed: 0,
        removed: 0,
        unpinnedItemId: null,
        warnings: [],
      },
    );
    expect((await get('s')).shelf).toEqual([
      { itemId: 'i3', roomPrice: 9.9, inCatalogue: true },
      { itemId: 'i1', roomPrice: null, inCatalogue: true },
    ]);
    const again = await put('s/shelf', {
      items: [{ itemId: 'i1' }, { itemId: 'i2', roomPrice: 0 }, { itemId: 'i3', roomPrice: 9.9 }],
    });
    expect(again.body).toMatchObject({ added: 1, changed: 2, removed: 0 });
    expect((await shelf('s', 'i2')).body).toMatchObject({ added: 0, changed: 1, removed: 2 });
    expect((await shelf('s', 'i2')).body).toMatchObject({ added: 0, changed: 0, removed: 0 });
    await shelf('s').expect(200);
    expect((await get('s')).shelf).toEqual([]);
  });

  it('name items that are not in the catalogue, and keep them', async () => {
    await put('unknown', {});
    const { body } = await shelf('unknown', 'i1', 'nothing', 'i2', 'neither');
    expect(body.warnings).toMatchObject([
      { path: 'items[1].itemId', code: 'unknown_item' },
      { path: 'items[3].itemId', code: 'unknown_item' },
    ]);
    expect((await get('unknown')).shelf).toMatchObject([
      { itemId: 'i1', inCatalogue: true },
      { itemId: 'nothing', inCatalogue: false },
      { itemId: 'i2', inCatalogue: true },
      { itemId: 'neither', inCatalogue: false },
    ]);
  });

  it('refuse an item that stands on a shelf twice, with both places, and keep the old shelf', async () => {
    await put('twice', {});
    await shelf('twice', 'i5');
    const { status, body } = await shelf('twice', 'i1', 'i2', 'i1');
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: 'items[2].itemId', code: 'repeated_id', message: 'the same id as items[0].itemId' },
    ]);
    expect(ids(await get('twice'))).toEqual(['i5']);
  });

  it('never have a shelf that is mixed of two, whoever writes at once', async () => {
    await put('busy', {});
    const left = ['i1', 'i2', 'i3', 'i4'];
    const right = ['i4', 'i3', 'i6', 'i7', 'i8'];
    const writes = Array.from({ length: 30 }, (_, n) => shelf('busy', ...(n % 2 ? left : right)));
    // A request is sent when it is waited for.
    const [written, ...read] = await Promise.all([
      Promise.all(writes),
      ...Array.from({ length: 30 }, () => get('busy')),
    ]);
    for (const response of written) expect(response.status).toBe(200);
    const seen = [...read, await get('busy')].map(ids);
    for (const one of seen.filter((list) => list.length > 0)) {
      expect([left, right]).toContainEqual(one);
    }
    expect(seen.at(-1)).not.toEqual([]);
  });

  it('pin an item of the shelf, and nothing', async () => {
    await put('p', {});
    await shelf('p', 'i1', 'i2');
    const pinnedAt = now.toISOString();
    await pin('p', 'i1').expect(200, { roomId: 'p', changed: true, pinnedItemId: 'i1', pinnedAt });
    now = new Date('2026-05-01T10:05:00Z');
    await pin('p', 'i1').expect(200, { roomId: 'p', changed: false, pinnedItemId: 'i1', pinnedAt });
    await pin('p', 'i2').expect(200);
    now = new Date('2026-05-01T10:06:00Z');
    await pin('p', null).expect(200, {
      roomId: 'p',
      changed: true,
      pinnedItemId: null,
      pinnedAt: null,
    });
    await pin('p', null).expect(200, {
      roomId: 'p',
      changed: false,
      pinnedItemId: null,
      pinnedAt: null,
    });
    const shown = await service.database.query(
      `select item_id, pinned_at, unpinned_at from room_pins where room_id = 'p' order by pin_id`,
    );
    expect(shown).toEqual([
      {
        item_id: 'i1',
        pinned_at: new Date('2026-05-01T10:00:00Z'),
        unpinned_at: new Date('2026-05-01T10:05:00Z'),
      },
      {
        item_id: 'i2',
        pinned_at: new Date('2026-05-01T10:05:00Z'),
        unpinned_at: new Date('2026-05-01T10:06:00Z'),
      },
    ]);
    now = new Date('2026-05-01T10:00:00Z');
  });

  it('refuse to pin what is not on the shelf', async () => {
    await put('strict', {});
    await shelf('strict', 'i1');
    await pin('strict', 'i1');
    const { status, body } = await pin('strict', 'i2');
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      {
        path: 'itemId',
        code: 'not_on_shelf',
        message: 'item "i2" is not on the shelf of this room',
      },
    ]);
    expect(await get('strict')).toMatchObject({ pinnedItemId: 'i1' });
    await request(service.app).post('/v1/rooms/strict/pin').send({}).expect(400);
  });

  it('unpin what a new shelf does not have, and only that', async () => {
    await put('moved', {});
    await shelf('moved', 'i1', 'i2');
    await pin('moved', 'i1');
    expect((await shelf('moved', 'i3', 'i1')).body.unpinnedItemId).toBeNull();
    expect(await get('moved')).toMatchObject({ pinnedItemId: 'i1' });
    expect((await shelf('moved', 'i3')).body.unpinnedItemId).toBe('i1');
    expect(await get('moved')).toMatchObject({ pinnedItemId: null, pinnedAt: null });
  });

  it('never pin what is off the shelf, when pins and shelves come at once', async () => {
    await put('race', {});
    await shelf('race', 'i1', 'i2');
    const calls = Array.from({ length: 40 }, (_, n) => {
      if (n % 4 === 0) return shelf('race', 'i1', 'i2');
      return n % 4 === 2 ? shelf('race', 'i2', 'i3') : pin('race', n % 4 === 1 ? 'i1' : 'i3');
    });
    const seen = await Promise.all([
      ...calls.map((call) => call.then(() => get('race'))),
      get('race'),
    ]);
    for (const room of seen) {
      if (room.pinnedItemId !== null) expect(ids(room)).toContain(room.pinnedItemId);
    }
    for (const { status } of await Promise.all(calls)) expect([200, 400]).toContain(status);
    const [open] = await service.database.query<{ itemId: string }>(
      `select item_id as "itemId" from room_pins where room_id = 'race' and unpinned_at is null`,
    );
    expect(open?.itemId ?? null).toBe((await get('race')).pinnedItemId);
  });

  it('take a shelf with a pin that another process, its clock ahead, has made', async () => {
    await put('clocks', {});
    await shelf('clocks', 'i1', 'i2');
    await pin('clocks', 'i1');
    now = new Date('2026-05-01T09:59:59Z');
    await pin('clocks', 'i2').expect(200);
    now = new Date('2026-05-01T10:00:00Z');
    expect(await get('clocks')).toMatchObject({ pinnedItemId: 'i2' });
  });

  it('are read by their indexes', async () => {
    await service.database.query('analyze rooms, room_items, items');
    await service.database.query(
      `insert into rooms (room_id) select 'many-' || n from generate_series(1, 2000) n`,
    );
    await service.database.query(
      `insert into room_items (room_id, item_id, position)
       select 'many-' || r, 'i' || n, n from generate_series(1, 200) r, generate_series(0, 99) n`,
    );
    await service.database.query('analyze rooms, room_items');
    const plan = await service.database.query(
      `explain (format json) ${roomSql.replaceAll('$1', `'many-7'`)}`,
    );
    const text = JSON.stringify(plan);
    expect(text).not.toMatch(
      /"Seq Scan","Parallel Aware":false,[^}]*"Relation Name":"(rooms|room_items)"/,
    );
    expect(text).toContain('room_items_');
  });
});
