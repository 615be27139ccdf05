import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { unnameAnswers } from '../../../services/exposure/recommendation-log-store.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { tagTables } from '../../../services/features/tag-store.ts';
import { BehaviourStore } from '../../../services/users/behaviour-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

describe('forgetting what users did', () => {
  let test: TestDatabase;
  let features: FeatureService;
  beforeEach(async () => {
    test = await createTestDatabase();
    features = new FeatureService(test.database);
    await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z');
    await insertItems(test.database, [
      { itemId: 'i1', category: ['dresses'], brand: 'Acme', price: 50 },
      { itemId: 'i2', category: ['shoes'], brand: 'Loom', price: 80 },
    ]);
  });
  afterEach(() => test.drop());

  /** As if the user had asked at a time of our choice. */
  const ask = (userId: string, at: string, personalised = true) =>
    test.database.query(
      `insert into users (user_id, forget_before, personalised)
       values ($1::text, $2::timestamptz, $3::boolean)
       on conflict (user_id) do update
       set forget_before = excluded.forget_before, personalised = excluded.personalised`,
      [userId, at, personalised],
    );
  const turnOn = (userId: string) =>
    test.database.query('update users set personalised = true where user_id = $1::text', [userId]);
  const select = <Row>(sql: string) => test.database.query<Row>(sql);
  const derivedOf = async (userId: string) => {
    const found = await test.database.query<{ tab: string }>(
      `select 'features' as tab from user_features where user_id = $1::text
       union select 'outcomes' from user_sku_outcomes where user_id = $1::text
       union select 'sums' from user_tag_sums where user_id = $1::text
       union select 'tags' from user_tags where user_id = $1::text
       order by tab`,
      [userId],
    );
    return found.map(({ tab }) => tab);
  };
  const all = ['features', 'outcomes', 'sums', 'tags'];
  /** All that is kept of single users, but for when it was made; sums differ in their last bits. */
  const everythingOfUsers = async () => {
    const tables = ['user_features', 'user_sku_outcomes', ...tagTables];
    const built: Record<string, unknown>[][] = [];
    for (const table of tables) {
      const rows = await select<Record<string, unknown>>(`select * from ${table}`);
      built.push(rows.map(rounded).sort((a, b) => order(a).localeCompare(order(b))));
    }
    return built;
  };

  it('deletes events of every type up to then and builds anew what came after', async () => {
    await insertEvents(test.database, [...earlier('ann'), ...earlier('bob')]);
    await features.build();
    const bob = async () => (await everythingOfUsers()).map((rows) => rows.filter(isOf('bob')));
    const ofBob = await bob();
    const itemTotals = () =>
      select('select item_id, impressions, purchases from item_features order by item_id');
    const totals = await itemTotals();
    // Taken by the build already, with a time after the one that was asked at.
    await insertEvents(test.database, [{ ...like('ann'), at: '2020-02-10T00:00:00Z' }]);
    await features.build();
    await ask('ann', '2020-02-01T00:00:00Z');
    expect(await features.build()).toMatchObject({ full: undefined, forgotten: 1 });

    expect(await select(`select type from events where user_id = 'ann'`)).toEqual([
      { type: 'like' },
    ]);
    expect(await select(`select * from user_features where user_id = 'ann'`)).toMatchObject([
      { impressions: 0, likes: 1, purchases: 0, first_event_at: new Date('2020-02-10T00:00:00Z') },
    ]);
    expect(await derivedOf('ann')).toEqual(['features', 'sums']);
    expect(await bob()).toEqual(ofBob);
    // Totals that name nobody.
    expect(await itemTotals()).toEqual(totals);
    expect(
      await select(
        `select forgotten_through = forget_before as done from users where user_id = 'ann'`,
      ),
    ).toEqual([{ done: true }]);
    expect(await select('select from feature_exclusions')).toEqual([]);
    expect(await features.build()).toMatchObject({ forgotten: 0, users: 0 });
  });

  it('gives the same after many small builds as after a full one, whoever asks when', async () => {
    const random = seededRandom(17);
    const events = (count: number) => Array.from({ length: count }, () => randomEvent(random));
    for (let round = 0; round < 6; round++) {
      await insertEvents(test.database, events(40));
      for (let asks = 0; asks < 2; asks++) {
        await ask(`u${Math.floor(random() * 8)}`, randomTime(random), random() < 0.7);
      }
      if (random() < 0.5) await turnOn(`u${Math.floor(random() * 8)}`);
      // Begun before the build, and committed after it.
      await test.database.transaction(async (late) => {
        await insertEvents(late, events(10));
        await ask(`u${Math.floor(random() * 8)}`, randomTime(random));
        await features.build();
      });
    }
    await features.build();
    expect(
      await select(
        `select from events e join users u using (user_id) where e.occurred_at <= u.forget_before`,
      ),
    ).toEqual([]);
    const incremental = await everythingOfUsers();
    expect(incremental.map((rows) => rows.length > 4)).toEqual(Array(6).fill(true));
    await features.build({ full: true });
    expect(await everythingOfUsers()).toEqual(incremental);
  });

  it('deletes what comes in later from before they asked', async () => {
    await ask('ann', '2020-02-01T00:00:00Z');
    expect((await features.build()).forgotten).toBe(1);
    await insertEvents(test.database, earlier('ann'));
    expect(await features.build()).toMatchObject({ forgotten: 0, users: 0 });
    expect(await select('select from events')).toEqual([]);
    expect(await derivedOf('ann')).toEqual([]);
  });

  it('starts from nothing for who has the switch off when they ask, and then on', async () => {
    await insertEvents(test.database, earlier('ann'));
    await features.build();
    await ask('ann', '2020-02-01T00:00:00Z', false);
    expect((await features.build()).forgotten).toBe(1);
    await turnOn('ann');
    await features.build();
    expect(await derivedOf('ann')).toEqual([]);
    await insertEvents(test.database, [{ ...like('ann'), at: '2020-02-02T00:00:00Z' }]);
    await features.build();
    expect(await select('select likes, purchases from user_features')).toEqual([
      { likes: 1, purchases: 0 },
    ]);
  });

  it('goes on where the build that should follow did not come to its end', async () => {
    await insertEvents(test.database, [
      ...earlier('ann'),
      { ...like('ann'), at: '2020-02-02T00:00:00Z' },
    ]);
    await features.build();
    await ask('ann', '2020-02-01T00:00:00Z');
    const broken = features.build({
      onStep: () => {
        throw new Error('stopped');
      },
    });
    await expect(broken).rejects.toThrow('stopped');
    expect(await derivedOf('ann')).toEqual([]);
    await features.build();
    expect(await select('select likes, purchases from user_features')).toEqual([
      { likes: 1, purchases: 0 },
    ]);
  });

  // Where the build has the rows of all three tables, and where it has not come to tags yet, so that
  // it starts again.
  it.each([
    ['items', 7],
    ['sku_outcomes', 0],
  ])(
    'leaves nothing of a user who asks while a build is at %s, and does not make them wait',
    async (table, left) => {
      await insertEvents(test.database, [...earlier('ann'), ...earlier('bob')]);
      await features.build();
      expect(await derivedOf('ann')).toEqual(all);
      let build: Promise<unknown> = Promise.resolve();
      await test.database.transaction(async (blocking) => {
        await blocking.query(`lock table ${table} in access exclusive mode`);
        build = features.build({ full: true });
        await untilSomebodyWaits(test);
        await new BehaviourStore(test.database, unnameAnswers).forget('ann');
        // Their rows are the build's, but tags are not shown any more.
        expect(await derivedOf('ann')).not.toContain('tags');
      });
      expect(await build).toMatchObject({ forgotten: 0 });
      expect(await derivedOf('ann')).toEqual([]);
      expect(await derivedOf('bob')).toEqual(all);
      expect(await select(`select from events where user_id = 'ann'`)).toHaveLength(left);
      expect(await features.build()).toMatchObject({ forgotten: 1 });
      expect(await select(`select from events where user_id = 'ann'`)).toEqual([]);
      expect(await derivedOf('ann')).toEqual([]);
      expect(await derivedOf('bob')).toEqual(all);
    },
  );

  it('takes the name out of answers that were logged moments after they asked', async () => {
    await select(`select ensure_recommendation_log_partitions(now() - interval '2 days', now())`);
    await new BehaviourStore(test.database, unnameAnswers).forget('ann');
    expect((await features.build()).forgotten).toBe(1);
    await select(
      `insert into recommendation_log (shown_at, request_id, user_id, variant, item_ids, scores,
         sources, source_numbers)
       select forget_before + shift, 'r', user_id, 'v', '{}', '{}', '{}', '{}'
       from users, unnest(array[interval '-1 second', '1 microsecond']) as shift`,
    );
    await features.build();
    expect(await select('select user_id from recommendation_log order by shown_at')).toEqual([
      { user_id: null },
      { user_id: 'ann' },
    ]);
  });

  it('tells processes that have rooms in memory', async () => {
    const told = () => select(`select kind from change_feed where kind = 'rooms'`);
    await insertEvents(test.database, earlier('ann'));
    await test.database.query(`update events set room_id = 'r' where type = 'click'`);
    await ask('bob', '2020-02-01T00:00:00Z');
    await features.build();
    expect(await told()).toEqual([]);
    await ask('ann', '2020-02-01T00:00:00Z');
    await features.build();
    expect(await told()).toHaveLength(1);
  });
});

const like = (user: string) => ({ user, item: 'i1', type: 'like' });

/** Of all kinds that tables are made of, in January 2020. */
function earlier(user: string): TestEvent[] {
  const at = '2020-01-15T00:00:00Z';
  return [
    { user, item: 'i1', type: 'impression', at },
    { user, item: 'i1', type: 'click', at },
    { user, item: 'i1', type: 'view', value: 9000, at },
    { user, item: 'i1', type: 'purchase', sku: 'i1-one', price: 50, at },
    { user, item: 'i2', type: 'purchase', sku: 'i2-one', price: 80, at },
    { user, item: 'i2', type: 'return', sku: 'i2-one', price: 80, reason: 'too_small', at },
    { user, type: 'follow', at },
  ];
}

function randomTime(random: () => number): string {
  return new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 80 * 86_400_000)).toISOString();
}

function randomEvent(random: () => number): TestEvent {
  const types = ['impression', 'click', 'view', 'like', 'cart', 'uncart', 'purchase', 'return'];
  const type = types[Math.floor(random() * types.length)] ?? 'click';
  const item = `i${1 + Math.floor(random() * 2)}`;
  return {
    user: `u${Math.floor(random() * 8)}`,
    item,
    ...(type === 'view' && { value: Math.floor(random() * 60_000) }),
    properties: { channel: 'app' },
    ...((type === 'purchase' || type === 'return') && { sku: `${item}-one`, price: 19.9 }),
    type,
    at: randomTime(random),
  };
}

function rounded({ computed_at: _, ...row }: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toFixed(8)) : value,
    ]),
  );
}

const order = ({ user_id, tag, value, sku_id }: Record<string, unknown>) =>
  [user_id, tag, value, sku_id].join(' ');

const isOf = (userId: string) => (row: Record<string, unknown>) => row.user_id === userId;

/** Polls; the statements of the polling are themselves what passes the time. */
async function untilSomebodyWaits({ database }: TestDatabase): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const waiting = await database.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
  }
  throw new Error('nobody waits');
}
