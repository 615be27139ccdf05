import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../../services/create-app.ts';
import { createServices, type Services } from '../../../services/create-services.ts';
import { eventually } from '../../helpers/eventually.ts';
import { encodePlantedShop, insertPlantedItems } from '../../helpers/planted-shop.ts';
import { activateArtifact } from '../../helpers/published-model.ts';
import { insertEvents } from '../../helpers/small-shop.ts';
import { byRelevance, createTestService, type TestService } from '../../helpers/test-service.ts';

interface Item {
  readonly itemId: string;
  readonly source: string;
  readonly reasons: { code: string; text: string }[];
}

const now = () => new Date('2026-03-01T12:00:00Z');

describe('an item that is newer than the model', () => {
  let first: TestService;
  let second: Services;
  let secondApp: Express;
  let dataDir: string;

  beforeAll(async () => {
    first = await createTestService({ now });
    await insertPlantedItems(first.database);
    await activateArtifact(first.database, await encodePlantedShop('planted'));
    dataDir = await mkdtemp(join(tmpdir(), 'wardrobe-test-data-'));
    const logger = pino({ level: 'silent' });
    second = await createServices({
      ...{ databaseUrl: first.url, poolSize: 3, dataDir, logger, now },
      ranking: byRelevance,
    });
    secondApp = createApp(second, { checkResponses: true });
    await first.services.models.refresh();
    const liked = ['i0', 'i2', 'i4'].map((itemId) => {
      return { userId: 'woman', itemId, type: 'like', occurredAt: '2026-03-01T11:00:00Z' };
    });
    await insertEvents(first.database, liked);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const recommended = async (app: Express, userId: string, limit = 100): Promise<Item[]> => {
    const path = `/v1/users/${userId}/recommendations`;
    const { body } = await request(app).get(path).query({ limit }).expect(200);
    return body.items;
  };
  const create = async (itemId: string, category: string) => {
    const items = [{ itemId, categoryPath: [category], title: 'a new one' }];
    const skus = [{ skuId: `${itemId}-one`, itemId, stock: 3 }];
    await request(first.app).put('/v1/items').send({ items }).expect(200);
    await request(first.app).put('/v1/skus').send({ skus }).expect(200);
  };
  const find = (items: Item[], itemId: string) => items.find((item) => item.itemId === itemId);

  it('is recommended by every process to who likes such items, without a retraining', async () => {
    await create('new-dress', 'dress');
    await create('new-trousers', 'trousers');
    for (const app of [first.app, secondApp]) {
      await eventually(async () => {
        const items = await recommended(app, 'woman');
        return find(items, 'new-dress')?.source === 'content';
      });
      const items = await recommended(app, 'woman');
      expect(find(items, 'new-dress')).toMatchObject({
        source: 'content',
        reasons: [{ code: 'new', text: 'new, and like what you liked' }],
      });
      const place = (itemId: string) => items.findIndex((item) => item.itemId === itemId);
      expect(place('new-dress')).toBeLessThan(place('new-trousers'));
      // Among the dresses, and not after everything that the model knows.
      expect(place('new-dress')).toBeLessThan(place('i1'));
    }
  });

  it('moves when the catalogue says something else of it', async () => {
    await create('changing', 'dress');
    const place = async () => {
      const items = await recommended(secondApp, 'woman');
      const known = items.filter(({ itemId }) => itemId === 'changing' || /^i\d+$/.test(itemId));
      return known.findIndex(({ itemId }) => itemId === 'changing');
    };
    await eventually(async () => {
      return find(await recommended(secondApp, 'woman'), 'changing')?.source === 'content';
    });
    const before = await place();
    await create('changing', 'trousers');
    await eventually(async () => (await place()) > before);
  });

  it('is not recommended while it is hidden or sold out', async () => {
    const items = [{ itemId: 'secret', categoryPath: ['dress'], hidden: true }];
    await request(first.app).put('/v1/items').send({ items }).expect(200);
    await create('sold-out', 'dress');
    const skus = [{ skuId: 'sold-out-one', itemId: 'sold-out', stock: 0 }];
    await request(first.app).put('/v1/skus').send({ skus }).expect(200);
    await create('after', 'dress');
    await eventually(
      async () => find(await recommended(first.app, 'woman'), 'after') !== undefined,
    );
    const shown = await recommended(first.app, 'woman', 200);
    expect(find(shown, 'secret')).toBeUndefined();
    expect(find(shown, 'sold-out')).toBeUndefined();
  });

  describe('and a user who has done nothing yet', () => {
    const put = (user: Record<string, unknown>) =>
      request(first.app)
        .put('/v1/users')
        .send({ users: [user] })
        .expect(200);
    const isDress = ({ itemId }: Item) => Number(itemId.slice(1)) % 2 === 0;
    const answer = async (userId: string) => {
      const path = `/v1/users/${userId}/recommendations`;
      return (await request(secondApp).get(path).query({ limit: 10 }).expect(200)).body;
    };

    it('gets what the profile says, is told so, and is known by what they did from then on', async () => {
      await put({ userId: 'new-woman', gender: 'female' });
      await put({ userId: 'new-man', gender: 'male' });
      const woman = await answer('new-woman');
      expect(woman.personalised).toBe(true);
      const known = woman.items.filter(({ source }: Item) => source === 'profile');
      expect(known.length).toBeGreaterThan(5);
      expect(known.every(isDress)).toBe(true);
      expect(known[0].reasons).toEqual([{ code: 'profile', text: 'liked by people like you' }]);
      const man = await answer('new-man');
      expect(man.items.filter(({ source }: Item) => source === 'profile').some(isDress)).toBe(
        false,
      );

      const occurredAt = '2026-03-01T11:59:00Z';
      await insertEvents(first.database, [
        { userId: 'new-woman', itemId: 'i1', type: 'like', occurredAt },
      ]);
      const moved = await answer('new-woman');
      expect(moved.items[0].source).toBe('hybrid');
      expect(isDress(moved.items[0])).toBe(false);
    });

    it('gets nothing from the profile with the switch off', async () => {
      await put({ userId: 'off', gender: 'female', personalised: false });
      const off = await answer('off');
      expect(off.personalised).toBe(false);
      const sources = new Set(off.items.map(({ source }: Item) => source));
      expect(sources).not.toContain('profile');
      expect(sources).not.toContain('content');
    });

    it('gets what is popular where nothing is known of them', async () => {
      await put({ userId: 'blank' });
      for (const userId of ['nobody-knows', 'blank']) {
        const { items } = await answer(userId);
        expect(items.length).toBe(10);
        expect(items.map(({ source }: Item) => source)).not.toContain('profile');
        expect(items.map(({ source }: Item) => source)).not.toContain('content');
      }
    });
  });
});
