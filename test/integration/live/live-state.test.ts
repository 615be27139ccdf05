import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { UnavailableError } from '../../../services/errors.ts';
import { ChangeFeedStore } from '../../../services/live/change-feed-store.ts';
import { sessionKey, userKey, type ViewerRow } from '../../../services/live/live-rows.ts';
import { type LiveChange, LiveState } from '../../../services/live/live-state.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const now = new Date('2026-03-01T12:00:00Z');
const logger = pino({ level: 'silent' });

describe('what a process keeps in memory', () => {
  let test: TestDatabase;
  let live: LiveState<ViewerRow>;
  const make = (over: Partial<ConstructorParameters<typeof LiveState<ViewerRow>>[0]> = {}) =>
    new LiveState<ViewerRow>({
      store: new ChangeFeedStore(test.database),
      ...{ logger, now: () => now, prepare: (row: ViewerRow) => row },
      ...over,
    });
  beforeEach(async () => {
    test = await createTestDatabase();
    live = make();
    await insertItems(test.database, [
      { itemId: 'a', price: 10, skus: [{ skuId: 'a-1', stock: 2 }] },
      { itemId: 'b', price: 20 },
    ]);
    await test.database.query(`insert into rooms (room_id) values ('r')`);
    await test.database.query(
      `insert into room_items (room_id, item_id, position) values ('r', 'a', 0), ('r', 'b', 1)`,
    );
  });
  afterEach(async () => {
    await live.close();
    await test.drop();
  });

  const stockOf = (itemId: string) => live.item(itemId)?.row.skus.map(({ stock }) => stock);
  const setStock = (stock: number) =>
    test.database.query(`update skus set stock = $1::integer where sku_id = 'a-1'`, [stock]);

  it('is what was wanted, and that there is none', async () => {
    await live.bring({ items: ['a', 'x'], rooms: ['r', 'q'], viewers: [userKey('u')] });
    expect(live.item('a')?.row).toMatchObject({ itemId: 'a', price: 10, inStock: true });
    expect(live.item('x')).toBeNull();
    expect(live.item('b')).toBeUndefined();
    expect(live.room('r')?.row.shelf.map(({ itemId }) => itemId)).toEqual(['a', 'b']);
    expect(live.room('q')).toBeNull();
    expect(live.viewer(userKey('u'))).toMatchObject({ personalised: true, events: [] });
  });

  it('has what an item says its size labels are of', async () => {
    await test.database.query(
      `update items set attributes = '{"sizeSystem": "uk-women"}' where item_id = 'b'`,
    );
    await live.bring({ items: ['a', 'b'] });
    expect(['a', 'b'].map((id) => live.item(id)?.row.sizeSystem)).toEqual([null, 'uk-women']);
  });

  it('is as the database has it after the next look, whoever wrote', async () => {
    await live.bring({ items: ['a', 'new'], rooms: ['r', 'later'] });
    await setStock(0);
    await test.database.query(`insert into items (item_id) values ('new')`);
    await test.database.query(`insert into rooms (room_id) values ('later')`);
    await test.database.query(`delete from room_items where item_id = 'a'`);
    await live.bring({});
    expect(stockOf('a')).toEqual([0]);
    // What was not there before is there with the same look too.
    expect(live.item('new')?.row.itemId).toBe('new');
    // Of a room there is more to be read than its row.
    await live.bring({ rooms: ['later'] });
    expect(live.room('later')?.row.roomId).toBe('later');
    expect(live.room('r')?.row.shelf.map(({ itemId }) => itemId)).toEqual(['b']);
  });

  it('forgets an item that is deleted', async () => {
    await live.bring({ items: ['a'] });
    await test.database.query(`delete from items where item_id = 'a'`);
    await live.bring({});
    await live.bring({ items: ['a'] });
    expect(live.item('a')).toBeNull();
  });

  it('misses no change of a transaction that began before a look and ended after a later one', async () => {
    await live.bring({ items: ['a', 'b'] });
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = () => {};
    const begins = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = test.database.transaction(async (transaction) => {
      await transaction.query(`update skus set stock = 7 where sku_id = 'a-1'`);
      begun();
      await held;
    });
    await begins;
    await live.bring({});
    // Another one that began later and ends first moves the position past the slow one's number.
    await test.database.query(`update items set price = 99 where item_id = 'b'`);
    await live.bring({});
    expect(stockOf('a')).toEqual([2]);
    expect(live.item('b')?.row.price).toBe(99);
    finish();
    await slow;
    await live.bring({});
    expect(stockOf('a')).toEqual([7]);
  });

  it('has a viewer’s events, or a session’s, from the next look on', async () => {
    const keys = [userKey('u'), sessionKey('u')];
    await live.bring({ viewers: keys });
    await insertEvents(test.database, [
      { userId: 'u', itemId: 'a', type: 'like', occurredAt: '2026-03-01T11:00:00Z' },
    ]);
    await live.bring({});
    expect(live.viewer(userKey('u'))).toBeUndefined();
    await live.bring({ viewers: keys });
    expect(live.viewer(userKey('u'))?.events).toHaveLength(1);
    expect(live.viewer(sessionKey('u'))?.events).toEqual([]);
  });

  it('reads no event of a user whose switch is off', async () => {
    await insertEvents(test.database, [
      { userId: 'u', itemId: 'a', type: 'like', occurredAt: '2026-03-01T11:00:00Z' },
    ]);
    await live.bring({ viewers: [userKey('u')] });
    await test.database.query(`insert into users (user_id, personalised) values ('u', false)`);
    await live.bring({});
    expect(live.viewer(userKey('u'))).toBeUndefined();
    await live.bring({ viewers: [userKey('u')] });
    expect(live.viewer(userKey('u'))).toEqual({
      ...{ key: 'uu', personalised: false, events: [], orders: [] },
    });
  });

  it('keeps what goes on in a room when its shelf changes', async () => {
    await live.bring({ rooms: ['r'] });
    const told = JSON.stringify([['r', 'b', 'cart', 'uv', now.getTime() / 1000 - 300, null]]);
    await test.database.query(
      `insert into change_feed (kind, ids, details) values ('events', '{uv}', $1::json)`,
      [told],
    );
    await test.database.query(`update rooms set pinned_item_id = 'b' where room_id = 'r'`);
    await live.bring({});
    const room = live.room('r');
    expect(room?.row.pinnedItemId).toBe('b');
    // A cart is 5, half of it after the half-life of five minutes.
    expect(room?.activity.trend.at('b', now.getTime() / 1000)).toBeCloseTo(2.5, 9);
    expect([...(room?.activity.present(now.getTime() / 1000) ?? [])]).toEqual(['uv']);
  });

  it('forgets everything when it has been told that everything has changed', async () => {
    await live.bring({ items: ['a'], viewers: [userKey('u')] });
    await test.database.query(`insert into change_feed (kind) values ('events')`);
    await live.bring({});
    expect(live.viewer(userKey('u'))).toBeUndefined();
    expect(live.item('a')).toBeDefined();
    await test.database.query('truncate skus');
    await live.bring({});
    expect(live.item('a')).toBeUndefined();
  });

  it('tells a change of very many rows as one of everything', async () => {
    await test.database.query(
      `insert into items (item_id) select 'many-' || n from generate_series(1, 10001) n`,
    );
    const rows = await test.database.query<{ ids: string[] | null }>(
      `select ids from change_feed where kind = 'items' order by change_id desc limit 1`,
    );
    expect(rows).toEqual([{ ids: null }]);
  });

  it('forgets everything when it is another server that answers', async () => {
    const store = new ChangeFeedStore(test.database);
    let server: string | undefined;
    live = make({
      store: {
        look: async (...given) => {
          const look = await store.look(...given);
          return server ? { ...look, position: { ...look.position, server } } : look;
        },
        prune: () => Promise.resolve(),
      },
    });
    await live.bring({ items: ['a'] });
    server = 'restarted';
    await live.bring({ items: ['b'] });
    expect(live.item('a')).toBeUndefined();
    expect(live.item('b')).toBeDefined();
  });

  it('says what has changed to those who watch', async () => {
    const changes: LiveChange[] = [];
    const stop = live.watch((change) => changes.push(change));
    await live.bring({ items: ['a'] });
    await setStock(1);
    await live.bring({});
    stop();
    await setStock(2);
    await live.bring({});
    expect(changes).toEqual([
      {
        ...{ items: new Set(['a']), rooms: new Set(), viewers: new Set() },
        ...{ returned: new Set(), everything: false },
      },
    ]);
  });

  it('is one look for all who wait at a time', async () => {
    const store = new ChangeFeedStore(test.database);
    let looks = 0;
    live = make({
      store: {
        look: (...given) => {
          looks += 1;
          return store.look(...given);
        },
        prune: () => Promise.resolve(),
      },
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => live.bring({ items: [`i${n}`] })));
    expect(looks).toBeLessThanOrEqual(2);
    for (let n = 0; n < 20; n++) expect(live.item(`i${n}`)).toBeNull();
  });

  it('keeps at most so many, those that are asked for', async () => {
    live = make({ most: { viewers: 1, items: 2, rooms: 1 } });
    await live.bring({ items: ['a'] });
    for (const id of ['x', 'y', 'z']) {
      await live.bring({ items: [id] });
      expect(live.item(id)).toBeNull();
    }
    expect(['a', 'x', 'y', 'z'].filter((id) => live.item(id) !== undefined)).toHaveLength(2);
  });

  it('fails those who wait when the database does, and goes on from where it was', async () => {
    const store = new ChangeFeedStore(test.database);
    let isOut = false;
    live = make({
      store: {
        look: async (...given) => {
          if (isOut) throw new UnavailableError('out');
          return store.look(...given);
        },
        prune: () => Promise.resolve(),
      },
    });
    await live.bring({ items: ['a'] });
    isOut = true;
    await expect(live.bring({})).rejects.toThrow(UnavailableError);
    await setStock(5);
    isOut = false;
    await live.bring({});
    expect(stockOf('a')).toEqual([5]);
  });

  it('clears away changes that were committed by then, and none that were only written', async () => {
    const store = new ChangeFeedStore(test.database);
    const nothing = { viewers: [], items: [], rooms: [] };
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun = () => {};
    const begins = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = test.database.transaction(async (transaction) => {
      await transaction.query(`update skus set stock = 7 where sku_id = 'a-1'`);
      begun();
      await held;
    });
    await begins;
    const { position } = await store.look(undefined, nothing, now);
    finish();
    await slow;
    await test.database.query(`update items set price = 99 where item_id = 'b'`);
    await store.prune(position);
    const rows = await test.database.query('select ids from change_feed order by change_id');
    expect(rows).toEqual([{ ids: ['a'] }, { ids: ['b'] }]);
  });
});
