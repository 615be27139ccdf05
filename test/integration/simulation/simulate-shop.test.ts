import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulateShop } from '../../../scripts/simulation/simulate-shop.ts';
import { UsageError } from '../../../services/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const until = new Date('2026-05-01T00:00:00Z');
const small = { users: 200, items: 40, rooms: 2, days: 20, seed: 3, until };

describe('simulateShop', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  const wrong = async (sql: string) => (await test.database.query(sql)).length;

  it('writes a shop whose parts belong together', async () => {
    const size = await simulateShop(test.database, small);
    expect(size).toMatchObject({ users: 200, items: 40, rooms: 2 });
    expect(size.events).toBeGreaterThan(1000);
    const [counts] = await test.database.query(
      `select (select count(*) from users) as users, (select count(*) from skus) as skus,
         (select count(*) from events) as events, (select count(*) from event_keys) as ids`,
    );
    expect(counts).toEqual({
      users: 200,
      skus: size.skus,
      events: size.events,
      ids: size.events,
    });
    const first = await test.database.query(
      `select user_id, null as size_label from users where user_id = 'user-00042'
       union all select item_id, null from items where item_id = 'item-0007'
       union all (select sku_id, size_label from skus where item_id = 'item-0007' limit 1)`,
    );
    expect(first).toHaveLength(3);
    expect(
      await wrong(`select from skus s join items i using (item_id)
      where s.sku_id not like i.item_id || '-' || s.size_label || '-' || s.colour`),
    ).toBe(0);
    expect(
      await wrong(`select item_id from skus group by item_id
      having count(distinct size_label) not between 7 and 21`),
    ).toBe(0);
  });

  it('lets people do things in an order that makes sense', async () => {
    await simulateShop(test.database, small);
    expect(
      await wrong(`select from events v where v.type <> 'impression' and item_id is not null
      and v.type <> 'return' and not exists (select from events i where i.type = 'impression'
        and i.session_id = v.session_id and i.item_id = v.item_id
        and i.occurred_at <= v.occurred_at)`),
    ).toBe(0);
    expect(
      await wrong(`select from events r where r.type = 'return' and not exists (
      select from events p where p.type = 'purchase' and p.order_id = r.order_id
        and p.sku_id = r.sku_id and p.occurred_at < r.occurred_at - interval '1 day')`),
    ).toBe(0);
    expect(
      await wrong(`select from events e left join items i using (item_id)
      where e.occurred_at > '${until.toISOString()}'
        or e.occurred_at < '${until.toISOString()}'::timestamptz - interval '20 days'
        or e.occurred_at < i.launched_at or i.hidden`),
    ).toBe(0);
    expect(
      await wrong(`select from events e where e.sku_id is not null and not exists (
      select from skus s where s.sku_id = e.sku_id and s.item_id = e.item_id)`),
    ).toBe(0);
    const [funnel] = await test.database.query<Record<string, number>>(
      `select count(*) filter (where type = 'impression') as shown,
         count(*) filter (where type = 'click') as clicked,
         count(*) filter (where type = 'cart') as carted,
         count(*) filter (where type = 'purchase') as bought from events`,
    );
    const { shown = 0, clicked = 0, carted = 0, bought = 0 } = funnel ?? {};
    expect(clicked).toBeLessThan(shown / 2);
    expect(carted).toBeLessThan(clicked / 2);
    expect(bought).toBeLessThan(carted);
    expect(bought).toBeGreaterThan(0);
  });

  it('writes the same shop for the same seed and end, and another one for another seed', async () => {
    const other = await createTestDatabase();
    try {
      await simulateShop(test.database, small);
      await simulateShop(other.database, small);
      expect(await digest(other)).toEqual(await digest(test));
      await other.database.query('truncate users, items, rooms, events, event_keys cascade');
      await simulateShop(other.database, { ...small, seed: 4 });
      expect(await digest(other)).not.toEqual(await digest(test));
    } finally {
      await other.drop();
    }
  });

  it('refuses a database that has items, unless it is told to go on', async () => {
    await test.database.query(`insert into items (item_id) values ('mine')`);
    const tiny = { ...small, users: 10, items: 5, days: 2 };
    await expect(simulateShop(test.database, tiny)).rejects.toThrow(
      'the database has 0 users and 1 items',
    );
    await simulateShop(test.database, { ...tiny, force: true });
    const [items] = await test.database.query('select count(*) from items');
    expect(items).toEqual({ count: 6 });
    const again = simulateShop(test.database, { ...tiny, force: true });
    await expect(again).rejects.toThrow(UsageError);
    await expect(again).rejects.toThrow('rows of a simulated shop already');
  });

  it('writes nothing when it fails in the middle', async () => {
    const failing = simulateShop(test.database, small, ({ day }) => {
      if (day === 5) throw new Error('interrupted');
    });
    await expect(failing).rejects.toThrow('interrupted');
    const [counts] = await test.database.query(
      `select (select count(*) from users) as users, (select count(*) from events) as events`,
    );
    expect(counts).toEqual({ users: 0, events: 0 });
  });
});

/** Of everything but when it was written. */
function digest({ database }: TestDatabase): Promise<unknown[]> {
  return database.query(
    `select
       (select md5(string_agg(to_jsonb(u)::text, '' order by user_id)) from
         (select (to_jsonb(users) - 'created_at' - 'updated_at') as u, user_id from users) as t) as users,
       (select md5(string_agg(i::text, '' order by item_id)) from
         (select (to_jsonb(items) - '{created_at,updated_at,written_xid}'::text[]) as i, item_id from items) as t) as items,
       (select md5(string_agg(sku_id || stock, '' order by sku_id)) from skus) as skus,
       (select md5(string_agg((to_jsonb(events) - 'ingest_xid')::text, '' order by event_id))
         from events) as events`,
  );
}
