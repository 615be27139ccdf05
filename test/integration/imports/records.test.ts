import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';

const lines = (...objects: readonly object[]) =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('');

describe('importing our own formats', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await createImportBench();
  });
  afterAll(() => bench.close());

  const rows = (sql: string) => bench.database.query<Record<string, unknown>>(sql);

  it('reads items from NDJSON and from CSV alike', async () => {
    const ndjson = await bench.file(
      'items.ndjson',
      lines({
        itemId: 'n1',
        categoryPath: ['Women', 'Dresses'],
        title: 'Linen "wrap" dress,\tred\\blue',
        price: 59.9,
        attributes: { colour: 'red', lengths: ['midi'], sleeves: 2 },
        launchedAt: '2026-01-01T00:00:00+08:00',
      }),
    );
    const csv = await bench.file(
      'items.csv.gz',
      '\uFEFFitemId,categoryPath,title,price,attributes,attributes.colour,launchedAt,hidden\r\n' +
        'c1,Women > Dresses,"Linen ""wrap"" dress,\tred\\blue",59.9,"{""lengths"":[""midi""],""sleeves"":2}",red,2026-01-01T00:00:00+08:00,\r\n' +
        'c2,"[""A > B""]",,,,,,true\r\n',
    );
    const report = await bench.run('items', [ndjson, csv]);
    expect(report.tables.items).toEqual({ inserted: 3, updated: 0, unchanged: 0 });
    const found = await rows(
      `select item_id, category_path, title, price, attributes, hidden,
         case when isfinite(launched_at) then launched_at end as launched
       from items order by item_id`,
    );
    const dress = {
      category_path: ['Women', 'Dresses'],
      title: 'Linen "wrap" dress,\tred\\blue',
      price: 59.9,
      attributes: { colour: 'red', lengths: ['midi'], sleeves: 2 },
      hidden: false,
      launched: new Date('2025-12-31T16:00:00Z'),
    };
    expect(found).toEqual([
      { item_id: 'c1', ...dress },
      {
        item_id: 'c2',
        category_path: ['A > B'],
        title: '',
        price: null,
        attributes: {},
        hidden: true,
        launched: null,
      },
      { item_id: 'n1', ...dress },
    ]);
  });

  it('replaces what is there, and says what was new, different and just so', async () => {
    const first = lines({ itemId: 'r1', title: 'a' }, { itemId: 'r2', title: 'b', brand: 'X' });
    await bench.run('items', [await bench.file('first.ndjson', first)]);
    const second = lines(
      { itemId: 'r1', title: 'a' },
      { itemId: 'r2', title: 'b' },
      { itemId: 'r3' },
    );
    const report = await bench.run('items', [await bench.file('second.ndjson', second)]);
    expect(report.tables.items).toEqual({ inserted: 1, updated: 1, unchanged: 1 });
    expect(await rows(`select brand from items where item_id = 'r2'`)).toEqual([{ brand: null }]);
  });

  it('keeps the switches of users where the file says nothing of them', async () => {
    const path = await bench.file('users.csv', 'userId,heightCm,personalised\nu1,170,\nu2,,\n');
    await bench.run('users', [path]);
    await bench.database.query(
      `update users set personalised = false, marketing_consent = true where user_id = 'u1'`,
    );
    const again = await bench.file(
      'again.csv',
      'userId,heightCm,personalised\nu1,171,\nu2,,false\nu3,,false\n',
    );
    const report = await bench.run('users', [again]);
    expect(report.tables.users).toEqual({ inserted: 1, updated: 2, unchanged: 0 });
    expect(
      await rows(
        `select user_id, height_cm, personalised, marketing_consent from users order by 1`,
      ),
    ).toEqual([
      { user_id: 'u1', height_cm: 171, personalised: false, marketing_consent: true },
      { user_id: 'u2', height_cm: null, personalised: false, marketing_consent: false },
      { user_id: 'u3', height_cm: null, personalised: false, marketing_consent: false },
    ]);
    const third = await bench.run('users', [again]);
    expect(third.tables.users).toEqual({ inserted: 0, updated: 0, unchanged: 3 });
  });

  it('rejects SKUs of items that are not there, and ids that stand there twice', async () => {
    await bench.run('items', [await bench.file('one.ndjson', lines({ itemId: 's1' }))]);
    const path = await bench.file(
      'skus.csv',
      'skuId,itemId,stock\ns1-m,s1,5\nzz-m,zz,1\ns1-l,s1,2\ns1-m,s1,6\n',
    );
    const report = await bench.run('skus', [path], { maxRejects: 2 });
    expect(report.tables.skus.inserted).toBe(2);
    expect(await bench.rejects()).toEqual([
      { file: path, line: 5, reason: `the same skuId "s1-m" as ${path}:2`, raw: 's1-m,s1,6' },
      {
        file: path,
        line: 3,
        reason: 'there is no item "zz"; import items before their SKUs',
        raw: 'zz-m,zz,1',
      },
    ]);
    expect(await rows(`select stock from skus where sku_id = 's1-m'`)).toEqual([{ stock: 5 }]);
  });

  const event = (eventId: string, more: object = {}) => ({
    eventId,
    userId: 'u1',
    itemId: 'i1',
    type: 'view',
    occurredAt: '2026-02-03T04:05:06Z',
    ...more,
  });

  it('writes events into partitions of their months and counts each once', async () => {
    const path = await bench.file(
      'events.ndjson',
      lines(
        event('e1', { value: 1200, properties: { from: 'shelf\\1' } }),
        event('e2', { occurredAt: '2001-12-31T23:59:59-01:00', type: 'purchase', unitPrice: 9.5 }),
        event('e1', { value: 1 }),
      ),
    );
    const report = await bench.run('events', [path]);
    expect(report.tables.events).toEqual({ inserted: 2, updated: 0, unchanged: 1 });
    expect(
      await rows(
        `select event_id, tableoid::regclass::text as partition, value, quantity, unit_price, properties
         from events order by event_id`,
      ),
    ).toEqual([
      {
        event_id: 'e1',
        partition: 'events_2026_02',
        value: 1200,
        quantity: null,
        unit_price: null,
        properties: { from: 'shelf\\1' },
      },
      {
        event_id: 'e2',
        partition: 'events_2002_01',
        value: null,
        quantity: 1,
        unit_price: 9.5,
        properties: null,
      },
    ]);
    const more = await bench.file(
      'more.csv',
      [
        'eventId,userId,itemId,type,occurredAt,properties.from',
        'e1,u1,i1,view,2026-02-03T04:05:06Z,',
        'e3,u1,i1,click,2026-02-03T04:05:06Z,shelf',
        '',
      ].join('\n'),
    );
    expect((await bench.run('events', [more])).tables.events).toMatchObject({
      inserted: 1,
      unchanged: 1,
    });
    expect(await rows(`select properties from events where event_id = 'e3'`)).toEqual([
      { properties: { from: 'shelf' } },
    ]);
  });

  it('checks rows as the API does', async () => {
    const path = await bench.file(
      'bad.ndjson',
      `${lines(event('b1', { type: 'gaze' }), event('b2', { occurredAt: '2026-06-03T00:00:00Z' }), event('b3', { colour: 'red' }))}{"eventId":\n`,
    );
    await expect(bench.run('events', [path], { maxRejects: 3 })).rejects.toThrow(/4 bad lines/);
    const rejects = await bench.rejects();
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [1, expect.stringContaining('type: expected one of impression')],
      [2, expect.stringContaining('occurredAt: expected a time not more than a day ahead')],
      [3, 'colour: unknown field'],
      [4, expect.stringContaining('is not JSON')],
    ]);
  });

  it('refuses a header with columns that are not of the format', async () => {
    const path = await bench.file('header.csv', 'itemid,titel\nx,y\n');
    await expect(bench.run('items', [path])).rejects.toThrow(
      `${path}:1: wrong header: unknown "itemid", unknown "titel", missing itemId; columns are itemId, categoryPath,`,
    );
  });

  it('refuses a JSON list', async () => {
    const path = await bench.file('list.ndjson', '[{"itemId":"x"}]\n');
    await expect(bench.run('items', [path])).rejects.toThrow(
      `${path}: is a JSON list; expected one JSON object a line`,
    );
  });
});
