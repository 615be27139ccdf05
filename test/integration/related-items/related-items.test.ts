import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { IdMap } from '../../../models/dataset/id-map.ts';
import { AlsModel } from '../../../models/recommenders/als-model.ts';
import { servingSettings } from '../../../services/database/serving-settings.ts';
import { complementsSql } from '../../../services/related-items/complements-store.ts';
import { substitutesSql } from '../../../services/related-items/related-items-store.ts';
import { activateArtifact, encodeModel } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase } from '../../helpers/test-database.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');
const dresses = ['women', 'dress'];
const sizes = (itemId: string, stocks: Readonly<Record<string, number>>) =>
  Object.entries(stocks).map(([size, stock], order) => {
    return { skuId: `${itemId}-${size}`, size, order, stock };
  });

// Degrees in the plane of a space of two dimensions, and lengths, which count for nothing.
const directions = { wanted: [0, 1], near: [10, 5], wide: [60, 1], dear: [0, 1], sold: [0, 1] };

function als() {
  const factors = Object.values(directions).flatMap(([degrees = 0, length = 1]) => {
    const angle = (degrees * Math.PI) / 180;
    return [length * Math.cos(angle), length * Math.sin(angle)];
  });
  return new AlsModel({
    dimensions: 2,
    itemFactors: Float32Array.from(factors),
    eigenvalues: Float32Array.of(1, 1),
    unobservedWeight: 0.1,
    regularisation: 1,
    exponent: 1,
  });
}

describe('related items', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    const dress = (itemId: string, price: number, stocks: Record<string, number>) => {
      return { itemId, price, category: dresses, skus: sizes(itemId, stocks) };
    };
    await insertItems(service.database, [
      dress('wanted', 100, { S: 0, M: 0 }),
      dress('near', 105, { S: 2, M: 0 }),
      dress('wide', 100, { S: 1, M: 3 }),
      dress('dear', 290, { S: 1, M: 1 }),
      dress('sold', 100, { S: 0, M: 0 }),
      dress('unknown', 140, { S: 4, M: 5 }),
      { ...dress('hidden', 100, { S: 1 }), hidden: true },
      { ...dress('to-come', 100, { S: 1 }), launchedAt: '2026-03-02T00:00:00Z' },
      { ...dress('mens', 100, { S: 1 }), category: ['men', 'dress'] },
      { itemId: 'bare', price: 100 },
      ...['belt', 'belt2', 'shoe', 'hat'].map((itemId) => ({
        ...dress(itemId, 20, { one: itemId === 'hat' ? 0 : 1 }),
        category: ['accessories', itemId.replace('2', '')],
      })),
    ]);
    await service.database.query(
      `insert into item_complements (item_id, complement_id, lift, baskets, buyers, computed_at)
       select 'wanted', c, lift, 10, 9, now()
       from unnest(array['belt', 'belt2', 'shoe', 'hat', 'hidden', 'gone'], array[4, 3, 2, 9, 9, 9])
         as x (c, lift)`,
    );
  });
  afterAll(() => service.close());

  const get = (path: string) => request(service.app).get(`/v1/items/${path}`);
  const listed = (body: { items: { itemId: string }[] }) => body.items.map(({ itemId }) => itemId);

  describe('substitutes', () => {
    it('are those nearest in price while there is no model', async () => {
      const { body } = await get('wanted/substitutes').expect(200);
      expect(body).toMatchObject({
        modelVersion: null,
        degraded: true,
        degradedReason: 'no_model',
      });
      expect(listed(body)).toEqual(['wide', 'near', 'unknown', 'dear']);
    });

    it('are of the same category, near in the space and in price, and can be bought', async () => {
      const model = als();
      const ids = new IdMap(Object.keys(directions));
      await activateArtifact(service.database, encodeModel(model, ids, { version: 'plane' }));
      await service.services.models.refresh();
      const { body } = await get('wanted/substitutes').expect(200);
      expect(body).toMatchObject({ itemId: 'wanted', modelVersion: 'plane', degraded: false });
      expect(listed(body)).toEqual(['near', 'wide', 'unknown', 'dear']);
      const [near, wide, unknown] = body.items;
      expect(near).toMatchObject({ rank: 1, skuId: 'near-S', size: { label: 'S' }, price: 105 });
      // ln 1.05 / ln 1.25 = .2187.
      expect(near.closeness).toBeCloseTo(Math.cos(Math.PI / 18) * Math.exp(-0.5 * 0.2187 ** 2), 3);
      expect(wide).toMatchObject({ skuId: 'wide-M' });
      expect(wide.closeness).toBeCloseTo(0.5, 5);
      // ln 1.4 / ln 1.25 = 1.5079, and the mean cosine of near, wide, dear and sold: (.985 + .5 + 1 + 1) / 4.
      expect(unknown.closeness).toBeCloseTo(0.8712 * Math.exp(-0.5 * 1.5079 ** 2), 3);
    });

    it('are in stock in the size asked for', async () => {
      const { body } = await get('wanted/substitutes?size=M').expect(200);
      expect(body.items.map(({ skuId }: { skuId: string }) => skuId)).toEqual([
        'wide-M',
        'unknown-M',
        'dear-M',
      ]);
      expect(listed((await get('wanted/substitutes?size=XXL').expect(200)).body)).toEqual([]);
    });

    it('follow the stock from one request to the next', async () => {
      await service.database.query(`update skus set stock = 0 where sku_id = 'near-S'`);
      expect(listed((await get('wanted/substitutes?limit=1').expect(200)).body)).toEqual(['wide']);
      await service.database.query(`update skus set stock = 1 where sku_id = 'near-S'`);
      expect(listed((await get('wanted/substitutes?limit=1').expect(200)).body)).toEqual(['near']);
    });

    it('of an item that the model does not know go by the price, and there are none without a category', async () => {
      const { body } = await get('unknown/substitutes').expect(200);
      expect(body).toMatchObject({ degraded: true, degradedReason: 'item_not_in_model' });
      expect(listed(body)).toEqual(['near', 'wide', 'dear']);
      expect(listed((await get('bare/substitutes').expect(200)).body)).toEqual([]);
    });

    it('refuse what they cannot answer', async () => {
      await get('nothing/substitutes').expect(404);
      await get('wanted/substitutes?limit=201').expect(400);
      await get('wanted/substitutes?size=').expect(400);
      await get('wanted/substitutes?colour=red').expect(400);
    });
  });

  describe('complements', () => {
    it('are the best of each category that can be bought, then the second of each', async () => {
      const { body } = await get('wanted/complements').expect(200);
      expect(listed(body)).toEqual(['belt', 'shoe', 'belt2']);
      expect(body.items[0]).toMatchObject({
        ...{ rank: 1, skuId: 'belt-one', size: { label: 'one' }, price: 20 },
        ...{ category: 'belt', lift: 4, baskets: 10 },
      });
      expect(listed((await get('wanted/complements?limit=2').expect(200)).body)).toEqual([
        'belt',
        'shoe',
      ]);
    });

    it('are none where nothing was bought together, and not there without the item', async () => {
      expect((await get('belt/complements').expect(200)).body).toEqual({
        itemId: 'belt',
        items: [],
      });
      await get('nothing/complements').expect(404);
      await get('wanted/complements?limit=0').expect(400);
    });
  });
});

describe('what related items ask the database', () => {
  it('is answered from indexes', async () => {
    const test = await createTestDatabase();
    try {
      await test.database.query(
        `insert into items (item_id, category_path, price, launched_at)
         select 'item' || n, array['women', 'leaf' || n % 40], 10 + n % 90,
           now() - n * interval '1 minute'
         from generate_series(1, 20000) n`,
      );
      await test.database.query(
        `insert into item_complements (item_id, complement_id, lift, baskets, buyers, computed_at)
         select 'item' || n, 'item' || n + m, m, 5, 5, now()
         from generate_series(1, 5000) n, generate_series(1, 5) m`,
      );
      await test.database.query('analyze');
      const path = `array['women', 'leaf7']`;
      const substitutes = await plan(
        substitutesSql,
        `'item7', ${path}, now(), 20.0, array['item47', 'item87']`,
      );
      expect(substitutes).not.toContain('Seq Scan');
      expect(substitutes).toContain('items_category_idx');
      expect(substitutes).toContain('items_pkey');
      const complements = await plan(complementsSql, `'item7'`);
      expect(complements).not.toContain('Seq Scan');
      expect(complements).toContain('item_complements_pkey');
    } finally {
      await test.drop();
    }

    function plan(sql: string, parameters: string): Promise<string> {
      return test.database.transaction(async (transaction) => {
        await transaction.query('set local plan_cache_mode = force_generic_plan');
        for (const [name, value] of Object.entries(servingSettings)) {
          await transaction.query(`set local ${name} = ${value}`);
        }
        await transaction.query(`prepare asked as ${sql}`);
        const rows = await transaction.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, timing off) execute asked (${parameters})`,
        );
        await transaction.query('deallocate asked');
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
    }
  });
});
