import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withNewFolder } from '../../../scripts/simulation/new-folder.ts';
import { writeShopFiles } from '../../../scripts/simulation/shop-files.ts';
import { shopRows } from '../../../scripts/simulation/shop-rows.ts';
import { eventsOf, simulateShop } from '../../../scripts/simulation/simulate-shop.ts';
import { withTruth } from '../../../scripts/simulation/truth-files.ts';
import { makeWorld } from '../../../scripts/simulation/world.ts';
import { UsageError } from '../../../services/errors.ts';
import { createImportBench, type ImportBench } from '../../helpers/import-files.ts';
import { createTestDatabase } from '../../helpers/test-database.ts';

const until = new Date('2026-05-01T00:00:00Z');
const small = { users: 150, items: 40, rooms: 2, days: 15, seed: 3, until };

describe('simulated files', () => {
  let bench: ImportBench;
  beforeEach(async () => {
    bench = await createImportBench();
  });
  afterEach(() => bench.close());

  const folder = (name: string) => join(bench.folder, name);
  const lines = async (path: string) =>
    (await readFile(folder(path), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('make by import the shop that the simulator writes by itself', async () => {
    const world = makeWorld(small);
    const size = await withNewFolder(folder('shop'), (partial) =>
      writeShopFiles(partial, shopRows(world, eventsOf(world))),
    );
    for (const name of ['users', 'items', 'skus', 'events']) {
      const { tables } = await bench.run(name, [join(folder('shop'), `${name}.ndjson`)]);
      expect(tables[name as 'users']?.inserted).toBe(size[name as 'users']);
    }
    const other = await createTestDatabase();
    try {
      expect(await simulateShop(other.database, small)).toEqual(size);
      const digest = `select
        (select md5(string_agg(concat_ws('|', event_id, user_id, session_id, item_id, sku_id, room_id,
           type, value, quantity, unit_price, order_id, reason, properties, occurred_at), ','
           order by event_id)) from events) as events,
        (select md5(string_agg(concat_ws('|', sku_id, size_order, colour, stock), ','
           order by sku_id)) from skus) as skus,
        (select md5(string_agg(concat_ws('|', item_id, category_path, brand, title, price,
           attributes, launched_at, hidden), ',' order by item_id)) from items) as items,
        (select md5(string_agg(concat_ws('|', user_id, birth_year, gender, city_tier, channel,
           height_cm, weight_kg, bust_cm, personalised), ',' order by user_id)) from users) as users`;
      expect(await bench.database.query(digest)).toEqual(await other.database.query(digest));
    } finally {
      await other.drop();
    }
    const rooms = await lines('shop/rooms.ndjson');
    expect(rooms.map(({ roomId, shelf }) => [roomId, shelf.length])).toEqual([
      ['room-01', 14],
      ['room-02', 14],
    ]);
  });

  it('of the truth name every user, item and room, and how to make it again', async () => {
    const world = makeWorld(small);
    await withTruth(folder('truth'), small, world, async () => undefined);
    const {
      occasions,
      until: end,
      ...rest
    } = JSON.parse(await readFile(folder('truth/parameters.json'), 'utf8'));
    expect({ ...rest, until: new Date(end) }).toEqual(small);
    const users = await lines('truth/users.ndjson');
    expect(users).toHaveLength(150);
    expect(users[41]).toMatchObject({ userId: 'user-00042', budget: expect.any(Number) });
    expect(users[41].looks).toHaveLength(occasions.length);
    const items = await lines('truth/items.ndjson');
    expect(items.map(({ itemId }) => itemId)).toEqual(world.items.map(({ id }) => id));
    expect(items[6].serves).toEqual(world.items[6]?.truth.serves);
    expect(await lines('truth/rooms.ndjson')).toHaveLength(2);
  });

  it('are there whole or not at all', async () => {
    const failing = withTruth(folder('truth'), small, makeWorld(small), () =>
      Promise.reject(new Error('interrupted')),
    );
    await expect(failing).rejects.toThrow('interrupted');
    expect(await readdir(bench.folder)).toEqual([]);
    await bench.file('mine.txt', 'mine');
    const onto = withNewFolder(bench.folder, async () => undefined);
    await expect(onto).rejects.toThrow(UsageError);
    await expect(onto).rejects.toThrow('is there already, and is not empty');
    expect(await readdir(bench.folder)).toEqual(['mine.txt']);
  });
});
