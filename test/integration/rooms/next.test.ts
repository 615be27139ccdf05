import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventually } from '../../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

interface Next {
  readonly viewers: { present: number; sampled: number; personal: number };
  readonly degraded: boolean;
  readonly degradedReason?: string;
  readonly items: {
    itemId: string;
    score: number;
    expectedClicks: number;
    expectedPurchases: number;
    servableShare: number;
    freshness: number;
    shownSecondsAgo: number | null;
    sizes: { label: string | null; expectedPurchases: number; stock: number }[];
  }[];
}

describe('what the host should show next', () => {
  let service: TestService;
  let now: Date;
  beforeEach(async () => {
    now = new Date('2026-05-01T10:00:00Z');
    service = await createTestService({ now: () => now });
    await put('/v1/rooms/r', {});
  });
  afterEach(() => service.close());

  const put = (path: string, body: object) => request(service.app).put(path).send(body).expect(200);
  const shelf = (...ids: string[]) =>
    put('/v1/rooms/r/shelf', { items: ids.map((itemId) => ({ itemId })) });
  const pin = (itemId: string | null) =>
    request(service.app).post('/v1/rooms/r/pin').send({ itemId }).expect(200);
  const next = async (query = ''): Promise<Next> =>
    (await request(service.app).get(`/v1/rooms/r/next${query}`).expect(200)).body;
  const ids = ({ items }: Next) => items.map(({ itemId }) => itemId);
  let events = 0;
  const send = async (...happened: object[]) => {
    const named = happened.map((event) => ({
      ...{ eventId: `e${events++}`, occurredAt: now.toISOString(), roomId: 'r', ...event },
    }));
    for (let at = 0; at < named.length; at += 1000) {
      const body = { events: named.slice(at, at + 1000) };
      await request(service.app).post('/v1/events').send(body).expect(202);
    }
  };
  const click = (viewer: object, itemId: string) => ({ ...viewer, itemId, type: 'click' });
  const records = (rows: object[]) =>
    service.database.query(
      `insert into item_features (item_id, impressions, clicks, purchases, first_event_at,
         last_event_at, computed_at)
       select id, impressions, clicks, purchases, now(), now(), now()
       from jsonb_to_recordset($1::jsonb)
         as r (id text, impressions bigint, clicks bigint, purchases bigint)`,
      [JSON.stringify(rows)],
    );

  it('is what has been clicked and bought, where nothing is known of the viewers', async () => {
    await insertItems(service.database, [{ itemId: 'a' }, { itemId: 'b' }, { itemId: 'c' }]);
    await records([
      { id: 'a', impressions: 98, clicks: 19, purchases: 1 },
      { id: 'b', impressions: 98, clicks: 49, purchases: 9 },
    ]);
    await shelf('a', 'b', 'c');
    const answer = await next();
    expect(answer).toMatchObject({
      roomState: 'live',
      modelVersion: null,
      degraded: true,
      degradedReason: 'no_model',
      viewers: { present: 0, sampled: 0, personal: 0 },
    });
    // The prior of a shop without impressions at the start is one click in two.
    const b = answer.items.find(({ itemId }) => itemId === 'b');
    expect(b?.expectedClicks).toBeCloseTo(50 / 100, 9);
    expect(b?.expectedPurchases).toBeLessThan(0.5 * (10 / 50));
    expect(ids(answer).indexOf('b')).toBeLessThan(ids(answer).indexOf('a'));
  });

  it('is what suits the people who are there now', async () => {
    const block = (from: number) => Array.from({ length: 6 }, (_, n) => `i${from + n}`);
    await insertItems(
      service.database,
      [...block(0), ...block(6)].map((itemId) => ({ itemId })),
    );
    await activateArtifact(service.database, await encodeTwoBlocks());
    await eventually(async () => {
      await service.services.models.refresh();
      return service.services.models.current() !== undefined;
    });
    await shelf(...block(0), ...block(6));
    const viewers = Array.from({ length: 5 }, (_, n) => ({ userId: `u${n}` }));
    await send(...viewers.flatMap((viewer) => [click(viewer, 'i7'), click(viewer, 'i8')]));
    const answer = await next('?limit=12');
    expect(answer.viewers).toEqual({ present: 5, sampled: 5, personal: 5 });
    const firstSix = ids(answer).slice(0, 6);
    expect(new Set(firstSix)).toEqual(new Set(block(6)));

    // They have gone, and others are there.
    now = new Date('2026-05-01T10:05:01Z');
    await send(click({ sessionId: 's1' }, 'i1'), click({ sessionId: 's1' }, 'i2'));
    const later = await next('?limit=12');
    expect(later.viewers).toEqual({ present: 1, sampled: 1, personal: 1 });
    expect(new Set(ids(later).slice(0, 6))).toEqual(new Set(block(0)));

    // Of somebody who has the switch off nothing is used.
    await put('/v1/users', { users: [{ userId: 'u9', personalised: false }] });
    now = new Date('2026-05-01T10:15:00Z');
    await send(click({ userId: 'u9' }, 'i1'), click({ userId: 'u9' }, 'i2'));
    expect((await next()).viewers).toEqual({ present: 1, sampled: 1, personal: 0 });
  });

  it('is what the stock can serve, by size as far as sizes are known', async () => {
    const skus = (id: string, m: number) => [
      { skuId: `${id}-S`, size: 'S', order: 0, stock: 5 },
      { skuId: `${id}-M`, size: 'M', order: 1, stock: m },
    ];
    await insertItems(service.database, [
      { itemId: 'old', category: ['dresses'], skus: skus('old', 9) },
      { itemId: 'none', category: ['dresses'], skus: skus('none', 0) },
      { itemId: 'some', category: ['dresses'], skus: skus('some', 2) },
    ]);
    await shelf('none', 'some');
    await send({ userId: 'ann', itemId: 'old', skuId: 'old-M', type: 'purchase', quantity: 1 });
    const answer = await next();
    // One viewer, who takes M.
    expect(answer.viewers.present).toBe(1);
    expect(ids(answer)).toEqual(['some']);
    expect(answer.items[0]).toMatchObject({
      servableShare: 1,
      sizes: [
        { label: 'S', expectedPurchases: 0, stock: 5 },
        { label: 'M', expectedPurchases: answer.items[0]?.expectedPurchases, stock: 2 },
      ],
    });
    // And one of whom no size is known.
    await send(click({ userId: 'bob' }, 'some'));
    const both = await next();
    expect(both.items.find(({ itemId }) => itemId === 'none')?.servableShare).toBeCloseTo(0.5, 1);
    expect(ids(both)).toEqual(['some', 'none']);
  });

  it('is nothing that is sold out, hidden, not launched or not in the catalogue, at once', async () => {
    await insertItems(service.database, [
      { itemId: 'a' },
      { itemId: 'b' },
      { itemId: 'later', launchedAt: '2026-05-01T10:00:01Z' },
      { itemId: 'hidden', hidden: true },
    ]);
    await shelf('a', 'b', 'later', 'hidden', 'unknown');
    expect(new Set(ids(await next()))).toEqual(new Set(['a', 'b']));
    const stock = { stock: 0, sequence: 1 };
    await request(service.app).patch('/v1/skus/a-one/stock').send(stock).expect(200);
    expect(ids(await next())).toEqual(['b']);
    await put('/v1/items', { items: [{ itemId: 'b', hidden: true }] });
    expect(ids(await next())).toEqual([]);
  });

  it('is not what is pinned, and less what was a moment ago', async () => {
    await insertItems(service.database, [{ itemId: 'a' }, { itemId: 'b' }, { itemId: 'c' }]);
    await shelf('a', 'b', 'c');
    await pin('a');
    expect(new Set(ids(await next()))).toEqual(new Set(['b', 'c']));
    now = new Date('2026-05-01T10:10:00Z');
    await pin('b');
    now = new Date('2026-05-01T10:20:00Z');
    const answer = await next();
    expect(ids(answer)).toEqual(['c', 'a']);
    expect(answer.items).toMatchObject([
      { freshness: 1, shownSecondsAgo: null },
      { freshness: 0.5, shownSecondsAgo: 600 },
    ]);
    const [c, a] = answer.items;
    expect(a?.score).toBeCloseTo((c?.score ?? 0) / 2, 9);
  });

  it('is made from a sample of many viewers, the same each time, scaled up to all', async () => {
    await insertItems(service.database, [{ itemId: 'a' }, { itemId: 'b' }]);
    await shelf('a', 'b');
    await send(...Array.from({ length: 2500 }, (_, n) => click({ sessionId: `s${n}` }, 'a')));
    const answer = await next();
    expect(answer.viewers).toEqual({ present: 2500, sampled: 2000, personal: 0 });
    expect(await next()).toEqual(answer);
    const b = answer.items.find(({ itemId }) => itemId === 'b');
    // Without a record one click in two, less because it is a that is clicked here.
    expect(b?.expectedClicks).toBeGreaterThan(0);
    expect(b?.expectedClicks).toBeLessThan(1250);
  });

  it('does not count viewers of other rooms', async () => {
    await insertItems(service.database, [{ itemId: 'a' }]);
    await shelf('a');
    await put('/v1/rooms/other', {});
    await send({ ...click({ userId: 'u' }, 'a'), roomId: 'other' });
    expect((await next()).viewers.present).toBe(0);
  });

  it('answers 404 for a room that is not known, and nothing for an empty shelf', async () => {
    await request(service.app).get('/v1/rooms/nowhere/next').expect(404);
    expect((await next()).items).toEqual([]);
    await request(service.app).get('/v1/rooms/r/next?limit=201').expect(400);
    await put('/v1/rooms/r', { endsAt: '2026-05-01T09:00:00Z' });
    expect(await next()).toMatchObject({ roomState: 'ended', items: [] });
  });

  it('is of one state when shelf, pin and stock change while it is made', async () => {
    await insertItems(
      service.database,
      Array.from({ length: 6 }, (_, n) => ({ itemId: `i${n}` })),
    );
    const left = ['i0', 'i1', 'i2'];
    const right = ['i3', 'i4', 'i5'];
    await shelf(...left);
    const changes = Array.from({ length: 20 }, (_, n) => shelf(...(n % 2 ? left : right)));
    const [answers] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => next())),
      // A request is sent when it is waited for.
      Promise.all(changes),
    ]);
    for (const answer of answers) {
      const seen = new Set(ids(answer));
      expect([new Set(left), new Set(right)]).toContainEqual(seen);
    }
  });
});
