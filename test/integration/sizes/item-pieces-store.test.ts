import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { servingSettings } from '../../../services/database/serving-settings.ts';
import {
  ItemPiecesStore,
  itemPiecesSql,
  manyPiecesSql,
} from '../../../services/sizes/item-pieces-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const outlived = new Date('2026-03-01T00:00:00Z');

const fill = `
  insert into users (user_id, height_cm, weight_kg, gender, birth_year, personalised, forget_before, attributes)
  values ('ann', 165, 55, 'female', 1990, true, null, '{"footCm": 24}'),
    ('off', 170, 60, 'female', 1991, false, null, '{}'),
    ('gone', 171, 61, 'female', 1992, true, '2026-02-10 00:00Z', '{}');
  select ensure_event_partitions('2026-01-01', '2026-03-31');
  insert into events (event_id, user_id, session_id, item_id, sku_id, type, reason, order_id, properties, occurred_at)
  values
    ('e1', 'ann', null, 'dress', 'dress-m', 'purchase', null, 'o1', '{"fit": "large"}', '2026-02-01 00:00Z'),
    ('e2', 'off', null, 'dress', 'dress-s', 'purchase', null, null, '{"fit": "far too long"}', '2026-02-02 00:00Z'),
    ('e3', 'gone', null, 'dress', 'dress-l', 'purchase', null, null, null, '2026-02-03 00:00Z'),
    ('e4', null, 'visit', 'dress', 'dress-l', 'purchase', null, null, null, '2026-02-04 00:00Z'),
    ('e5', 'ann', null, 'dress', 'dress-m', 'return', 'too_large', 'o1', null, '2026-03-02 00:00Z'),
    ('e6', 'ann', null, 'dress', 'dress-s', 'purchase', null, null, null, '2026-03-03 00:00Z'),
    ('e7', 'ann', null, 'dress', null, 'purchase', null, null, null, '2026-02-05 00:00Z'),
    ('e8', 'ann', null, 'dress', 'dress-m', 'view', null, null, null, '2026-02-05 00:00Z'),
    ('e9', 'ann', null, 'shoe', 'shoe-38', 'purchase', null, null, null, '2026-02-05 00:00Z');
  insert into events (event_id, user_id, item_id, sku_id, type, occurred_at)
  select 'many' || n, 'user' || n % 700, 'item' || n % 4000, 'sku' || n % 9000,
    (array['view', 'purchase', 'return', 'impression'])[1 + n % 4],
    timestamptz '2026-01-05 00:00Z' + n * interval '1 minute'
  from generate_series(1, 100000) n;
  analyze;`;

describe('what became of the pieces of an item', () => {
  let test: TestDatabase;
  let store: ItemPiecesStore;
  beforeAll(async () => {
    test = await createTestDatabase();
    for (const statement of fill.split(';\n')) await test.database.query(statement);
    store = new ItemPiecesStore(test.database);
  });
  afterAll(() => test.drop());

  it('names the line and the buyer’s profile, where the buyer lets it be used', async () => {
    const [dress, shoe, none] = await store.of(['dress', 'shoe', 'none'], outlived);
    const byTime = [...(dress?.pieces ?? [])].sort((a, b) => a.at - b.at);
    expect(byTime.map(({ account, type, skuId, said }) => [account, type, skuId, said])).toEqual([
      ['uann', 'purchase', 'dress-m', 'large'],
      ['uoff', 'purchase', 'dress-s', null],
      ['svisit', 'purchase', 'dress-l', null],
      ['uann', 'return', 'dress-m', null],
      ['uann', 'purchase', 'dress-s', null],
    ]);
    expect(byTime[0]).toMatchObject({
      at: Date.parse('2026-02-01T00:00:00Z') / 1000,
      orderId: 'o1',
      profile: { heightCm: 165, weightKg: 55, birthYear: 1990, attributes: { footCm: 24 } },
    });
    expect(byTime[1]?.profile).toBeUndefined();
    expect(byTime[2]?.profile).toBeUndefined();
    expect(byTime[3]).toMatchObject({ reason: 'too_large', orderId: 'o1' });
    expect(shoe?.pieces).toHaveLength(1);
    expect(none).toEqual({ itemId: 'none', pieces: [], completeTo: Number.POSITIVE_INFINITY });
  });

  it('keeps to the newest of an item of which very many were sold', async () => {
    await test.database.query(`
      insert into events (event_id, user_id, item_id, sku_id, type, occurred_at)
      select 'hot' || n, 'user' || n, 'hot', 'hot-m', case when n % 5 = 0 then 'return' else 'purchase' end,
        timestamptz '2026-03-05 00:00Z' - n * interval '10 minutes'
      from generate_series(1, 6000) n`);
    const [hot] = await store.of(['hot'], outlived);
    const purchases = hot?.pieces.filter(({ type }) => type === 'purchase') ?? [];
    const limit = outlived.getTime() / 1000;
    expect(purchases.filter(({ at }) => at <= limit)).toHaveLength(2000);
    expect(purchases.filter(({ at }) => at > limit).length).toBeLessThanOrEqual(500);
    expect(hot?.pieces.filter(({ type }) => type === 'return')).toHaveLength(1200);
  });

  it.each([
    ['at once', itemPiecesSql, `'{item7,item8}'`],
    ['by kind', manyPiecesSql, `'{item7,item8}', '2026-02-01 00:00Z'`],
  ])('reads the pieces %s from the index of the item’s orders', async (_, sql, parameters) => {
    const nodes = await test.database.transaction(async (transaction) => {
      await transaction.query('set local plan_cache_mode = force_generic_plan');
      for (const [name, value] of Object.entries(servingSettings)) {
        await transaction.query(`set local ${name} = ${value}`);
      }
      await transaction.query(`prepare asked as ${sql}`);
      const rows = await transaction.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, timing off) execute asked (${parameters})`,
      );
      await transaction.query('deallocate asked');
      return rows.map((row) => row['QUERY PLAN']);
    });
    const scans = nodes.filter((line) => /Scan/.test(line) && /events_/.test(line));
    expect(scans.length).toBeGreaterThan(0);
    expect(scans.filter((line) => !/item_id_occurred_at/.test(line))).toEqual([]);
    expect(nodes.some((line) => /Seq Scan/.test(line))).toBe(false);
  });
});
