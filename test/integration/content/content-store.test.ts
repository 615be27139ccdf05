import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContentStore, noSnapshot, writtenSql } from '../../../services/content/content-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

describe('the items that were written since', () => {
  let test: TestDatabase;
  let store: ContentStore;
  beforeAll(async () => {
    test = await createTestDatabase();
    store = new ContentStore(test.database);
  });
  afterAll(() => test.drop());

  const ids = async (since: string, most = 100) => {
    const { items, through } = await store.written(since, most);
    return { ids: items.map(({ itemId }) => itemId), through };
  };

  it('are those of transactions that the last look did not see, and each once', async () => {
    const { through: before } = await ids(noSnapshot);
    await test.database.query(
      `insert into items (item_id, category_path, title, price, attributes)
       values ('a', '{dress}', 'A', 10.5, '{"k": 1}')`,
    );
    await test.database.query(
      `insert into skus (sku_id, item_id, colour) values ('1', 'a', 'red'), ('2', 'a', 'blue')`,
    );
    const { items, through } = await store.written(before, 100);
    expect(items).toEqual([
      {
        itemId: 'a',
        content: {
          categoryPath: ['dress'],
          brand: null,
          title: 'A',
          price: 10.5,
          colours: ['blue', 'red'],
          attributes: { k: 1 },
        },
      },
    ]);
    expect((await ids(through)).ids).toEqual([]);
    await test.database.query(`update items set title = 'B' where item_id = 'a'`);
    expect((await ids(through)).ids).toEqual(['a']);
  });

  it('have one whose transaction began before a look and ended after it', async () => {
    const { through: start } = await ids(noSnapshot);
    let during = '';
    await test.database.transaction(async (transaction) => {
      await transaction.query(`insert into items (item_id) values ('slow')`);
      await test.database.query(`insert into items (item_id) values ('quick')`);
      const look = await ids(start);
      expect(look.ids).toEqual(['quick']);
      during = look.through;
    });
    expect((await ids(during)).ids).toEqual(['slow']);
  });

  it('are the last ones where there are more than wanted', async () => {
    const { through } = await ids(noSnapshot);
    for (const id of ['x', 'y', 'z']) {
      await test.database.query(`insert into items (item_id) values ('${id}')`);
    }
    expect((await ids(through, 2)).ids).toEqual(['z', 'y']);
  });

  it('are not found again and again where they come from another cluster, ahead in its ids', async () => {
    const { database } = test;
    await database.query(`insert into items (item_id) values ('ahead')`);
    await database.query('alter table items disable trigger items_written');
    await database.query(
      `update items set written_xid = '4000000000000'::xid8 where item_id = 'ahead'`,
    );
    await database.query('alter table items enable trigger items_written');
    const first = await ids(noSnapshot);
    expect(first.ids[0]).toBe('ahead');
    expect((await ids(first.through)).ids).toEqual([]);
    await database.query(`update items set title = 'touched' where item_id = 'ahead'`);
    expect((await ids(first.through)).ids).toEqual(['ahead']);
  });

  it('are found by their index', async () => {
    const { database } = test;
    await database.query(
      `insert into items (item_id) select 'many' || n from generate_series(1, 20000) n`,
    );
    await database.query('analyze items');
    const { through } = await ids(noSnapshot, 1);
    await database.query(`insert into items (item_id) values ('last')`);
    const plan = await database.transaction(async (transaction) => {
      await transaction.query('set local plan_cache_mode = force_generic_plan');
      await transaction.query(`prepare look as ${writtenSql}`);
      const rows = await transaction.query<Record<string, unknown>>(
        `explain (analyze, format json, timing off) execute look ('${through}', 1000, false)`,
      );
      await transaction.query('deallocate look');
      return JSON.stringify(rows);
    });
    expect(plan).toContain('items_written_xid_idx');
    expect(plan).not.toContain('Seq Scan","Relation Name":"items"');
    expect(plan).not.toMatch(/"Node Type":"Seq Scan"/);
  });
});
