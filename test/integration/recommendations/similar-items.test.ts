import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');
const dresses = ['women', 'dresses'];

describe('similar items', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(service.database, [
      { itemId: 'i1', category: dresses },
      { itemId: 'i2', skus: [{ skuId: 'i2-s', size: 'S', stock: 2, price: 9.5 }] },
      { itemId: 'i3' },
      { itemId: 'i0', hidden: true },
      { itemId: 'i4', launchedAt: '2026-03-02T00:00:00Z' },
      { itemId: 'i5', skus: [{ skuId: 'i5-m', stock: 0 }] },
      { itemId: 'i7', category: ['men', 'dresses'], trend: 100 },
      { itemId: 'new', category: dresses },
      { itemId: 'known-dress', category: dresses, trend: 3 },
      { itemId: 'best-dress', category: dresses, trend: 4 },
      { itemId: 'no-dress-left', category: dresses, trend: 5, skus: [{ skuId: 'n', stock: 0 }] },
      { itemId: 'hidden-dress', category: dresses, trend: 6, hidden: true },
      { itemId: 'bare' },
    ]);
  });
  afterAll(() => service.close());

  const similar = (itemId: string, query = '') =>
    request(service.app).get(`/v1/items/${itemId}/similar${query}`);
  const listed = (body: { items: { itemId: string; source: string }[] }) =>
    body.items.map(({ itemId, source }) => `${itemId} ${source}`);

  it('are popular ones of the very category while there is no model', async () => {
    const { body } = await similar('new').expect(200);
    expect(body).toMatchObject({ modelVersion: null, degraded: true, degradedReason: 'no_model' });
    expect(listed(body)).toEqual(['best-dress category', 'known-dress category', 'i1 category']);
  });

  it('are the nearest in the model that can be bought, then those of the category', async () => {
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
    await service.services.models.refresh();
    const { body } = await similar('i1').expect(200);
    expect(body).toMatchObject({ itemId: 'i1', modelVersion: 'blocks', degraded: false });
    expect(listed(body).slice(0, 2).sort()).toEqual(['i2 item-neighbours', 'i3 item-neighbours']);
    expect(listed(body).slice(2)).toEqual([
      'best-dress category',
      'known-dress category',
      'new category',
    ]);
    expect(body.items.find(({ itemId }: { itemId: string }) => itemId === 'i2')).toMatchObject({
      skuId: 'i2-s',
      size: { label: 'S' },
      price: 9.5,
    });
  });

  it('of an item that the model does not know are those of its category, degraded', async () => {
    const { body } = await similar('new').expect(200);
    expect(body).toMatchObject({ degraded: true, degradedReason: 'item_not_in_model' });
    expect(listed(body)).toEqual(['best-dress category', 'known-dress category', 'i1 category']);
  });

  it('of an item that cannot be bought itself are found all the same', async () => {
    const { body } = await similar('i0').expect(200);
    expect(listed(body).length).toBeGreaterThan(0);
  });

  it('are none for an item without category that the model does not know', async () => {
    const { body } = await similar('bare').expect(200);
    expect(body.items).toEqual([]);
  });

  it('stop at the limit', async () => {
    const { body } = await similar('i1', '?limit=1').expect(200);
    expect(body.items).toHaveLength(1);
    await similar('i1', '?limit=201').expect(400);
  });

  it('of an item that is not in the catalogue are not found', async () => {
    const { body } = await similar('nothing').expect(404);
    expect(body).toMatchObject({ code: 'not_found' });
  });
});
