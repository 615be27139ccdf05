import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceClient } from '../../../scripts/simulation/client/service-client.ts';
import { drive } from '../../../scripts/simulation/drive/drive.ts';
import { skuId } from '../../../scripts/simulation/funnel.ts';
import { simulateShop } from '../../../scripts/simulation/simulate-shop.ts';
import { makeWorld } from '../../../scripts/simulation/world.ts';
import { listen, type RunningServer } from '../../../services/server.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const enough = 60;

describe('drive against the service', () => {
  let test: TestService;
  let server: RunningServer;
  beforeAll(async () => {
    test = await createTestService();
    server = await listen(test.app, '127.0.0.1', 0);
  });
  afterAll(async () => {
    await server.stop(1000);
    await test.close();
  });

  it('leaves the service with the events and the stock of what happened', async () => {
    const run = Date.now();
    const options = {
      ...{ users: 400, items: 60, rooms: 3, days: 30, seed: 4 },
      until: new Date(run),
    };
    await simulateShop(test.database, options);
    const world = makeWorld(options);
    const stopping = new AbortController();
    let questions = 0;
    const client = new ServiceClient(server.url, 8, () => {
      questions++;
      if (questions >= enough) stopping.abort();
    });
    expect([await client.knows('item-0001'), await client.knows('mine')]).toEqual([true, false]);
    const report = await drive({
      ...{ world, client, run, rate: 1000, seconds: 600, concurrency: 8 },
      ...{ speed: 1_000_000, pinSeconds: 600, signal: stopping.signal },
    });
    client.close();
    expect(report).toMatchObject({ failures: 0, soldOutShown: 0, questions });
    const posted = Object.values(report.events).reduce((sum, count) => sum + count, 0);
    const [stored] = await test.database.query(
      `select count(*) as count from events where event_id like 'drive-%'`,
    );
    expect(stored).toEqual({ count: posted });
    const levels = await test.database.query<{ skuId: string; stock: number }>(
      'select sku_id as "skuId", stock from skus',
    );
    const stock = new Map(levels.map((level) => [level.skuId, level.stock]));
    for (const [at, item] of world.items.entries()) {
      for (const size of item.sizes.labels.keys()) {
        for (const colour of item.colours.keys()) {
          expect(stock.get(skuId(item, size, colour))).toBe(world.stock.of(at, size, colour));
        }
      }
    }
    const pins = await test.database.query(
      `select from rooms where pinned_item_id is not null and pinned_at is not null`,
    );
    expect(pins).toHaveLength(3);
  });
});
