import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ItemContent, UserContent } from '../../../models/content/content.ts';
import { IdMap } from '../../../models/dataset/id-map.ts';
import { readContent } from '../../../services/training-data/content-reader.ts';
import {
  readItemContents,
  readUserContents,
} from '../../../services/training-data/content-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query(
    `insert into items (item_id, category_path, brand, title, price, attributes) values
       ('dress', '{女装,连衣裙}', 'Ma\tison', 'Silk \\ dress', 199.5, '{"year": 2026, "tags": ["a\\nb"]}'),
       ('bare', '{}', null, '', null, '{}')`,
  );
  await test.database.query(
    `insert into skus (sku_id, item_id, colour) values
       ('1', 'dress', 'red'), ('2', 'dress', 'blue'), ('3', 'dress', 'red'), ('4', 'dress', null)`,
  );
  await test.database.query(
    `insert into users (user_id, birth_year, gender, height_cm, attributes, personalised) values
       ('ann', 1990, 'female', 172.5, '{"occupation": "nurse"}', true),
       ('off', 1980, 'male', 180, '{}', false),
       ('bob', null, null, null, '{}', true)`,
  );
});

afterAll(() => test.drop());

describe('the content of a shop', () => {
  it('is what the catalogue says, with each colour once', async () => {
    const read = new Map<string, ItemContent>();
    await test.database.transaction((transaction) =>
      readItemContents(transaction, (id, content) => read.set(id, content)),
    );
    expect([...read.keys()]).toEqual(['bare', 'dress']);
    expect(read.get('dress')).toEqual({
      categoryPath: ['女装', '连衣裙'],
      brand: 'Ma\tison',
      title: 'Silk \\ dress',
      price: 199.5,
      attributes: { year: 2026, tags: ['a\nb'] },
      colours: ['blue', 'red'],
    });
    expect(read.get('bare')).toEqual({
      categoryPath: [],
      brand: null,
      title: '',
      price: null,
      attributes: {},
      colours: [],
    });
  });

  it('leaves out the profile of a user who has the switch off', async () => {
    const read = new Map<string, UserContent>();
    await test.database.transaction((transaction) =>
      readUserContents(transaction, (id, content) => read.set(id, content)),
    );
    expect([...read.keys()]).toEqual(['ann', 'bob']);
    expect(read.get('ann')).toMatchObject({
      birthYear: 1990,
      gender: 'female',
      heightCm: 172.5,
      attributes: { occupation: 'nurse' },
    });
  });

  it('has a row of features for every item and user that is asked for, known or not', async () => {
    const items = new IdMap(['gone', 'dress']);
    const users = new IdMap(['off', 'ann', 'unknown']);
    const bags = await test.database.transaction((transaction) =>
      readContent(transaction, { items, users }, { buckets: 2 ** 12 }),
    );
    const lengths = ({ indptr }: { indptr: Uint32Array }) =>
      Array.from(indptr.subarray(1), (end, row) => end - (indptr[row] ?? 0));
    expect(bags.items.rows).toBe(2);
    expect(lengths(bags.items)[0]).toBe(0);
    expect(lengths(bags.items)[1]).toBeGreaterThan(10);
    expect(lengths(bags.users)).toEqual([0, expect.any(Number), 0]);
    expect(lengths(bags.users)[1]).toBeGreaterThanOrEqual(4);
  });
});
