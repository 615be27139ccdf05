import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';

const header =
  'fit,user_id,item_id,weight_lbs,rating,rented_for,body_type,category,size,age,review_date,bust_size_num,bust_size_letter,height_in,recommend';

const csv = `${header}
fit,u1,i1,137.0,10.0,vacation,hourglass,romper,14,28.0,2016-04-20,34.0,d,68.0,1
small,u2,i1,,8.0,,,romper,8,116.0,2016-04-21,34.0,g,,0
large,u1,i2,137.0,,party,hourglass,gown,8,28.0,2017-01-02,34.0,d,68.0,
`;

describe('importing renttherunway', () => {
  let bench: ImportBench;
  beforeAll(async () => {
    bench = await createImportBench();
    await bench.run('renttherunway', [await bench.file('rtr.csv.gz', csv)]);
  });
  afterAll(() => bench.close());

  it('makes users with measurements in centimetres and kilograms', async () => {
    const users = await bench.database.query(
      `select user_id, birth_year, height_cm, weight_kg, bust_cm, body_type, attributes, personalised
       from users order by user_id`,
    );
    expect(users).toEqual([
      {
        user_id: 'u1',
        birth_year: 1990,
        // 68 in, 137 lb, and 34 + 4 in.
        height_cm: 172.7,
        weight_kg: 62.1,
        bust_cm: 96.5,
        body_type: 'hourglass',
        attributes: { age: 28, bustBand: 34, bustCup: 'd' },
        personalised: true,
      },
      {
        user_id: 'u2',
        birth_year: null,
        height_cm: null,
        weight_kg: null,
        bust_cm: null,
        body_type: null,
        attributes: { age: 116, bustBand: 34, bustCup: 'g' },
        personalised: true,
      },
    ]);
  });

  it('makes items that are on sale and a SKU in stock for each size, in the order of sizes', async () => {
    const skus = await bench.database.query(
      `select item_id, category_path, hidden, launched_at <= now() as launched, sku_id, size_label,
         stock > 0 as stocked
       from skus join items using (item_id) order by item_id, size_order`,
    );
    const common = { hidden: false, launched: true, stocked: true };
    expect(skus).toEqual([
      { item_id: 'i1', category_path: ['romper'], sku_id: 'i1-8', size_label: '8', ...common },
      { item_id: 'i1', category_path: ['romper'], sku_id: 'i1-14', size_label: '14', ...common },
      { item_id: 'i2', category_path: ['gown'], sku_id: 'i2-8', size_label: '8', ...common },
    ]);
  });

  it('says what the size codes of its items are', async () => {
    const systems = await bench.database.query(
      `select distinct attributes ->> 'sizeSystem' as system from items`,
    );
    expect(systems).toEqual([{ system: 'rent-the-runway' }]);
  });

  it('makes a purchase of each row, with fit and rating', async () => {
    const events = await bench.database.query(
      `select user_id, item_id, sku_id, type, quantity, unit_price, properties, occurred_at
       from events order by occurred_at`,
    );
    const common = { type: 'purchase', quantity: 1, unit_price: null };
    expect(events).toEqual([
      {
        user_id: 'u1',
        item_id: 'i1',
        sku_id: 'i1-14',
        properties: { fit: 'fit', rating: 10, rentedFor: 'vacation', recommend: true },
        occurred_at: new Date('2016-04-20T00:00:00Z'),
        ...common,
      },
      {
        user_id: 'u2',
        item_id: 'i1',
        sku_id: 'i1-8',
        properties: { fit: 'small', rating: 8, recommend: false },
        occurred_at: new Date('2016-04-21T00:00:00Z'),
        ...common,
      },
      {
        user_id: 'u1',
        item_id: 'i2',
        sku_id: 'i2-8',
        properties: { fit: 'large', rentedFor: 'party' },
        occurred_at: new Date('2017-01-02T00:00:00Z'),
        ...common,
      },
    ]);
  });

  it('changes nothing the second time, and leaves stock, opt-outs and hidden items alone', async () => {
    await bench.database.query(`update skus set stock = 3 where sku_id = 'i1-8'`);
    await bench.database.query(`update items set hidden = true where item_id = 'i1'`);
    await bench.database.query(`update users set personalised = false where user_id = 'u1'`);
    // Not packed: the event ids come from the rows, not from the bytes of the file.
    const report = await bench.run('renttherunway', [await bench.file('rtr.csv', csv)]);
    expect(report.tables).toEqual({
      users: { inserted: 0, updated: 0, unchanged: 2 },
      items: { inserted: 0, updated: 0, unchanged: 2 },
      skus: { inserted: 0, updated: 0, unchanged: 3 },
      events: { inserted: 0, updated: 0, unchanged: 3 },
    });
    const [state] = await bench.database.query(
      `select stock, hidden, personalised from skus join items using (item_id), users
       where sku_id = 'i1-8' and user_id = 'u1'`,
    );
    expect(state).toEqual({ stock: 3, hidden: true, personalised: false });
  });

  it('keeps equal rows of a file apart, also when the file is imported again', async () => {
    const row = 'fit,u9,i9,,10.0,,,gown,8,,2015-05-05,,,,1';
    const path = await bench.file('twins.csv', [header, row, row, row, ''].join('\n'));
    expect((await bench.run('renttherunway', [path])).tables.events.inserted).toBe(3);
    expect((await bench.run('renttherunway', [path])).tables.events).toEqual({
      inserted: 0,
      updated: 0,
      unchanged: 3,
    });
  });

  it('takes the category that most rows of an item name', async () => {
    const rows = ['gown', 'dress', 'dress', 'top'].map(
      (category, day) => `fit,u8,i8,,10.0,,,${category},8,,2015-05-0${day + 1},,,,1`,
    );
    const path = await bench.file('categories.csv', [header, ...rows, ''].join('\n'));
    await bench.run('renttherunway', [path]);
    const items = await bench.database.query(
      `select category_path from items where item_id = 'i8'`,
    );
    expect(items).toEqual([{ category_path: ['dress'] }]);
  });
});
