import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestService, type TestService } from '../helpers/test-service.ts';

interface Problem {
  readonly errors: readonly { path: string; code: string; message: string }[];
}

const paths = (body: Problem) => body.errors.map((issue) => issue.path).sort();

describe('the catalogue', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
  });
  afterAll(() => service.close());

  const put = (path: string, body: object) => request(service.app).put(path).send(body);
  const items = (...list: object[]) => put('/v1/items', { items: list });
  const skus = (...list: object[]) => put('/v1/skus', { skus: list });
  const rows = (sql: string) => service.database.query<Record<string, unknown>>(sql);

  const dress = {
    itemId: 'dress',
    categoryPath: ['women', 'dresses'],
    brand: 'Atelier "Ö"',
    title: 'Wrap dress\n裙子',
    price: 129.95,
    attributes: { colours: ['red', 'blue'], lined: true, length: 96.5, fabric: 'silk' },
    launchedAt: '2026-03-01T08:00:00+08:00',
    hidden: true,
  };

  it('stores every field of an item', async () => {
    await items(dress).expect(200, { created: 1, updated: 0, unchanged: 0 });
    const [row] = await rows(`select * from items where item_id = 'dress'`);
    expect(row).toMatchObject({
      category_path: ['women', 'dresses'],
      brand: 'Atelier "Ö"',
      title: 'Wrap dress\n裙子',
      price: 129.95,
      attributes: { colours: ['red', 'blue'], lined: true, length: 96.5, fabric: 'silk' },
      launched_at: new Date('2026-03-01T00:00:00Z'),
      hidden: true,
    });
  });

  it('writes only what is new or different, and counts each', async () => {
    await items({ itemId: 'a', price: 1 }, { itemId: 'b', price: 1 }).expect(200);
    const versions = () =>
      rows(
        `select item_id, xmin::text as version from items where item_id in ('a', 'b') order by 1`,
      );
    const before = await versions();
    await items({ itemId: 'c' }, { itemId: 'b', price: 2 }, { itemId: 'a', price: 1 }).expect(200, {
      created: 1,
      updated: 1,
      unchanged: 1,
    });
    const after = await versions();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
  });

  it('unsets what is left out', async () => {
    await items({ ...dress, itemId: 'bare' });
    await items({ itemId: 'bare' }).expect(200, { created: 0, updated: 1, unchanged: 0 });
    const [row] = await rows(`select *, launched_at = '-infinity' as always
                              from items where item_id = 'bare'`);
    expect(row).toMatchObject({
      category_path: [],
      brand: null,
      title: '',
      price: null,
      attributes: {},
      always: true,
      hidden: false,
    });
    await items({ itemId: 'bare', brand: null, price: null, launchedAt: null }).expect(200, {
      created: 0,
      updated: 0,
      unchanged: 1,
    });
  });

  it('names every offending path and stores nothing of the call', async () => {
    const response = await items(
      { itemId: 'good' },
      { itemId: 'x', price: -1, attributes: { a: { b: 1 } }, size: 'M' },
      { itemId: '', categoryPath: Array(9).fill('c') },
      { title: 'a\u0000b', launchedAt: '2026-03-01' },
    );
    expect(response.status).toBe(400);
    expect(response.type).toBe('application/problem+json');
    expect(paths(response.body)).toEqual([
      'items[1].attributes.a',
      'items[1].price',
      'items[1].size',
      'items[2].categoryPath',
      'items[2].itemId',
      'items[3].itemId',
      'items[3].launchedAt',
      'items[3].title',
    ]);
    expect(await rows(`select 1 from items where item_id = 'good'`)).toEqual([]);
  });

  it('refuses an id that is named twice, with both places', async () => {
    const response = await items({ itemId: 'p' }, { itemId: 'q' }, { itemId: 'p' });
    expect(response.status).toBe(400);
    expect(response.body.errors).toEqual([
      { path: 'items[2].itemId', code: 'repeated_id', message: 'the same id as items[0].itemId' },
    ]);
    expect(await rows(`select 1 from items where item_id in ('p', 'q')`)).toEqual([]);
  });

  it('takes 1 to 1,000 items a call', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_value, index) => ({ itemId: `many-${index}` }));
    await items().expect(400);
    await items(...many(1001)).expect(400);
    await items(...many(1000)).expect(200, { created: 1000, updated: 0, unchanged: 0 });
  });

  it('stores every field of a SKU, and unsets what is left out', async () => {
    await items({ itemId: 'coat' });
    const sku = { skuId: 's1', itemId: 'coat', sizeLabel: 'M', sizeOrder: 2, colour: 'navy' };
    await skus({ ...sku, price: 80, stock: 7 }).expect(200, {
      created: 1,
      updated: 0,
      unchanged: 0,
    });
    const row = () =>
      rows(`select item_id, size_label, size_order, colour, price, stock from skus
                            where sku_id = 's1'`);
    expect(await row()).toEqual([
      { item_id: 'coat', size_label: 'M', size_order: 2, colour: 'navy', price: 80, stock: 7 },
    ]);
    await skus({ skuId: 's1', itemId: 'coat' }).expect(200, {
      created: 0,
      updated: 1,
      unchanged: 0,
    });
    expect(await row()).toEqual([
      { item_id: 'coat', size_label: null, size_order: 0, colour: null, price: null, stock: 7 },
    ]);
  });

  it('keeps the stock of a SKU that comes without it, and has none of a new one', async () => {
    await items({ itemId: 'hat' });
    await skus({ skuId: 'h1', itemId: 'hat', stock: 4 }, { skuId: 'h2', itemId: 'hat' });
    await skus({ skuId: 'h1', itemId: 'hat' }, { skuId: 'h2', itemId: 'hat', stock: 3 }).expect(
      200,
      { created: 0, updated: 1, unchanged: 1 },
    );
    await skus({ skuId: 'h1', itemId: 'hat', stock: 0 }).expect(200);
    expect(await rows(`select sku_id, stock from skus where item_id = 'hat' order by 1`)).toEqual([
      { sku_id: 'h1', stock: 0 },
      { sku_id: 'h2', stock: 3 },
    ]);
  });

  it('refuses SKUs of items that are not known, naming each, and stores none', async () => {
    await items({ itemId: 'known' });
    const response = await skus(
      { skuId: 'k1', itemId: 'known' },
      { skuId: 'k2', itemId: 'nowhere' },
      { skuId: 'k3', itemId: 'nor here' },
      { skuId: 'k4', itemId: 'nowhere' },
    );
    expect(response.status).toBe(400);
    expect(paths(response.body)).toEqual(['skus[1].itemId', 'skus[2].itemId', 'skus[3].itemId']);
    expect(response.body.errors[0]).toMatchObject({ code: 'unknown_item' });
    expect(await rows(`select 1 from skus where sku_id like 'k_'`)).toEqual([]);
  });

  it('refuses stock and sizes that cannot be', async () => {
    const response = await skus({ skuId: 's', itemId: 'coat', stock: -1, sizeOrder: 1.5 });
    expect(paths(response.body)).toEqual(['skus[0].sizeOrder', 'skus[0].stock']);
  });

  it('lets calls over the same rows in different orders come through', async () => {
    const ids = Array.from({ length: 200 }, (_value, index) => `shared-${index}`);
    const calls = Array.from({ length: 8 }, (_value, call) => {
      const list = ids.map((itemId) => ({ itemId, price: call }));
      return items(...(call % 2 === 0 ? list : list.reverse())).then(({ status }) => status);
    });
    expect(await Promise.all(calls)).toEqual(Array(8).fill(200));
    const prices = await rows(`select distinct price from items where item_id like 'shared-%'`);
    expect(prices).toHaveLength(1);
  });
});
