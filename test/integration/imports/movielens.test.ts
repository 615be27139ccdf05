import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';

describe('importing movielens and interactions', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await createImportBench();
  });
  afterAll(() => bench.close());

  const rows = (sql: string) => bench.database.query<Record<string, unknown>>(sql);

  it('makes likes of ratings from 4, views of the others, and what they name', async () => {
    const inter = await bench.file(
      'ml.inter',
      'user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n186\t302\t4.0\t891717742\n',
    );
    const report = await bench.run('movielens', [inter]);
    expect(report.tables).toMatchObject({
      users: { inserted: 2 },
      items: { inserted: 2 },
      skus: { inserted: 2 },
      events: { inserted: 2 },
    });
    expect(
      await rows(
        'select user_id, item_id, type, properties, occurred_at from events order by type',
      ),
    ).toEqual([
      {
        user_id: '186',
        item_id: '302',
        type: 'like',
        properties: { rating: 4 },
        occurred_at: new Date('1998-04-04T19:22:22Z'),
      },
      {
        user_id: '196',
        item_id: '242',
        type: 'view',
        properties: { rating: 3 },
        occurred_at: new Date('1997-12-04T15:55:49Z'),
      },
    ]);
  });

  it('makes items of the catalogue and users of their files, in any order', async () => {
    const item = await bench.file(
      'ml.item',
      "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n242\tToy Story\t1995\tAnimation Children's\n9\tX\t\t\n",
    );
    const user = await bench.file(
      'ml.user.gz',
      'user_id:token\tage:token\tgender:token\toccupation:token\n196\t49\tM\twriter\n',
    );
    const files = [user, item];
    const { tables } = await bench.run('movielens', files);
    expect(tables).toMatchObject({
      users: { inserted: 0, updated: 1 },
      items: { inserted: 1, updated: 1 },
      skus: { inserted: 1, unchanged: 1 },
    });
    expect(
      await rows(
        `select title, category_path, i.attributes, stock > 0 as stocked, gender, u.attributes as of_user
         from items i join skus using (item_id), users u
         where item_id = '242' and user_id = '196'`,
      ),
    ).toEqual([
      {
        title: 'Toy Story',
        category_path: ['Animation'],
        attributes: { genres: ['Animation', "Children's"], releaseYear: 1995 },
        stocked: true,
        gender: 'male',
        of_user: { age: 49, occupation: 'writer' },
      },
    ]);
    expect((await bench.run('movielens', files)).tables).toMatchObject({
      users: { inserted: 0, updated: 0, unchanged: 1 },
      items: { inserted: 0, updated: 0, unchanged: 2 },
    });
  });

  it('refuses a header without types', async () => {
    const path = await bench.file('ratings.inter', 'user_id\titem_id\n1\t2\n');
    await expect(bench.run('movielens', [path])).rejects.toThrow(
      `${path}:1: wrong header: expected columns like user_id:token, separated by tabs, got "user_id"`,
    );
  });

  it('refuses another format in place of an interactions file', async () => {
    const path = await bench.file('events.txt', '{"eventId": "e1"}\n');
    await expect(bench.run('interactions', [path])).rejects.toThrow(/looks like JSON or CSV/);
  });

  it('makes a like of each pair of an interactions file, at one stated time', async () => {
    const path = await bench.file('train.txt.gz', 'a x y y\n\nb\tx\nc\n');
    const { tables, leftOut, lines } = await bench.run('interactions', [path]);
    expect(lines).toBe(3);
    expect(Object.fromEntries(leftOut)).toEqual({ 'users without an item': 1 });
    expect(tables).toEqual({
      users: { inserted: 2, updated: 0, unchanged: 0 },
      items: { inserted: 2, updated: 0, unchanged: 0 },
      skus: { inserted: 2, updated: 0, unchanged: 0 },
      events: { inserted: 4, updated: 0, unchanged: 0 },
    });
    expect(
      await rows(
        `select user_id, item_id, count(*), min(occurred_at) as at from events
         where event_id like 'ia:%' and type = 'like' group by 1, 2 order by 1, 2`,
      ),
    ).toEqual([
      { user_id: 'a', item_id: 'x', count: 1, at: new Date('2000-01-01') },
      { user_id: 'a', item_id: 'y', count: 2, at: new Date('2000-01-01') },
      { user_id: 'b', item_id: 'x', count: 1, at: new Date('2000-01-01') },
    ]);
    expect((await bench.run('interactions', [path])).tables.events.inserted).toBe(0);
  });

  it('rejects a line with an id that the API would not take', async () => {
    const path = await bench.file('long.txt', `a ${'x'.repeat(129)}\n`);
    await expect(bench.run('interactions', [path])).rejects.toThrow(
      'long.txt:1: item id of 129 characters; at most 128 are allowed',
    );
  });
});
