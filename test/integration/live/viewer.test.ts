import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChangeFeedStore } from '../../../services/live/change-feed-store.ts';
import { userKey } from '../../../services/live/live-rows.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { makePartitions } from '../../helpers/test-events.ts';

describe('the viewer in the database', () => {
  let test: TestDatabase;
  let store: ChangeFeedStore;
  const viewer = async (userId: string) => {
    const wanted = { viewers: [userKey(userId)], items: [], rooms: [] };
    const { viewers } = await store.look(undefined, wanted, new Date());
    const [found] = viewers;
    if (found === undefined) throw new Error('no row of the viewer');
    return found;
  };
  beforeEach(async () => {
    test = await createTestDatabase();
    store = new ChangeFeedStore(test.database);
    await makePartitions(test.database, '2026-01-01T00:00:00Z', '2026-01-31T00:00:00Z');
  });
  afterEach(() => test.drop());

  it('comes newest first also where the planner joins by hashing', async () => {
    const { database } = test;
    await database.query(
      `insert into items (item_id, title) select 'i' || n, 't' from generate_series(1, 1500) n`,
    );
    await database.query(
      `insert into events (event_id, user_id, item_id, sku_id, type, occurred_at)
       select 'e' || u || '-' || n, 'u' || u, 'i' || (n * 7919 % 1500 + 1), 's' || n, 'purchase',
         timestamptz '2026-01-01' + n * interval '1 minute'
       from generate_series(1, 20) u, generate_series(1, 300) n`,
    );
    await database.query('analyze');
    const { events, orders } = await viewer('u5');
    const newestFirst = Array.from(
      { length: 300 },
      (_, n) => `i${(((300 - n) * 7919) % 1500) + 1}`,
    );
    expect(orders.map(({ itemId }) => itemId)).toEqual(newestFirst);
    expect(events.map(({ itemId }) => itemId)).toEqual(newestFirst.slice(0, 200));
  });

  it('has a return after the purchase of the same moment, in whatever order they were stored', async () => {
    await test.database.query(
      `insert into events (event_id, user_id, item_id, type, occurred_at) values
         ('a', 'u', 'i', 'purchase', '2026-01-05'), ('b', 'u', 'i', 'return', '2026-01-05'),
         ('c', 'v', 'i', 'return', '2026-01-05'), ('d', 'v', 'i', 'purchase', '2026-01-05')`,
    );
    for (const user of ['u', 'v']) {
      const { orders } = await viewer(user);
      expect(orders.map(({ type }) => type)).toEqual(['return', 'purchase']);
    }
  });
});
