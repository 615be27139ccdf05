import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChartBook } from '../../../services/size-charts/chart-book.ts';
import {
  type DecidedPieces,
  readDecidedPieces,
} from '../../../services/training-data/size-rows-reader.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

const day = 86_400;
const returnWindow = 14 * day;
const charts = new ChartBook();
const seconds = (date: string): number => Date.parse(date) / 1000;

/** A day of January or February 2020. */
const on = (n: number, hour = 12): string => new Date(Date.UTC(2020, 0, n, hour)).toISOString();
const last: TestEvent = { user: 'u9', item: 'i2', sku: 'i2-m', type: 'purchase', at: on(59) };

describe('readDecidedPieces', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-02-29T00:00:00Z');
    await test.database.query(`
      insert into items (item_id, category_path, brand) values
        ('i1', '{women,dresses}', 'Lin'), ('i2', '{women,tops}', null), ('i3', '{women,bags}', null)`);
    await test.database.query(`
      insert into skus (sku_id, item_id, size_label, size_order) values
        ('i1-s', 'i1', 'S', 0), ('i1-m', 'i1', 'M', 1), ('i1-l', 'i1', 'L', 2),
        ('i2-m', 'i2', 'M', 0), ('i3-one', 'i3', null, 0)`);
    await test.database.query(`
      insert into users (user_id, birth_year, gender, height_cm, personalised, forget_before)
      values ('u1', 1990, 'female', 168, true, null), ('u2', null, null, null, false, null),
        ('u3', null, null, null, true, '2020-01-05T00:00:00Z')`);
  });
  afterEach(() => test.drop());

  const read = (most = 1000): Promise<DecidedPieces | undefined> =>
    test.database.transaction(
      (transaction) => readDecidedPieces(transaction, { returnWindow, charts, most }),
      'repeatable read',
    );

  it('decides pieces by their returns, by what was said, and by the return window', async () => {
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', sku: 'i1-s', type: 'purchase', at: on(2) },
      { user: 'u1', item: 'i1', sku: 'i1-s', type: 'return', reason: 'too_small', at: on(5) },
      { user: 'u1', item: 'i1', sku: 'i1-m', type: 'purchase', at: on(6) },
      { user: 'u1', item: 'i1', sku: 'i1-l', type: 'purchase', at: on(7) },
      { user: 'u1', item: 'i1', sku: 'i1-l', type: 'return', reason: 'quality', at: on(8) },
      {
        ...{ user: 'u4', item: 'i2', sku: 'i2-m', type: 'purchase', at: on(9) },
        properties: { fit: 'large' },
      },
      last,
    ]);
    const found = await read();
    expect(found).toMatchObject({ from: seconds(on(2)), to: seconds(on(59)), usersShare: 1 });
    const [small, kept, large, ...rest] = found?.pieces ?? [];
    expect(rest).toEqual([]);
    const body = { heightCm: 168, age: 30, gender: 'female' };
    expect(small).toMatchObject({ wearer: 'u1', fit: 'small', at: seconds(on(2)), body });
    expect(small?.knownAt).toBe(seconds(on(5)));
    expect(small?.garment).toMatchObject({ itemId: 'i1', category: 'dresses', brand: 'Lin' });
    expect(small?.garment.run.sizes.map(({ label }) => label)).toEqual(['S', 'M', 'L']);
    expect(kept).toMatchObject({ fit: 'fit', knownAt: seconds(on(6)) + returnWindow });
    expect(kept?.position).toBe(small?.garment.run.sizes[1]?.position);
    expect(large).toMatchObject({ wearer: 'u4', fit: 'large', knownAt: seconds(on(9)), body: {} });
  });

  it('leaves out users with the switch off, what is to be forgotten, and sessions', async () => {
    await insertEvents(test.database, [
      { user: 'u2', item: 'i1', sku: 'i1-s', type: 'purchase', at: on(3) },
      { user: 'u3', item: 'i1', sku: 'i1-s', type: 'purchase', at: on(4) },
      { user: 'u3', item: 'i1', sku: 'i1-m', type: 'purchase', at: on(6) },
      { session: 's1', item: 'i1', sku: 'i1-m', type: 'purchase', at: on(6) },
      last,
    ]);
    const found = await read();
    expect(found?.pieces.map(({ wearer, at }) => [wearer, at])).toEqual([['u3', seconds(on(6))]]);
  });

  it('leaves out what had not outlived the return window, returned or not', async () => {
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', sku: 'i1-s', type: 'purchase', at: on(44) },
      { user: 'u1', item: 'i1', sku: 'i1-m', type: 'purchase', at: on(50) },
      { user: 'u1', item: 'i1', sku: 'i1-m', type: 'return', reason: 'too_large', at: on(52) },
      last,
    ]);
    const found = await read();
    expect(found?.pieces.map(({ fit, at }) => [fit, at])).toEqual([['fit', seconds(on(44))]]);
  });

  it('reads a part of the users, each whole, where there are too many purchases', async () => {
    const users = Array.from({ length: 200 }, (_, n) => `many-${n}`);
    await insertEvents(test.database, [
      ...users.flatMap((user) => [
        { user, item: 'i1', sku: 'i1-s', type: 'purchase', at: on(2) },
        { user, item: 'i1', sku: 'i1-m', type: 'purchase', at: on(10) },
      ]),
      last,
    ]);
    const all = await read(401);
    expect([all?.usersShare, all?.pieces.length]).toEqual([1, 400]);
    const half = await read(400);
    const wearers = new Set(half?.pieces.map(({ wearer }) => wearer));
    expect(half?.usersShare).toBe(0.5);
    expect(half?.pieces).toHaveLength(2 * wearers.size);
    expect(wearers.size).toBeGreaterThan(60);
    expect(wearers.size).toBeLessThan(140);
    const quarter = await read(110);
    expect(quarter?.usersShare).toBe(0.25);
    for (const { wearer } of quarter?.pieces ?? []) expect(wearers).toContain(wearer);
    expect(await read(110)).toEqual(quarter);
  });

  it('counts pieces without a size, and knows no item that is not in the catalogue', async () => {
    await insertEvents(test.database, [
      { user: 'u1', item: 'i3', sku: 'i3-one', type: 'purchase', at: on(2) },
      { user: 'u1', item: 'gone', sku: 'gone-m', type: 'purchase', at: on(3) },
      last,
    ]);
    expect(await read()).toMatchObject({ pieces: [], unsized: 2 });
  });

  it('is undefined where nothing was bought', async () => {
    expect(await read()).toBeUndefined();
  });

  it('gives the same pieces in the same order every time', async () => {
    await insertEvents(
      test.database,
      ['u7', 'u1', 'u5'].flatMap((user) => [
        { user, item: 'i2', sku: 'i2-m', type: 'purchase', at: on(3) },
        { user, item: 'i1', sku: 'i1-m', type: 'purchase', at: on(3) },
      ]),
    );
    await insertEvents(test.database, [last]);
    const found = await read();
    expect(found?.pieces.map(({ wearer, garment }) => [wearer, garment.itemId])).toEqual(
      ['u1', 'u5', 'u7'].flatMap((user) => [
        [user, 'i1'],
        [user, 'i2'],
      ]),
    );
    expect(await read()).toEqual(found);
  });
});
