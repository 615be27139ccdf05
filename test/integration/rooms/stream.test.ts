import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { Ranking } from '../../../services/rooms/stream-schema.ts';
import { type EventSource, listenOnPort, openEventSource } from '../../helpers/event-source.ts';
import { eventually } from '../../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

describe('the stream of a room', () => {
  let service: TestService;
  let server: Server;
  let url: string;
  let sources: EventSource[];

  beforeEach(async () => {
    service = await createTestService({ mostStreams: 4 });
    ({ server, url } = await listenOnPort(service.app));
    sources = [];
    await insertItems(service.database, [
      ...Array.from({ length: 12 }, (_, n) => ({ itemId: `i${n}`, price: 10 })),
    ]);
    await put('/v1/rooms/r', {});
    await shelf('i0', 'i1', 'i2', 'i3');
  });
  afterEach(async () => {
    for (const source of sources) source.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await service.close();
  });

  const put = (path: string, body: object) => request(service.app).put(path).send(body).expect(200);
  const shelf = (...ids: string[]) =>
    put('/v1/rooms/r/shelf', { items: ids.map((itemId) => ({ itemId })) });
  const stock = async (itemId: string, pieces: number, sequence: number) => {
    const body = { stock: pieces, sequence };
    await request(service.app).patch(`/v1/skus/${itemId}-one/stock`).send(body).expect(200);
  };
  const post = async (...events: object[]) => {
    const named = events.map((event, n) => ({
      eventId: `${process.hrtime.bigint()}-${n}`,
      occurredAt: new Date().toISOString(),
      ...event,
    }));
    await request(service.app).post('/v1/events').send({ events: named }).expect(202);
  };
  const open = async (query = 'userId=ann', headers = {}) => {
    const source = await openEventSource(`${url}/v1/rooms/r/stream?${query}`, headers);
    sources.push(source);
    return source;
  };
  const ranking = async (source: EventSource, count: number) =>
    (await source.message(count)).data as Ranking;
  const ids = ({ items }: Ranking) => items.map(({ itemId }) => itemId);

  it('begins with what GET recommendations answers, and the pin', async () => {
    await request(service.app).post('/v1/rooms/r/pin').send({ itemId: 'i2' }).expect(200);
    const source = await open('userId=ann&limit=3');
    const first = await ranking(source, 1);
    const path = '/v1/users/ann/recommendations?roomId=r&limit=3';
    const { body } = await request(service.app).get(path).expect(200);
    expect(ids(first)).toEqual(ids(body));
    expect(first).toMatchObject({ roomId: 'r', userId: 'ann', roomState: 'live' });
    expect(first.pinnedItemId).toBe('i2');
    expect(source.messages[0]?.event).toBe('ranking');
    expect(source.retry).toBeGreaterThanOrEqual(1000);
  });

  it('follows the shelf, the pin and the stock', async () => {
    const source = await open();
    expect(ids(await ranking(source, 1))).toHaveLength(4);
    await stock('i1', 0, 1);
    expect(new Set(ids(await ranking(source, 2)))).toEqual(new Set(['i0', 'i2', 'i3']));
    await shelf('i2', 'i5', 'i6');
    expect(new Set(ids(await ranking(source, 3)))).toEqual(new Set(['i2', 'i5', 'i6']));
    await request(service.app).post('/v1/rooms/r/pin').send({ itemId: 'i5' }).expect(200);
    expect((await ranking(source, 4)).pinnedItemId).toBe('i5');
    await put('/v1/items', { items: [{ itemId: 'i6', price: 10, hidden: true }] });
    expect(new Set(ids(await ranking(source, 5)))).toEqual(new Set(['i2', 'i5']));
    await put('/v1/rooms/r', { endsAt: '2020-01-01T00:00:00Z' });
    expect(await ranking(source, 6)).toMatchObject({ roomState: 'ended' });
    expect(new Set(source.messages.map(({ id }) => id)).size).toBe(6);
  });

  it('follows what is back in stock, and not how many pieces there are', async () => {
    await stock('i1', 0, 1);
    const source = await open('userId=ann&limit=2');
    await source.message(1);
    await stock('i0', 7, 1);
    await stock('i3', 0, 1);
    await stock('i2', 0, 1);
    await stock('i1', 1, 2);
    await eventually(async () => ids((await source.message(1)).data as Ranking).length === 2);
    await eventually(() => {
      const last = source.messages.at(-1)?.data as Ranking;
      return new Set(ids(last)).has('i1') && new Set(ids(last)).has('i0');
    });
  });

  it('follows what the viewer does, and the switch', async () => {
    await activateArtifact(service.database, await encodeTwoBlocks());
    await eventually(async () => {
      await service.services.models.refresh();
      return service.services.models.current() !== undefined;
    });
    await shelf(...Array.from({ length: 12 }, (_, n) => `i${n}`));
    const ann = await open('userId=ann');
    await ann.message(1);
    await post(
      { userId: 'ann', itemId: 'i7', type: 'like', roomId: 'r' },
      { userId: 'ann', itemId: 'i8', type: 'cart', roomId: 'r' },
    );
    const second = await ranking(ann, 2);
    expect(second.personalised).toBe(true);
    expect(
      ids(second)
        .slice(0, 3)
        .every((id) => Number(id.slice(1)) >= 6),
    ).toBe(true);
    await put('/v1/users', { users: [{ userId: 'ann', personalised: false }] });
    expect((await ranking(ann, 3)).personalised).toBe(false);
  });

  it('gives a client that comes again nothing while it has what is shown, and the newest else', async () => {
    const first = await open();
    const { id } = await first.message(1);
    first.close();
    const again = await open('userId=ann', { 'Last-Event-ID': id });
    await stock('i0', 0, 1);
    const next = await again.message(1);
    expect(next.id).not.toBe(id);
    expect(ids(next.data as Ranking)).not.toContain('i0');
    again.close();
    await stock('i0', 3, 2);
    const late = await open('userId=ann', { 'Last-Event-ID': next.id });
    expect((await late.message(1)).id).toBe(id);
    const strange = await open('userId=bob', { 'Last-Event-ID': 'no such, id' });
    await strange.message(1);
  });

  it('has reasons where they are asked for', async () => {
    const [item] = (await ranking(await open(), 1)).items;
    expect(item?.reasons).toEqual([]);
    const [explained] = (await ranking(await open('userId=ann&explain=true'), 1)).items;
    expect(explained?.reasons).toHaveLength(1);
  });

  it('is one of a session, too', async () => {
    expect(await ranking(await open('sessionId=s1'), 1)).toMatchObject({
      userId: null,
      sessionId: 's1',
    });
  });

  it('is logged as it is sent', async () => {
    const source = await open();
    const { requestId } = await ranking(source, 1);
    expect(requestId).toBe(`${source.response.headers['x-request-id']}.1`);
    await eventually(async () => {
      const rows = await service.database.query(
        `select 1 from recommendation_log where request_id = $1::text and room_id = 'r'`,
        [requestId],
      );
      return rows.length === 1;
    });
  });

  it('is refused for a room that is not known, without a viewer, or with two', async () => {
    const get = (path: string) => request(service.app).get(path);
    const unknown = await get('/v1/rooms/nowhere/stream?userId=ann').expect(404);
    expect(unknown.body.code).toBe('not_found');
    await get('/v1/rooms/r/stream').expect(400);
    await get('/v1/rooms/r/stream?userId=a&sessionId=b').expect(400);
    await get('/v1/rooms/r/stream?userId=a&limit=201').expect(400);
    for (let n = 0; n < 4; n++) await (await open(`userId=u${n}`)).message(1);
  });

  it('is refused with 503 beyond the most, until one ends', async () => {
    for (let n = 0; n < 4; n++) await (await open(`userId=u${n}`)).message(1);
    const refused = await request(service.app).get('/v1/rooms/r/stream?userId=ann');
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.body.detail).toBe(
      '4 streams are open, the most of this process; try again later',
    );
    sources[0]?.close();
    await eventually(async () => {
      const metrics = (await request(service.app).get('/metrics')).text;
      return metrics.includes('\nstreams_open 3\n');
    });
    await (await open()).message(1);
  });

  it('ends when the process stops, and lets its server stop', async () => {
    const source = await open();
    await source.message(1);
    service.services.endStreams();
    await eventually(() => source.isOver);
    const refused = await request(service.app).get('/v1/rooms/r/stream?userId=ann');
    expect(refused.status).toBe(503);
  });
});
