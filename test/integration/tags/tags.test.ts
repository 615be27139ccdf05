import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventWeights } from '../../../models/dataset/event-weights.ts';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { tagKinds } from '../../../services/tags/tag-kinds.ts';
import { tagsSql } from '../../../services/tags/tags-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

interface Answer {
  readonly personalised: boolean;
  readonly tags: {
    tag: string;
    value: string;
    weight: number;
    evidenceCount: number;
    lastEvidenceAt: string;
    why: string;
  }[];
  readonly removed: { tag: string; value: string | null }[];
}

describe("a user's tags", () => {
  let service: TestService;
  let features: FeatureService;
  const now = new Date('2020-03-01T00:00:00Z');
  beforeEach(async () => {
    service = await createTestService({ now: () => now });
    features = new FeatureService(service.database);
    await insertItems(service.database, [
      { itemId: 'd1', category: ['women', 'dresses'], price: 150, brand: 'Acme' },
      { itemId: 'd2', category: ['women', 'dresses'], price: 60, brand: 'Loom' },
      { itemId: 's1', category: ['women', 'shoes'], price: 99.99, brand: 'Acme' },
      { itemId: 'bare' },
    ]);
    await makePartitions(service.database, '2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z');
  });
  afterEach(() => service.close());

  const allTagsOf = async (user: string, query = ''): Promise<Answer> =>
    (await request(service.app).get(`/v1/users/${user}/tags${query}`).expect(200)).body;
  /** Those of interests in three kinds; the others have a test of their own. */
  const tagsOf = async (user: string): Promise<Answer> => {
    const answer = await allTagsOf(user);
    const tags = answer.tags.filter(({ tag }) => ['category', 'brand', 'price'].includes(tag));
    return { ...answer, tags };
  };
  const remove = (user: string, tag: string) =>
    request(service.app).delete(`/v1/users/${user}/tags/${tag}`);
  const named = (answer: Answer) => answer.tags.map(({ tag, value }) => `${tag} ${value}`);
  const events = (...happened: TestEvent[]) => insertEvents(service.database, happened);
  const at = '2020-03-01T00:00:00Z';
  const click = (item: string, when = at): TestEvent => ({
    ...{ user: 'ann', item, type: 'click', at: when },
  });

  it('come from categories, brands and prices, with their weight, evidence and reason', async () => {
    await events(
      { user: 'ann', item: 'd1', type: 'purchase', quantity: 2, price: 120, at },
      { user: 'ann', item: 'd1', type: 'view', value: 24_000, at: '2020-01-31T00:00:00Z' },
      { user: 'ann', item: 'd2', type: 'view', value: 1000, at },
      { user: 'ann', item: 'd1', type: 'impression', at },
      { user: 'ann', item: 'bare', type: 'purchase', at },
      { user: 'ann', item: 'unknown', type: 'purchase', at },
    );
    await features.build();
    const { tags } = await tagsOf('ann');
    // A view of 24 s weighs 1 + 0.75 * 3; 30 days later 0.25 + 0.75 / 2 of it is left.
    const view = 3.25 * 0.625;
    expect(tags.map(({ tag, value, evidenceCount }) => [tag, value, evidenceCount])).toEqual([
      ['brand', 'Acme', 2],
      ['price', '100-200', 2],
      ['category', 'dresses', 2],
    ]);
    expect(tags[0]?.weight).toBeCloseTo(10 + view, 9);
    expect(tags[2]?.weight).toBeCloseTo(10 + view - 0.5, 9);
    expect(tags[0]).toMatchObject({
      lastEvidenceAt: '2020-03-01T00:00:00.000Z',
      why: 'because of 1 purchase and 1 view of Acme',
      evidence: { purchases: 1, views: 1, against: 0 },
      share: 1,
      shareOf: null,
      reasons: {
        en: 'because of 1 purchase and 1 view of Acme',
        zh: '因为对品牌“Acme”有 1 次购买、1 次浏览',
      },
    });
    expect(tags[2]?.why).toBe(
      'because of 1 purchase and 1 view in dresses, against 1 short view or return',
    );
  });

  it('stand from a weight of 1.5 on, and fall with the time', async () => {
    await events(click('d2'), click('s1', '2020-01-01T00:00:00Z'), click('s1'));
    await features.build();
    expect(named(await tagsOf('ann'))).toEqual(['price 50-100']);
    await events(click('d2'));
    await features.build();
    expect(named(await tagsOf('ann'))).toEqual(['price 50-100', 'brand Loom', 'category dresses']);
    expect((await tagsOf('ann')).tags[0]?.weight).toBeCloseTo(3 + 0.25 + 0.75 * 2 ** -2, 9);
  });

  it('are taken back by returns', async () => {
    await events(
      { user: 'ann', item: 'd1', type: 'purchase', price: 150, at },
      { user: 'ann', item: 'd1', type: 'return', price: 150, reason: 'quality', at },
    );
    await features.build();
    expect((await tagsOf('ann')).tags).toEqual([]);
  });

  it('are in bands of 10, 20, 50, 100 and so on', async () => {
    const prices = [0, 9.99, 10, 19.99, 20, 49.5, 50, 99.99, 100, 200, 500, 1000, 9_999_999_999];
    const bands = await service.database.query<{ band: string }>(
      'select price_band(price) as band from unnest($1::numeric[]) with ordinality as p (price, n) order by n',
      [prices],
    );
    expect(bands.map(({ band }) => band)).toEqual([
      ...['0-10', '0-10', '10-20', '10-20', '20-50', '20-50', '50-100', '50-100', '100-200'],
      ...['200-500', '500-1000', '1000-2000', '5000000000-10000000000'],
    ]);
  });

  it('are the same after many small builds as after a full one, whatever commits when', async () => {
    await service.database.query(
      `insert into skus (sku_id, item_id, colour) values ('d1-red', 'd1', 'red')`,
    );
    await service.database.query(`update skus set colour = 'green' where item_id = 'd2'`);
    await service.database.query(`insert into rooms (room_id) values ('r1')`);
    await service.database.query(
      `insert into room_items (room_id, item_id, position, room_price) values ('r1', 'd1', 0, 75)`,
    );
    await service.database.query(`insert into users (user_id, channel) values ('u1', 'search')`);
    const random = seededRandom(11);
    const some = (count: number) => Array.from({ length: count }, () => randomEvent(random));
    for (let round = 0; round < 4; round++) {
      await events(...some(30));
      await service.database.transaction(async (late) => {
        await insertEvents(late, some(10));
        await events(...some(15));
        await features.build();
      });
    }
    await features.build();
    const rowsOf = async (sql: string) =>
      (await service.database.query<Record<string, unknown>>(sql)).map(
        ({ computed_at: _, ...row }) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              typeof value === 'number' ? Number(value.toFixed(8)) : value,
            ]),
          ),
      );
    const sums = async () => [
      await rowsOf('select * from user_tag_sums order by user_id, tag, value'),
      await rowsOf('select * from user_size_returns order by user_id'),
      await rowsOf('select * from user_live_habits order by user_id'),
      await rowsOf('select * from user_said_channels order by user_id'),
      await rowsOf('select * from tag_settings'),
      await rowsOf(
        `select * from user_tags_at('2020-03-02T00:00:00Z') order by user_id, tag, value`,
      ),
    ];
    const incremental = await sums();
    expect(incremental.map((rows) => rows.length > 0)).toEqual(Array(6).fill(true));
    expect(new Set(incremental[5]?.map(({ tag }) => tag))).toEqual(
      new Set(tagKinds.map(({ tag }) => tag)),
    );
    await features.build({ full: true });
    expect(await sums()).toEqual(incremental);
  });

  it('are built from all events where the other features are there already', async () => {
    await events(click('d1'), click('d1'));
    await features.build();
    await service.database.query(`delete from feature_state where feature = 'tags'`);
    await service.database.query('delete from user_tag_sums');
    expect(await features.build()).toMatchObject({ full: undefined, users: 0, tags: 7 });
    expect(named(await tagsOf('ann'))).toHaveLength(3);
  });

  it('are built anew when the interest lasts longer, and read by what they were built with', async () => {
    await events(click('d1', '2020-01-31T00:00:00Z'), click('d1', '2020-01-31T00:00:00Z'));
    await features.build();
    expect((await tagsOf('ann')).tags).toEqual([]);
    const lasting = { ...eventWeights, interest: { halfLifeDays: 90, lasting: 1 } };
    const report = await new FeatureService(service.database, lasting).build();
    expect(report).toMatchObject({ full: undefined, tags: 7 });
    expect((await tagsOf('ann')).tags[0]?.weight).toBeCloseTo(2, 9);
  });

  it('are none for a user who is not known or has the switch off, from the next request on', async () => {
    expect(await allTagsOf('nobody')).toEqual({
      userId: 'nobody',
      personalised: true,
      tags: [],
      removed: [],
    });
    await events(click('d1'), click('d1'));
    await features.build();
    expect((await tagsOf('ann')).tags).toHaveLength(3);
    await service.database.query(`update users set personalised = false where user_id = 'ann'`);
    expect(await allTagsOf('ann')).toMatchObject({ personalised: false, tags: [] });
    const sums = () =>
      service.database.query(
        `select user_id from user_tag_sums union all select user_id from user_size_returns
         union all select user_id from user_live_habits`,
      );
    await features.build();
    expect(await sums()).toEqual([]);
    await events(click('d1'));
    await features.build();
    await features.build({ full: true });
    expect(await sums()).toEqual([]);

    // Back on: from all events that are kept.
    await service.database.query('update users set personalised = true');
    await features.build();
    expect((await tagsOf('ann')).tags).toMatchObject([
      { evidenceCount: 3 },
      { evidenceCount: 3 },
      { evidenceCount: 3 },
    ]);
  });

  it('stay removed when they are built anew and when there is new evidence', async () => {
    await events(click('d1'), click('d1'), click('d2'), click('d2'));
    await features.build();
    await remove('ann', 'brand?value=Acme').expect(200, {
      userId: 'ann',
      tag: 'brand',
      value: 'Acme',
      removed: 1,
    });
    const rest = ['category dresses', 'brand Loom', 'price 100-200', 'price 50-100'];
    expect(named(await tagsOf('ann'))).toEqual(rest);
    await events(click('d1'));
    await features.build();
    expect(named(await tagsOf('ann'))).not.toContain('brand Acme');
    await features.build({ full: true });
    expect(named(await tagsOf('ann'))).not.toContain('brand Acme');
    expect(
      await service.database.query(`select 1 from user_tag_sums where value = 'Acme'`),
    ).toEqual([]);
    expect((await tagsOf('ann')).removed).toMatchObject([{ tag: 'brand', value: 'Acme' }]);
  });

  it('are removed with all their values, those to come too', async () => {
    await events(click('d1'), click('d1'));
    await features.build();
    expect((await remove('ann', 'brand')).body).toMatchObject({ value: null, removed: 1 });
    expect((await remove('ann', 'brand')).body).toMatchObject({ value: null, removed: 0 });
    await events(click('d2'), click('d2'), { ...click('d2'), user: 'bob', type: 'like' });
    await features.build();
    expect(named(await tagsOf('ann')).filter((tag) => tag.startsWith('brand'))).toEqual([]);
    expect(named(await tagsOf('bob'))).toContain('brand Loom');
    expect((await tagsOf('ann')).removed).toMatchObject([{ tag: 'brand', value: null }]);
  });

  it('stay removed when a build was running meanwhile', async () => {
    await events(click('d1'), click('d1'));
    let build: Promise<unknown> = Promise.resolve();
    await service.database.transaction(async (blocking) => {
      await blocking.query('lock table feature_exclusions in exclusive mode');
      build = features.build();
      await untilSomebodyWaits(service);
      await remove('ann', 'brand').expect(200);
    });
    await build;
    expect(named(await tagsOf('ann'))).toEqual(['category dresses', 'price 100-200']);
    expect(await service.database.query(`select 1 from user_tag_sums where tag = 'brand'`)).toEqual(
      [],
    );
  });

  it('refuse a kind that there is not, and limits that cannot be', async () => {
    const { body } = await remove('ann', 'shoe-size').expect(404);
    expect(body.detail).toBe('there is no tag "shoe-size"');
    await remove('ann', 'brand?value=').expect(400);
    await remove('ann', 'brand?values=Acme').expect(400);
    await request(service.app).get('/v1/users/ann/tags?limit=1001').expect(400);
  });

  it('are given up to a limit, the highest first', async () => {
    await events(click('d1'), click('d1'), click('d2'), click('d2'));
    await features.build();
    expect(named(await allTagsOf('ann', '?limit=1'))).toEqual(['active_hours 06-09']);
  });

  it('are read by their index', async () => {
    await service.database.query(
      `insert into user_tag_sums (user_id, tag, value, computed_at)
       select 'u' || n, 'brand', 'b', now() from generate_series(1, 20000) n`,
    );
    await service.database.query('analyze user_tag_sums');
    const sql = tagsSql.replace('$1', `'u7'`).replace('$2', 'now()').replace('$3', '10');
    const plan = JSON.stringify(await service.database.query(`explain (format json) ${sql}`));
    expect(plan).toContain('user_tag_sums_pkey');
    expect(plan).not.toContain('Function Scan');
  });
});

function randomEvent(random: () => number): TestEvent {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const type = pick(['click', 'view', 'view', 'like', 'cart', 'uncart', 'purchase', 'return']);
  return {
    user: `u${Math.floor(random() * 6)}`,
    item: pick(['d1', 'd2', 's1']),
    ...(random() < 0.3 && { sku: pick(['d1-red', 'd2-one']) }),
    ...(random() < 0.4 && { room: pick(['r1', 'r2']) }),
    ...(random() < 0.4 && { properties: { channel: pick(['app', 'web']) } }),
    type,
    ...(type === 'view' && { value: Math.floor(random() * 20_000) }),
    ...(type === 'return' && { reason: pick(['quality', 'too_small']) }),
    at: new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 59 * 86_400_000)).toISOString(),
  };
}

async function untilSomebodyWaits({ database }: TestService): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const waiting = await database.query(
      `select 1 from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return;
  }
  throw new Error('nobody waits');
}
