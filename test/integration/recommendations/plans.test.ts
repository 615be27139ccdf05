import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servingSettings } from '../../../services/database/serving-settings.ts';
import { catchUpSql, lookSql } from '../../../services/live/change-feed-store.ts';
import {
  categorySql,
  itemSql,
  listingSql,
  newestSql,
  popularSql,
} from '../../../services/recommendations/recommendations-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

// Enough that reading a whole table is never the cheapest way.
const fill = `
  insert into items (item_id, category_path, launched_at)
  select 'item' || n, array['women', 'leaf' || n % 40], now() - n * interval '1 minute'
  from generate_series(1, 20000) n;
  insert into skus (sku_id, item_id, size_label, stock)
  select 'sku' || n, 'item' || n / 3, 'S', n % 3 from generate_series(3, 60000) n;
  insert into item_features (item_id, trend, first_event_at, last_event_at, computed_at)
  select 'item' || n, n % 977, now(), now(), now() from generate_series(1, 20000) n;
  insert into users (user_id) select 'user' || n from generate_series(1, 20000) n;
  insert into size_charts (brand, sizes) select 'brand' || n, '[]' from generate_series(1, 2000) n;
  insert into rooms (room_id) select 'room' || n from generate_series(1, 500) n;
  insert into room_items (room_id, item_id, position)
  select 'room' || r, 'item' || (r * 31 + p) % 20000 + 1, p
  from generate_series(1, 500) r, generate_series(1, 60) p;
  select ensure_event_partitions('2026-01-01', '2026-03-31');
  insert into events (event_id, user_id, session_id, room_id, item_id, sku_id, type, occurred_at)
  select 'event' || n, case when n % 9 > 0 then 'user' || n % 2000 end, 'session' || n % 3000,
    'room' || n % 500, 'item' || n % 20000 + 1, 'sku' || n % 50000 + 3,
    (array['view', 'click', 'impression', 'purchase'])[1 + n % 4],
    timestamptz '2026-01-05 00:00Z' + n * interval '1 minute'
  from generate_series(1, 100000) n;
  analyze;`;

describe('what the request path asks the database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    for (const statement of fill.split(';\n')) await test.database.query(statement);
  });
  afterAll(() => test.drop());

  /** The nodes of the plan that is kept for a prepared statement, after running it. */
  const explained = (sql: string, parameters: string): Promise<Plan[]> =>
    test.database.transaction(async (transaction) => {
      await transaction.query('set local plan_cache_mode = force_generic_plan');
      for (const [name, value] of Object.entries(servingSettings)) {
        await transaction.query(`set local ${name} = ${value}`);
      }
      await transaction.query(`prepare asked as ${sql}`);
      const [row] = await transaction.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `explain (analyze, format json, timing off) execute asked (${parameters})`,
      );
      await transaction.query('deallocate asked');
      return flat(row?.['QUERY PLAN'][0]?.Plan);
    });
  const flat = (plan: Plan | undefined): Plan[] =>
    plan === undefined ? [] : [plan, ...(plan.Plans ?? []).flatMap(flat)];
  const indexes = (nodes: Plan[]) => new Set(nodes.flatMap((node) => node['Index Name'] ?? []));
  const scanned = (nodes: Plan[]) =>
    nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);

  const since = `'9000000', '{9000001}'`;

  it('what has changed, by the number of its transaction', async () => {
    const nodes = await explained(catchUpSql, `${since}, false`);
    expect(scanned(nodes)).toEqual([]);
    expect(indexes(nodes)).toContain('change_feed_xid_idx');
  });

  it('no size chart while none has changed, and those of a brand by its index', async () => {
    const charts = (nodes: Plan[]) =>
      nodes.filter(
        (node) => node['Relation Name'] === 'size_charts' && (node['Actual Loops'] ?? 0) > 0,
      );
    const asked = `'90000000000', '{}', false`;
    expect(charts(await explained(catchUpSql, asked))).toEqual([]);
    await test.database.query(`update size_charts set sizes = '[{}]' where brand = 'brand7'`);
    const told = charts(await explained(catchUpSql, `'0', '{}', false`));
    expect(told.map((node) => node['Index Name'])).toEqual([
      'size_charts_brand_category_path_audience_key',
    ]);
  });

  it('the viewer, by the indexes of a user’s events and purchases', async () => {
    const nodes = await explained(lookSql, `${since}, '{uuser3}', '{}', '{}', now(), false`);
    expect(scanned(nodes)).toEqual([]);
    expect(indexes(nodes)).toContain('users_pkey');
    for (const month of ['2026_01', '2026_02', '2026_03']) {
      const read = nodes.filter(
        (node) => node['Relation Name'] === `events_${month}` && (node['Actual Loops'] ?? 0) > 0,
      );
      const indexesOfMonth = new Set(read.map((node) => node['Index Name']?.replace(/\d+$/, '')));
      // The history and the purchases of the user, and of a session the index that says there is none.
      expect([...indexesOfMonth].sort()).toEqual([
        `events_${month}_session_id_occurred_at_idx`,
        `events_${month}_user_id_occurred_at_idx`,
        // As much of its name as Postgres keeps: of purchases and returns, with what is asked of them.
        `events_${month}_user_id_occurred_at_type_item_id_room_id_ord_idx`,
      ]);
      expect(new Set(read.map((node) => node['Index Name'])).size).toBe(3);
    }
  });

  it('the viewer whose switch is off, without looking at an event', async () => {
    await test.database.query(`update users set personalised = false where user_id = 'user4'`);
    const nodes = await explained(lookSql, `${since}, '{uuser4}', '{}', '{}', now(), false`);
    const events = nodes.filter((node) => node['Relation Name']?.startsWith('events_'));
    expect(events.length).toBeGreaterThan(0);
    expect(new Set(events.map((node) => node['Actual Loops']))).toEqual(new Set([0]));
  });

  it('the viewer who asked for a deletion, without looking at the months before', async () => {
    await test.database.query(
      `update users set forget_before = '2026-02-10 00:00Z' where user_id = 'user5'`,
    );
    const nodes = await explained(lookSql, `${since}, '{uuser5}', '{}', '{}', now(), false`);
    const read = nodes.filter(
      (node) => node['Index Name']?.includes('_user_id_') && (node['Actual Loops'] ?? 0) > 0,
    );
    expect(read.length).toBeGreaterThan(0);
    expect(new Set(read.map((node) => node['Relation Name']))).toEqual(
      new Set(['events_2026_02', 'events_2026_03']),
    );
    // From the index alone: no event from before is read and then thrown away.
    expect(read.map((node) => node['Rows Removed by Filter'] ?? 0)).toEqual(read.map(() => 0));
  });

  it('items and rooms, one by one', async () => {
    const nodes = await explained(
      lookSql,
      `${since}, '{}', '{item5,item6}', '{room7}', '2026-03-01 00:00Z', false`,
    );
    expect(scanned(nodes)).toEqual([]);
    expect(indexes(nodes)).toEqual(
      expect.objectContaining(new Set(['items_pkey', 'skus_item_id_idx', 'rooms_pkey'])),
    );
    const past = nodes.filter((node) => node['Index Name']?.includes('room_id_occurred_at_idx'));
    expect(past.length).toBeGreaterThan(0);
  });

  it.each([
    ['what is popular', popularSql, '40, 0', 'item_features_trend_idx'],
    ['what is new', newestSql, '40, 0, now()', 'items_launched_at_idx'],
    ['an item', itemSql, `'item7'`, 'items_pkey'],
  ])('%s, from its index and in its order', async (_, sql, parameters, index) => {
    const nodes = await explained(sql, parameters);
    expect(scanned(nodes)).toEqual([]);
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
    expect(indexes(nodes)).toEqual(new Set([index]));
  });

  it('the items of a category, from its index', async () => {
    const nodes = await explained(categorySql, `40, 0, 'leaf7', 'item7', now()`);
    expect(scanned(nodes)).toEqual([]);
    expect(indexes(nodes)).toContain('items_category_idx');
  });

  it.each([
    ['a category of the path', `array['leaf7'], null`, 'items_category_path_idx'],
    ['a brand', `null, array['brand 3']`, 'items_brand_idx'],
  ])('the items of %s, from its index', async (_, parameters, index) => {
    const nodes = await explained(listingSql, `${parameters}, now()`);
    expect(scanned(nodes)).toEqual([]);
    expect(indexes(nodes)).toContain(index);
  });
});
