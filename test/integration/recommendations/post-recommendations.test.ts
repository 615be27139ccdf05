import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');

const item = (n: number, more: Record<string, unknown> = {}) => ({
  itemId: `i${n}`,
  title: `Item ${n}`,
  category: ['women', n % 2 === 0 ? 'dresses' : 'coats'],
  price: 10 * (n + 1),
  trend: 20 - n,
  ...more,
});

describe('POST /v1/recommendations', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(
      service.database,
      Array.from({ length: 12 }, (_, n) => item(n)),
    );
    await service.database.query(
      `update items set brand = case when item_id < 'i3' then 'Ada' else 'Bea' end`,
    );
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
    await service.services.models.refresh();
  });
  afterAll(() => service.close());

  const post = (body: object) => request(service.app).post('/v1/recommendations').send(body);
  const ask = async (body: object) => {
    const answer = await post(body).expect(200);
    return answer.body as {
      items: { itemId: string; price: number; source: string; reasons: unknown[] }[];
      personalised: boolean;
      warnings: unknown[];
      userId: string | null;
      sessionId: string | null;
    };
  };
  const ids = async (body: object) => (await ask(body)).items.map(({ itemId }) => itemId);
  const liked = (itemId: string) => ({
    eventId: `inline-${itemId}`,
    type: 'like',
    sessionId: 'somebody',
    itemId,
    occurredAt: '2026-03-01T11:59:59Z',
  });

  it('answers nobody in particular with what is popular', async () => {
    const answer = await ask({ limit: 3 });
    expect(answer).toMatchObject({ userId: null, sessionId: null, personalised: false });
    expect(answer.items.map(({ itemId }) => itemId)).toEqual(['i0', 'i1', 'i2']);
  });

  it('counts events that were not posted, and does not store them', async () => {
    const answer = await ask({ sessionId: 'fresh', events: [liked('i6')], limit: 3 });
    expect(answer).toMatchObject({ sessionId: 'fresh', personalised: true });
    for (const { itemId } of answer.items) expect(Number(itemId.slice(1))).toBeGreaterThan(5);
    expect(await ask({ sessionId: 'fresh', limit: 3 })).toMatchObject({ personalised: false });
  });

  it('counts a session’s posted events, while it has no user', async () => {
    await request(service.app)
      .post('/v1/events')
      .send({ events: [{ ...liked('i7'), sessionId: 'known-session' }] })
      .expect(202);
    const answer = await ask({ sessionId: 'known-session', limit: 3 });
    expect(answer.personalised).toBe(true);
    for (const { itemId } of answer.items) expect(Number(itemId.slice(1))).toBeGreaterThan(5);
  });

  it('is not of a user whose name is the session’s', async () => {
    expect(await ask({ userId: 'known-session', limit: 3 })).toMatchObject({ personalised: false });
  });

  it('ranks the items it is given, and names those that are not in the catalogue', async () => {
    const answer = await ask({
      events: [liked('i6')],
      include: { itemIds: ['i0', 'i8', 'nowhere', 'i9', 'i8'] },
    });
    expect(answer.items.map(({ itemId }) => itemId).sort()).toEqual(['i0', 'i8', 'i9']);
    expect(answer.items[2]?.itemId).toBe('i0');
    expect(answer.warnings).toEqual([
      { code: 'unknown_item', itemId: 'nowhere', message: 'is not in the catalogue' },
    ]);
  });

  it('keeps to categories and brands', async () => {
    expect(await ids({ include: { categories: ['coats'] } })).toEqual([
      ...['i1', 'i3', 'i5', 'i7', 'i9', 'i11'],
    ]);
    expect(await ids({ include: { brands: ['Ada'] } })).toEqual(
      ['i0', 'i1', 'i10', 'i11', 'i2'].sort(byNumber),
    );
    expect(await ids({ include: { brands: ['Ada'], categories: ['coats'] } })).toEqual([
      ...['i1', 'i11'],
    ]);
    const personal = await ids({ include: { categories: ['coats'] }, events: [liked('i6')] });
    expect(personal.slice(0, 3).sort()).toEqual(['i11', 'i7', 'i9']);
  });

  it('leaves out items, categories and brands', async () => {
    const shown = await ids({
      exclude: { itemIds: ['i0'], categories: ['coats'], brands: ['Ada'] },
      limit: 200,
    });
    expect(shown.sort(byNumber)).toEqual(['i4', 'i6', 'i8']);
  });

  it('keeps to a range of prices', async () => {
    const { items } = await ask({ price: { min: 30, max: 50 } });
    expect(items.map(({ price }) => price)).toEqual([30, 40, 50]);
  });

  it('gives no reasons where none are wanted', async () => {
    const { items } = await ask({ events: [liked('i6')], explain: false, limit: 2 });
    expect(items.map(({ reasons }) => reasons)).toEqual([[], []]);
  });

  it('says that it knows no size where only the viewer’s is wanted', async () => {
    const answer = await ask({ onlyMySize: true, limit: 2 });
    expect(answer.items).toHaveLength(2);
    expect(answer.warnings).toMatchObject([{ code: 'unknown_size' }]);
  });

  it.each([
    [{ userId: 'a', sessionId: 'b' }, 'sessionId'],
    [{ limit: 201 }, 'limit'],
    [{ price: { min: 5, max: 4 } }, 'price.max'],
    [{ include: { itemIds: [] } }, 'include.itemIds'],
    [{ include: { colours: ['red'] } }, 'include.colours'],
    [{ events: [{ type: 'like' }] }, 'events[0].eventId'],
  ])('refuses %j, and says where', async (body, path) => {
    const answer = await post(body).expect(400);
    const paths = answer.body.errors.map((error: { path: string }) => error.path);
    expect(paths).toContain(path);
  });

  it('is only of the viewer’s size where that is known and wanted', async () => {
    await insertItems(service.database, [
      {
        ...{ itemId: 'own', category: ['women', 'dresses'] },
        skus: [{ skuId: 'own-M', size: 'M', order: 1, stock: 1 }],
      },
      {
        ...{ itemId: 'has', category: ['women', 'dresses'], trend: 50 },
        skus: ['S', 'M'].map((size, order) => ({ skuId: `has-${size}`, size, order, stock: 1 })),
      },
      {
        ...{ itemId: 'lacks', category: ['women', 'dresses'], trend: 60 },
        skus: ['S', 'M'].map((size, order) => ({
          skuId: `lacks-${size}`,
          size,
          order,
          stock: 1 - order,
        })),
      },
    ]);
    const purchase = { ...liked('own'), type: 'purchase', skuId: 'own-M', userId: 'm' };
    await request(service.app)
      .post('/v1/events')
      .send({ events: [purchase] })
      .expect(202);
    const within = { include: { itemIds: ['has', 'lacks'] } };
    expect(await ids({ userId: 'm', ...within })).toEqual(['lacks', 'has']);
    expect(await ids({ userId: 'm', onlyMySize: true, ...within })).toEqual(['has']);
  });
});

function byNumber(a: string, b: string): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}
