import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { SizeMetrics } from '../../../models/artifact/manifest.ts';
import type { SizeModel } from '../../../models/sizing/size-model.ts';
import { ModelRegistryStore } from '../../../services/model-registry/model-registry-store.ts';
import { SizeModelPublisher } from '../../../services/model-registry/size-model-publisher.ts';
import { decodeServingSizes } from '../../../services/sizes/decode-serving-sizes.ts';
import { eventually } from '../../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { activateSizes, encodeSizes, plantedSizeModel } from '../../helpers/published-sizes.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

function measured(logLoss: number, day = 20): SizeMetrics {
  const cutoff = `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  const fingerprint = String(day).padStart(2, '0').repeat(32);
  return {
    split: { kind: 'time', cutoff, testDays: 7, fingerprint, users: 10, interactions: 20 },
    fit: { logLoss, auc: 0.7, calibrationError: 0.01 },
    choice: { pieces: 15, logLoss: 1, exact: 0.5, withinOne: 0.8 },
  };
}

describe('publishing a model of sizes', () => {
  let service: TestService;
  let model: SizeModel;
  beforeAll(() => {
    model = plantedSizeModel();
  });
  beforeEach(async () => {
    service = await createTestService();
  });
  afterEach(() => service.close());

  const publisher = (
    measure: () => Promise<SizeMetrics | undefined> = async () => undefined,
    measureChart: () => Promise<SizeMetrics | undefined> = async () => undefined,
  ) =>
    new SizeModelPublisher({
      store: new ModelRegistryStore(service.database, 'sizes'),
      check: decodeServingSizes,
      ...{ measure, measureChart },
    });
  const artifact = (version: string, sizeMetrics?: SizeMetrics, to?: string) =>
    encodeSizes(model, { version, ...(sizeMetrics && { sizeMetrics }), ...(to && { to }) });
  const publish = (
    { manifest, files }: ReturnType<typeof artifact>,
    measure?: () => Promise<SizeMetrics | undefined>,
  ) => publisher(measure).publish(manifest, files);

  it('is active beside a model of recommendations, and each is rolled back by itself', async () => {
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'r1' }));
    await activateArtifact(service.database, await encodeTwoBlocks({ version: 'r2' }));
    expect(await publish(artifact('s1', measured(0.7)))).toMatchObject({ replaced: undefined });
    expect(await publish(artifact('s2', measured(0.6)))).toMatchObject({
      replaced: 's1',
      comparison: { metric: 'log loss of size and fit', candidate: 1.6, active: 1.7 },
    });
    const { body } = await request(service.app).get('/v1/models').expect(200);
    const active = body.versions.filter((version: { active: boolean }) => version.active);
    expect(active.map(({ version, family }: Record<string, string>) => [version, family])).toEqual([
      ['s2', 'sizes'],
      ['r2', 'recommendations'],
    ]);
    expect(active[0].sizeMetrics).toEqual(measured(0.6));
    expect(await publisher().rollback()).toEqual({ from: 's2', to: 's1' });
    await expect(publisher().rollback()).rejects.toThrow('no model was active before s1');
    expect(await new ModelRegistryStore(service.database).activeVersion()).toBe('r2');
  });

  it('refuses one that is worse, and leaves what was active', async () => {
    await publish(artifact('s1', measured(0.6)));
    await expect(publish(artifact('s2', measured(0.7)))).rejects.toThrow(
      's2 is not activated: it is worse on the same split: log loss of size and fit 1.7000, the active s1 has 1.6000',
    );
    const worse = artifact('s2', measured(0.7));
    const forced = await publisher().publish(worse.manifest, worse.files, { force: true });
    expect(forced).toMatchObject({ version: 's2', replaced: 's1' });
  });

  it('refuses a first one that is worse than the size chart', async () => {
    const { manifest, files } = artifact('s1', measured(0.7));
    const chart = async () => measured(0.5);
    await expect(publisher(undefined, chart).publish(manifest, files)).rejects.toThrow(
      'worse on the same split: log loss of size and fit 1.7000, the size chart has 1.5000',
    );
    const worseChart = async () => measured(0.8);
    expect(await publisher(undefined, worseChart).publish(manifest, files)).toMatchObject({
      replaced: undefined,
      comparison: { candidate: 1.7, active: 1.8 },
    });
  });

  it('measures the active one on the split of the candidate, where that is fair', async () => {
    await publish(artifact('s1', measured(0.6, 10), '2026-03-10T00:00:00.000Z'));
    const anew = async () => measured(0.8);
    expect(await publish(artifact('s2', measured(0.7)), anew)).toMatchObject({
      comparison: { candidate: 1.7, active: 1.8, measuredAnew: true },
    });
    await publisher().rollback();
    await expect(publish(artifact('s3', measured(0.7)))).rejects.toThrow('have changed since');
    // The active one has learnt from what the other was measured on.
    const later = measured(0.1, 9);
    await expect(publish(artifact('s4', later), anew)).rejects.toThrow('has learnt from events');
    await expect(publish(artifact('s5'))).rejects.toThrow('s5 has not been measured');
  });

  it('refuses what is not a model of sizes, and a broken one', async () => {
    const other = await encodeTwoBlocks({ version: 'r1' });
    await expect(publisher().publish(other.manifest, other.files)).rejects.toThrow('not of sizes');
    const { manifest, files } = artifact('s1');
    const broken = new Map(files).set('sizes.safetensors', new Uint8Array(8));
    await expect(publisher().publish(manifest, broken)).rejects.toThrow('sizes.safetensors');
    await expect(
      new ModelRegistryStore(service.database).activate('r1', undefined),
    ).rejects.toThrow('not registered');
  });

  it('answers by the version that is active, from when it is activated on', async () => {
    const skus = ['XS', 'S', 'M', 'L', 'XL', 'XXL'].map((size, order) => {
      return { skuId: `top-${size}`, size, order, stock: 5 };
    });
    await insertItems(service.database, [{ itemId: 'top', category: ['women', 'shirt'], skus }]);
    const measurements = { heightCm: 166, weightKg: 60 };
    const ask = async () => {
      const query = { queries: [{ itemId: 'top', measurements }] };
      const answer = await request(service.app).post('/v1/size-suggestions').send(query);
      return answer.body.suggestions[0];
    };
    expect((await ask()).modelVersion).toBeNull();
    await activateSizes(service.database, artifact('s1'));
    await eventually(() => service.services.sizeModels.current()?.version === 's1');
    const suggestion = await ask();
    expect(suggestion.modelVersion).toBe('s1');
    const sum = (key: string) =>
      suggestion.distribution.reduce((all: number, size: Record<string, number>) => {
        return all + (size[key] ?? 0);
      }, 0);
    expect(sum('pChosen')).toBeCloseTo(1, 9);
    expect(sum('pSmall') + sum('pFit') + sum('pLarge')).toBeCloseTo(6, 9);
    const ready = await request(service.app).get('/readyz').expect(200);
    expect(ready.body.sizeModel).toEqual({ version: 's1' });
  });
});
