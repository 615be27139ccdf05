import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';
import type { Model } from '../../../models/recommenders/model.ts';
import { ModelRegistryStore } from '../../../services/model-registry/model-registry-store.ts';
import { createDatabaseProxy, type DatabaseProxy } from '../../helpers/database-proxy.ts';
import { eventually } from '../../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const liked = {
  userId: 'u',
  itemId: 'i1',
  type: 'like',
  occurredAt: '2026-02-28T12:00:00Z',
};

describe('without all that an answer is made from', () => {
  let proxy: DatabaseProxy;
  let service: TestService;
  beforeEach(async () => {
    proxy = await createDatabaseProxy();
    service = await createTestService({ through: (url) => proxy.url(url) });
    await insertItems(service.database, [
      { itemId: 'i1' },
      { itemId: 'i2', launchedAt: '2026-01-02T00:00:00Z' },
      { itemId: 'i3', launchedAt: '2026-01-03T00:00:00Z' },
    ]);
  });
  afterEach(async () => {
    await proxy.restore();
    await service.close();
    await proxy.cut();
  });

  const ask = () => request(service.app).get('/v1/users/u/recommendations');
  const ids = (body: { items: { itemId: string }[] }) => body.items.map(({ itemId }) => itemId);

  it('answers by popularity while there is no model, and what was bought stays out', async () => {
    await insertItems(service.database, [
      { itemId: 'hit', trend: 9 },
      { itemId: 'flop', trend: 1 },
    ]);
    await insertEvents(service.database, [{ ...liked, type: 'purchase', itemId: 'i2' }]);
    const { body } = await ask().expect(200);
    expect(body).toMatchObject({
      modelVersion: null,
      personalised: false,
      degraded: true,
      degradedReason: 'no_model',
    });
    expect(ids(body)).toEqual(['hit', 'flop', 'i3', 'i1']);
    const metrics = await request(service.app).get('/metrics');
    expect(metrics.text).toContain('recommendations_degraded_total{reason="no_model"} 1');
  });

  it('answers with the newest items while there are no features either', async () => {
    const { body } = await ask().expect(200);
    expect(body).toMatchObject({ degraded: true, degradedReason: 'no_model' });
    expect(ids(body)).toEqual(['i3', 'i2', 'i1']);
    expect(body.items[0].reasons).toEqual([{ code: 'new', text: 'new' }]);
  });

  it('says that features are missing where it would have used them', async () => {
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
    await service.services.models.refresh();
    expect((await ask()).body).toMatchObject({ degraded: true, degradedReason: 'no_features' });
    await insertEvents(service.database, [liked]);
    expect((await ask()).body).toMatchObject({ degraded: false, personalised: true });
  });

  it.each(['query', 'score', 'contributions'] as const)(
    'answers without what a model fails at: %s',
    async (method) => {
      await activateArtifact(service.database, await encodeTwoBlocks({ version: 'blocks' }));
      await service.services.models.refresh();
      await insertEvents(service.database, [liked]);
      const { model } = service.services.models.current() ?? {};
      const fail = () => {
        throw new RangeError('a fault of the model');
      };
      const query = (model as Model).query({
        items: Uint32Array.of(0),
        weights: Float32Array.of(1),
      });
      const faulty = method === 'query' ? fail : () => Object.assign(query, { [method]: fail });
      jest.spyOn(model as Model, 'query').mockImplementation(faulty);
      const { body } = await ask().expect(200);
      expect(body).toMatchObject({ degraded: true, degradedReason: 'model_error' });
      expect(ids(body).sort()).toEqual(['i1', 'i2', 'i3']);
    },
  );

  it('answers an empty shop with an empty list', async () => {
    await service.database.query('delete from items');
    const { body } = await ask().expect(200);
    expect(body.items).toEqual([]);
  });

  it('keeps the version before when one cannot be loaded, and says so', async () => {
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'good' }));
    await service.services.models.refresh();
    const store = new ModelRegistryStore(service.database);
    const bad = await encodeTwoBlocks({ version: 'bad' });
    await store.register(bad.manifest, bad.files);
    await service.database.query(
      `update model_files set bytes = set_byte(bytes, 20, 7)
       where version = 'bad' and name = 'item-neighbours.safetensors'`,
    );
    await store.activate('bad', 'good');
    await eventually(() => service.services.models.status().failed !== undefined);
    await insertEvents(service.database, [liked]);
    expect((await ask()).body).toMatchObject({ modelVersion: 'good', degraded: false });
    const ready = await request(service.app).get('/readyz').expect(200);
    expect(ready.body.model).toMatchObject({
      version: 'good',
      failed: { version: 'bad', reason: expect.stringContaining('item-neighbours.safetensors') },
    });
    const metrics = await request(service.app).get('/metrics');
    expect(metrics.text).toMatch(/model_load_failures_total [1-9]/);
    expect(metrics.text).toContain('model_loaded{version="good"} 1');
  });

  it('answers 503 when the database refuses, and answers again when it is back', async () => {
    await ask().expect(200);
    await proxy.cut();
    const { body, headers } = await ask().expect(503);
    expect(body).toMatchObject({ code: 'unavailable', status: 503 });
    expect(headers['content-type']).toContain('application/problem+json');
    expect((await request(service.app).get('/readyz')).status).toBe(503);
    await proxy.restore();
    await ask().expect(200);
  });

  it('answers 503 when the database says nothing, and answers again when it is back', async () => {
    await ask().expect(200);
    proxy.silence();
    const { body } = await ask().expect(503);
    expect(body).toMatchObject({ code: 'unavailable' });
    await proxy.restore();
    await ask().expect(200);
  });

  it('is told of new models again after the connection was lost', async () => {
    await proxy.cut();
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'later' }));
    await proxy.restore();
    await eventually(() => service.services.models.current()?.version === 'later');
  });
});

describe('a swap of models', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  it('fails no request, and once the new version has answered the old one does not', async () => {
    const items = Array.from({ length: 12 }, (_, n) => ({ itemId: `i${n}` }));
    await insertItems(service.database, items);
    await insertEvents(service.database, [liked]);
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'one' }));
    await service.services.models.refresh();
    const next = await encodeTwoBlocks({ version: 'two' });
    const answers: { status: number; version: string; begun: number; ended: number }[] = [];
    let turn = 0;
    let done = false;
    const client = async () => {
      while (!done) {
        const begun = turn++;
        const { status, body } = await request(service.app).get('/v1/users/u/recommendations');
        answers.push({ status, version: body.modelVersion, begun, ended: turn++ });
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await eventually(() => answers.length >= 20);
    await activateArtifact(service.database, next);
    await eventually(() => answers.filter(({ version }) => version === 'two').length >= 20);
    done = true;
    await Promise.all(clients);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const firstNew = Math.min(
      ...answers.filter(({ version }) => version === 'two').map(({ ended }) => ended),
    );
    const later = answers.filter(({ begun }) => begun > firstNew);
    expect(later.length).toBeGreaterThan(0);
    expect(new Set(later.map(({ version }) => version))).toEqual(new Set(['two']));
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['one', 'two']));
  });
});
