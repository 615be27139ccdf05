import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventWeights } from '../../../models/dataset/event-weights.ts';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import type { Queryable } from '../../../services/database/transaction.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

describe('FeatureService', () => {
  let test: TestDatabase;
  let features: FeatureService;
  beforeEach(async () => {
    test = await createTestDatabase();
    features = new FeatureService(test.database);
    await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z');
  });
  afterEach(() => test.drop());

  it('adds up the largest order lines that are accepted', async () => {
    const line = {
      ...{ user: 'u1', item: 'i1', at: '2020-01-01T00:00:00Z' },
      ...{ quantity: 100_000, price: 9_999_999_999 },
    };
    await insertEvents(test.database, [
      { ...line, type: 'purchase' },
      { ...line, type: 'purchase' },
      { ...line, type: 'return' },
    ]);
    await features.build();
    const [user] = await rows(test.database, 'user_features');
    const [item] = await rows(test.database, 'item_features');
    const sums = { spend: 1_999_999_999_800_000, refunds: 999_999_999_900_000 };
    expect(user).toMatchObject(sums);
    expect(item).toMatchObject({ revenue: sums.spend, refunds: sums.refunds });
  });

  it('counts ten events as one does by hand', async () => {
    await insertEvents(test.database, tenEvents);
    expect(await features.build()).toEqual({
      full: 'nothing has been built yet',
      users: 2,
      items: 2,
      skus: 1,
      // The items are in no catalogue: when, what, where, and one who buys.
      tags: 7,
      forgotten: 0,
    });
    const [first, second] = await rows(test.database, 'user_features');
    expect(first).toMatchObject({
      ...{ user_id: 'u1', impressions: 1, clicks: 1, views: 1, dwell_ms: 24_000, likes: 0 },
      ...{ carts: 1, uncarts: 0, purchases: 1, units: 2, spend: 100 },
      ...{ returns: 1, returned_units: 1, refunds: 50 },
      first_event_at: new Date('2020-01-01T00:00:00Z'),
      last_event_at: new Date('2020-01-15T00:00:00Z'),
      last_purchase_at: new Date('2020-01-08T00:00:00Z'),
    });
    expect(second).toMatchObject({
      ...{ user_id: 'u2', impressions: 0, views: 1, dwell_ms: 1000, likes: 1, follows: 1 },
      last_purchase_at: null,
    });
    const [shirt, shoe] = await rows(test.database, 'item_features');
    expect(shirt).toMatchObject({
      ...{ item_id: 'i1', impressions: 1, clicks: 1, views: 2, dwell_ms: 25_000, carts: 1 },
      ...{ purchases: 1, units: 2, revenue: 100, returns: 1, refunds: 50 },
    });
    expect(shoe).toMatchObject({ item_id: 'i2', clicks: 1, likes: 1 });
    // The half-life is a week: a click and a view of 24 s at the landmark (1 + 3.25), a cart and a
    // purchase a week later (2 · 5 + 2 · 10). The short view and the return add nothing.
    expect(shirt?.trend).toBeCloseTo(Math.log2(34.25), 10);
    // A like two weeks after it (4 · 3) and a click three weeks after (8 · 1).
    expect(shoe?.trend).toBeCloseTo(Math.log2(20), 10);
    expect(await rows(test.database, 'sku_outcomes')).toMatchObject([
      { sku_id: 'i1-M', kept: 1, too_small: 1, too_large: 0 },
    ]);
  });

  it('gives the same after many small builds as after a full one, whatever commits when', async () => {
    const random = seededRandom(7);
    const events = (count: number) => Array.from({ length: count }, () => randomEvent(random));
    for (let round = 0; round < 5; round++) {
      await insertEvents(test.database, events(40));
      // Begun before the build, and committed after it.
      await test.database.transaction(async (late) => {
        await insertEvents(late, events(10));
        await insertEvents(test.database, events(20));
        const { full } = await features.build();
        expect(full).toBe(round === 0 ? 'nothing has been built yet' : undefined);
      });
    }
    expect((await features.build()).full).toBeUndefined();
    const incremental = await everything(test.database);
    await features.build({ full: true });
    expect(await everything(test.database)).toEqual(incremental);
    const [total] = await test.database.query<{ sum: number }>(
      `select sum(impressions + clicks + views + likes + comments + shares + follows + carts
         + uncarts + purchases + returns) from user_features`,
    );
    expect(total?.sum).toBe(5 * 70);
  });

  it('touches only users, items and sizes with new events', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    const before = await computedAt(test.database);
    await insertEvents(test.database, [
      { user: 'u2', item: 'i2', type: 'click', at: '2020-02-01T00:00:00Z' },
    ]);
    expect(await features.build()).toEqual({
      full: undefined,
      users: 1,
      items: 1,
      skus: 0,
      tags: 3,
      forgotten: 0,
    });
    const after = await computedAt(test.database);
    const touched = Object.keys(after).filter((key) => after[key] !== before[key]);
    expect(touched).toEqual(['i2', 'u2']);
    expect(await features.build()).toEqual({
      full: undefined,
      users: 0,
      items: 0,
      skus: 0,
      tags: 0,
      forgotten: 0,
    });
    expect(await computedAt(test.database)).toEqual(after);
  });

  it('counts once when two builds run at the same time', async () => {
    await insertEvents(test.database, tenEvents);
    const reports = await Promise.all([features.build(), features.build(), features.build()]);
    expect(reports.map((report) => report.users).sort()).toEqual([0, 0, 2]);
    expect(await rows(test.database, 'user_features')).toMatchObject([{ clicks: 1 }, { likes: 1 }]);
  });

  it('shows readers the old rows until a full build has the new ones', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    const before = await everything(test.database);
    let build: Promise<unknown> = Promise.resolve();
    await test.database.transaction(async (blocking) => {
      await blocking.query('lock table feature_exclusions in exclusive mode');
      build = features.build({ full: true });
      await untilSomebodyWaits(test.database);
      expect(await everything(test.database)).toEqual(before);
    });
    await build;
    expect(await everything(test.database)).toEqual(before);
  });

  it('starts again when a row that it changes is deleted by somebody else', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    await insertEvents(test.database, [
      { user: 'u1', item: 'i2', type: 'click', at: '2020-02-01T00:00:00Z' },
    ]);
    let build: Promise<unknown> = Promise.resolve();
    await test.database.transaction(async (erasing) => {
      await erasing.query(`delete from user_features where user_id = 'u1'`);
      build = features.build();
      await untilSomebodyWaits(test.database);
    });
    await build;
    expect(await rows(test.database, 'user_features')).toMatchObject([
      { user_id: 'u1', clicks: 1, purchases: 0 },
      { user_id: 'u2' },
    ]);
  });

  it('makes a row for users of whom only events have come, without a word to whoever has users in memory', async () => {
    await test.database.query(`insert into users (user_id, channel) values ('u1', 'app')`);
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', type: 'click', at: '2020-01-01T00:00:00Z' },
      { user: 'u2', item: 'i1', type: 'click', at: '2020-01-01T00:00:00Z' },
      { session: 's1', item: 'i1', type: 'click', at: '2020-01-01T00:00:00Z' },
    ]);
    await test.database.query('delete from change_feed');
    await features.build();
    expect(
      await test.database.query('select user_id, channel, personalised from users order by 1'),
    ).toEqual([
      { user_id: 'u1', channel: 'app', personalised: true },
      { user_id: 'u2', channel: null, personalised: true },
    ]);
    const told = () => test.database.query(`select ids from change_feed where kind = 'users'`);
    expect(await told()).toEqual([]);
    await test.database.query(
      `insert into users (user_id, gender) values ('u3', null), ('u4', 'female')`,
    );
    expect(await told()).toEqual([{ ids: ['u4'] }]);
  });

  it('builds no features of a user with the switch off, and all of them when it is on again', async () => {
    await test.database.query(`insert into users (user_id, personalised) values ('u1', true)`);
    await insertEvents(test.database, tenEvents);
    await features.build();
    const before = await everything(test.database);
    await test.database.query(`update users set personalised = false where user_id = 'u1'`);
    await features.build();
    const ofUser = async (table: string) =>
      (await rows(test.database, table)).filter((row) => row.user_id === 'u1');
    expect(await ofUser('user_features')).toEqual([]);
    expect(await ofUser('user_sku_outcomes')).toEqual([]);
    expect((await rows(test.database, 'item_features'))[0]).toMatchObject({ purchases: 1 });

    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', type: 'click', at: '2020-02-01T00:00:00Z' },
    ]);
    await features.build();
    expect(await ofUser('user_features')).toEqual([]);
    await features.build({ full: true });
    expect(await ofUser('user_features')).toEqual([]);

    await test.database.query('update users set personalised = true');
    expect(await features.build()).toMatchObject({ full: undefined, users: 1 });
    expect(await ofUser('user_features')).toMatchObject([{ clicks: 2, purchases: 1 }]);
    expect(await ofUser('user_sku_outcomes')).toEqual(
      before.user_sku_outcomes?.map((row) => expect.objectContaining(row)),
    );
    const incremental = await everything(test.database);
    await features.build({ full: true });
    expect(await everything(test.database)).toEqual(incremental);
  });

  it('starts over when the database was restored into a cluster that has counted less far', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    const before = await everything(test.database);
    // What a restore of a dump looks like: the rows keep the transaction ids that they had.
    await test.database.query('update events set ingest_xid = ingest_xid + 1000000');
    await test.database.query(`update feature_state set built_through = '2000000:2000000:'`);
    expect((await features.build()).full).toBe('the events were restored from another cluster');
    expect(await everything(test.database)).toEqual(before);
    expect(await features.build()).toEqual({
      full: undefined,
      users: 0,
      items: 0,
      skus: 0,
      tags: 0,
      forgotten: 0,
    });
    await insertEvents(test.database, [
      { user: 'u2', item: 'i2', type: 'click', at: '2020-02-01T00:00:00Z' },
    ]);
    expect(await features.build()).toEqual({
      full: undefined,
      users: 1,
      items: 1,
      skus: 0,
      tags: 3,
      forgotten: 0,
    });
  });

  it('starts over in another cluster even when that has counted farther', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    await test.database.query(`update feature_state set cluster = 'another'`);
    expect((await features.build()).full).toBe('the events were restored from another cluster');
    expect((await features.build()).full).toBeUndefined();
  });

  it('starts over when the weights are others, but not when interest only lasts longer', async () => {
    await insertEvents(test.database, tenEvents);
    await features.build();
    const lasting = { ...eventWeights, interest: { halfLifeDays: 90, lasting: 0 } };
    expect((await new FeatureService(test.database, lasting).build()).full).toBeUndefined();
    const dearer = { ...eventWeights, types: { ...eventWeights.types, click: 2 } };
    const report = await new FeatureService(test.database, dearer).build();
    expect(report.full).toBe('what they are made of has changed');
    expect((await rows(test.database, 'item_features'))[0]?.trend).toBeCloseTo(
      Math.log2(35.25),
      10,
    );
  });

  it('takes sizes from feedback on what was kept, and joins the catalogue when it is there', async () => {
    const at = '2020-01-05T00:00:00Z';
    const bought = { user: 'u1', item: 'i1', type: 'purchase', at };
    await insertEvents(test.database, [
      { ...bought, sku: 'i1-S', properties: { fit: 'small' } },
      { ...bought, sku: 'i1-M', properties: { fit: 'fit' } },
      { ...bought, sku: 'i1-M' },
      { ...bought, sku: 'i1-L', quantity: 2 },
      { ...bought, sku: 'i1-L', type: 'return', reason: 'too_large', quantity: 2 },
      { ...bought, sku: 'i1-M', type: 'return', reason: 'quality' },
    ]);
    await features.build();
    expect(await rows(test.database, 'user_size_profiles')).toEqual([]);
    // The catalogue arrives after the events.
    await test.database.query(
      `insert into items (item_id, category_path) values ('i1', '{women,tops,shirts}')`,
    );
    await test.database.query(
      `insert into skus (sku_id, item_id, size_label)
       values ('i1-S', 'i1', 'S'), ('i1-M', 'i1', 'M'), ('i1-L', 'i1', 'L')`,
    );
    const expected = [
      { size_label: 'L', kept: 0, too_small: 0, too_large: 2 },
      { size_label: 'M', kept: 1, too_small: 0, too_large: 0 },
      { size_label: 'S', kept: 0, too_small: 1, too_large: 0 },
    ];
    expect(await rows(test.database, 'item_size_profiles')).toMatchObject(expected);
    expect(await rows(test.database, 'user_size_profiles')).toMatchObject(
      expected.map((row) => ({ user_id: 'u1', persona: 0, category: 'shirts', ...row })),
    );
  });
});

const tenEvents: readonly TestEvent[] = [
  { user: 'u1', item: 'i1', type: 'impression', at: '2020-01-01T00:00:00Z' },
  { user: 'u1', item: 'i1', type: 'click', at: '2020-01-01T00:00:00Z' },
  { user: 'u1', item: 'i1', type: 'view', value: 24_000, at: '2020-01-01T00:00:00Z' },
  { user: 'u1', item: 'i1', type: 'cart', at: '2020-01-08T00:00:00Z' },
  {
    ...{ user: 'u1', item: 'i1', sku: 'i1-M', type: 'purchase', quantity: 2, price: 50 },
    at: '2020-01-08T00:00:00Z',
  },
  {
    ...{ user: 'u1', item: 'i1', sku: 'i1-M', type: 'return', price: 50, reason: 'too_small' },
    at: '2020-01-15T00:00:00Z',
  },
  { user: 'u2', item: 'i1', type: 'view', value: 1000, at: '2020-01-08T00:00:00Z' },
  { user: 'u2', item: 'i2', type: 'like', at: '2020-01-15T00:00:00Z' },
  { user: 'u2', type: 'follow', at: '2020-01-15T00:00:00Z' },
  { item: 'i2', type: 'click', at: '2020-01-22T00:00:00Z' },
];

function randomEvent(random: () => number): TestEvent {
  const types = ['impression', 'click', 'view', 'like', 'cart', 'uncart', 'purchase', 'return'];
  const type = types[Math.floor(random() * types.length)] ?? 'click';
  const item = `i${Math.floor(random() * 8)}`;
  return {
    user: `u${Math.floor(random() * 12)}`,
    item,
    ...(type === 'view' && { value: Math.floor(random() * 60_000) }),
    ...((type === 'purchase' || type === 'return') && { sku: `${item}-M`, price: 19.9 }),
    ...(type === 'return' && { reason: random() < 0.5 ? 'too_large' : 'other' }),
    type,
    at: new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 80 * 86_400_000)).toISOString(),
  };
}

const tables = {
  user_features: 'user_id',
  item_features: 'item_id',
  user_sku_outcomes: 'user_id, sku_id',
  sku_outcomes: 'sku_id',
  user_size_profiles: 'user_id, category, size_label',
  item_size_profiles: 'item_id, size_label',
};

type Row = Record<string, unknown> & { readonly trend?: number };

function rows(database: Queryable, table: string): Promise<Row[]> {
  return database.query(`select * from ${table} order by ${tables[table as keyof typeof tables]}`);
}

/** All that was built, but for when; the trend rounded, because sums differ in their last bits. */
async function everything(database: Queryable): Promise<Record<string, Row[]>> {
  const built: Record<string, Row[]> = {};
  for (const table of Object.keys(tables)) {
    built[table] = (await rows(database, table)).map(({ computed_at: _, ...row }) =>
      typeof row.trend === 'number' ? { ...row, trend: Number(row.trend.toFixed(9)) } : row,
    );
  }
  return built;
}

/** By the id of the user, item or SKU. */
async function computedAt(database: Queryable): Promise<Record<string, string>> {
  const found = await database.query<{ id: string; at: string }>(
    `select item_id as id, computed_at::text as at from item_features
     union all select sku_id, computed_at::text from sku_outcomes
     union all select user_id, computed_at::text from user_features
     order by id`,
  );
  return Object.fromEntries(found.map(({ id, at }) => [id, at]));
}

/** Polls; the statements of the polling are themselves what passes the time. */
async function untilSomebodyWaits(database: Queryable): Promise<void> {
  for (;;) {
    const [{ waiting } = { waiting: false }] = await database.query<{ waiting: boolean }>(
      `select exists (
         select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'
       ) as waiting`,
    );
    if (waiting) return;
  }
}
