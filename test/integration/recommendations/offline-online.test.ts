import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { rowOf } from '../../../models/dataset/sparse-matrix.ts';
import { createHybridTrainer } from '../../../models/recommenders/hybrid.ts';
import type { Model } from '../../../models/recommenders/model.ts';
import { SplitIds } from '../../../services/training-data/split-ids.ts';
import {
  readTimeSplit,
  type TimeSplitData,
} from '../../../services/training-data/time-split-reader.ts';
import { activateArtifact, encodeModel } from '../../helpers/published-model.ts';
import { insertEvents, insertItems, type ShopEvent } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

// Ages count by the hour online: on the hour, both sides are of the same moment.
const now = new Date('2026-03-01T12:00:00Z');
const items = 60;
const users = 40;
const types = ['view', 'view', 'click', 'click', 'like', 'cart', 'comment', 'purchase'];

/** Forty users, each with a taste for one third of the items, over a hundred days. */
function behaviour(): ShopEvent[] {
  const random = seededRandom(11);
  return Array.from({ length: 1200 }, () => {
    const user = Math.floor(random() * users);
    const taste = random() < 0.7 ? user % 3 : Math.floor(random() * 3);
    const type = types[Math.floor(random() * types.length)] ?? 'view';
    return {
      userId: `u${user}`,
      itemId: `i${taste * 20 + Math.floor(20 * random() ** 2)}`,
      type,
      ...(type === 'view' && { value: Math.floor(random() * 20_000) }),
      occurredAt: new Date(now.getTime() - 1000 - random() * 100 * 86_400_000).toISOString(),
    };
  });
}

describe('the same user at the same moment', () => {
  let service: TestService;
  let model: Model;
  let offline: TimeSplitData;
  const ids = new SplitIds();
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    const catalogue = Array.from({ length: items }, (_, n) => ({ itemId: `i${n}` }));
    await insertItems(service.database, catalogue);
    await insertEvents(service.database, behaviour());
    offline = await service.database.transaction(
      (transaction) => readTimeSplit(transaction, { at: now.getTime(), until: now.getTime() }, ids),
      'repeatable read',
    );
    const trainer = createHybridTrainer({
      als: { dimensions: 8 },
      spectral: { dimensions: 6 },
      weights: { slim: 1, als: 1, spectral: 0.5, 'user-neighbours': 0.25, 'item-neighbours': 0.5 },
    });
    const dataset = { users: ids.users, items: ids.items, interactions: offline.interactions };
    model = await trainer.fit(dataset, { seed: 1 });
    await activateArtifact(service.database, encodeModel(model, ids.items));
    await service.services.models.refresh();
  });
  afterAll(() => service.close());

  it('is scored the same offline and online', async () => {
    let compared = 0;
    for (let user = 0; user < users; user++) {
      const answer = await request(service.app)
        .get(`/v1/users/u${user}/recommendations`)
        .query({ limit: 100 })
        .expect(200);
      const { indices, values } = rowOf(offline.interactions, ids.userIndex(`u${user}`));
      const scores = new Float32Array(model.itemCount);
      model.query({ items: indices, weights: values }).score(scores);
      for (const { itemId, score, source } of answer.body.items) {
        if (source !== 'hybrid') continue;
        const expected = scores[ids.items.indexOf(itemId) ?? -1] ?? Number.NaN;
        expect(Math.abs(score - expected)).toBeLessThan(1e-4);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(users * 30);
  });
});
