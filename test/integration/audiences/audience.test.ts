import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { IdMap } from '../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../models/dataset/interactions-builder.ts';
import { PopularityModel } from '../../../models/recommenders/popularity.ts';
import { SlimModel } from '../../../models/recommenders/slim-model.ts';
import { createFeatureService } from '../../../services/create-services.ts';
import { activateArtifact, encodeModel } from '../../helpers/published-model.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-05-01T12:00:00Z');
const lately = '2026-05-01T11:59:59Z';
const days = (count: number) => new Date(now.getTime() - count * 86_400_000).toISOString();

/**
 * Having i0 speaks for i2 with 1 and for i3 with 2, having i1 for i3 with 4; i5 is spoken for by i1
 * with 100 and is sold out. So for a shelf of i2, i3 and i5 somebody with i0 has 3, with i1 4, with
 * both 7.
 */
const graph = buildInteractions(
  [
    [0, 2, 1],
    [0, 3, 2],
    [1, 3, 4],
    [1, 5, 100],
  ],
  6,
  6,
);
const items = new IdMap(['i0', 'i1', 'i2', 'i3', 'i4', 'i5']);

const titles = ['blue dress', 'red dress', 'hat', 'scarf', 'belt', 'gloves'];

interface Person {
  readonly userId: string;
  readonly bought: readonly string[];
  readonly at?: string;
  readonly consent?: boolean;
  readonly tier?: string;
}

/** In the order that is expected of them. */
const people: readonly Person[] = [
  { userId: 'both', bought: ['i0', 'i1'], tier: 'high_value' },
  { userId: 'red', bought: ['i1'], tier: 'new' },
  { userId: 'blue', bought: ['i0'], tier: 'high_value' },
  // Seven, seen 45 days ago: half, of a weight that has aged too.
  { userId: 'gone', bought: ['i0', 'i1'], at: days(45), tier: 'dormant' },
  { userId: 'belt', bought: ['i4'], tier: 'new' },
];

async function fillShop({ database }: TestService): Promise<void> {
  await insertItems(
    database,
    titles.map((title, n) => ({
      itemId: `i${n}`,
      title,
      category: n < 2 ? ['women', 'dresses'] : ['accessories'],
      ...(n === 5 && { skus: [{ skuId: 'i5-one', stock: 0 }] }),
    })),
  );
  await insertEvents(
    database,
    people.flatMap(({ userId, bought, at = lately }) =>
      bought.map((itemId) => ({ userId, itemId, type: 'purchase', occurredAt: at })),
    ),
  );
  await database.query(
    `insert into users (user_id, marketing_consent)
     select unnest($1::text[]), true`,
    [people.map(({ userId }) => userId)],
  );
  await database.query(
    `insert into user_rfm (user_id, frequency, monetary, tier, rfm_group, tier_since, computed_at)
     select u, 1, 10, t, 'recent', $3::timestamptz, $3::timestamptz
     from unnest($1::text[], $2::text[]) as r (u, t)`,
    [people.map(({ userId }) => userId), people.map(({ tier }) => tier), now],
  );
  await fillRooms(database);
}

async function fillRooms(database: TestService['database']): Promise<void> {
  await database.query(
    `insert into rooms (room_id, title) values ('room-1', 'one'), ('empty', ''), ('sold-out', '')`,
  );
  await database.query(
    `insert into room_items (room_id, item_id, position)
     values ('room-1', 'i2', 0), ('room-1', 'i3', 1), ('room-1', 'i5', 2), ('sold-out', 'i5', 0)`,
  );
  await database.query(
    `insert into segments (segment_id, name, kind, holdout_seed)
     values ('friends', 'Friends', 'static', 'friends')`,
  );
  await database.query(
    `insert into segment_members (segment_id, user_id)
     values ('friends', 'blue'), ('friends', 'belt'), ('friends', 'not a user'), ('friends', 'gone')`,
  );
}

describe('the audience of a room', () => {
  let service: TestService;
  const get = (path: string) => request(service.app).get(`/v1/rooms/${path}`);
  const namedBy = async (query = '', room = 'room-1') => {
    const { status, body } = await get(`${room}/audience${query}`);
    expect([status, body.degradedReason]).toEqual([200, undefined]);
    return body.users.map(({ userId }: { userId: string }) => userId);
  };

  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await fillShop(service);
    await activateArtifact(
      service.database,
      encodeModel(new SlimModel(graph), items, { version: 'by-hand' }),
    );
    await service.services.models.refresh();
  });
  afterAll(() => service.close());

  it('names users by what is to be expected of them, worked out by hand', async () => {
    const { body } = await get('room-1/audience').expect(200);
    expect(body).toMatchObject({
      roomId: 'room-1',
      modelVersion: 'by-hand',
      computedAt: now.toISOString(),
      degraded: false,
      shelf: { items: 3, sellable: 2, known: 2 },
      indexed: 5,
      consent: 'required',
      holdout: null,
    });
    expect(body.users.map(({ userId }: { userId: string }) => userId)).toEqual([
      'both',
      'red',
      'blue',
      'gone',
    ]);
    // A purchase of now is a confidence of log2(1 + 10); of 45 days ago 10 · (¼ + ¾ · 2^−1.5) is left.
    const fresh = Math.log2(11);
    const old = Math.log2(1 + 10 * (0.25 + 0.75 * 2 ** -1.5));
    const interests = [7 * fresh, 4 * fresh, 3 * fresh, (7 * old) / 2];
    const average = interests.reduce((sum, value) => sum + value) / 5;
    for (const [n, interest] of interests.entries()) {
      expect(body.users[n].score).toBeCloseTo(interest / average, 3);
    }
  });

  it('tells the best items and why, in two languages', async () => {
    const { body } = await get('room-1/audience?limit=1').expect(200);
    const [both] = body.users;
    expect(both.items.map(({ title }: { title: string }) => title)).toEqual(['scarf', 'hat']);
    expect(both.tier).toBe('high_value');
    expect(both.reasons).toEqual([
      {
        code: 'history',
        text: { en: 'because of 2 purchases in dresses', zh: '因为在“dresses”购买 2 次' },
        itemIds: ['i1', 'i0'],
      },
      {
        code: 'likely',
        text: { en: 'likely to like scarf and hat', zh: '可能喜欢“scarf”、“hat”' },
        itemIds: ['i3', 'i2'],
      },
    ]);
  });

  it('keeps to a segment, to tiers, and to both', async () => {
    expect(await namedBy('?segment=friends')).toEqual(['blue', 'gone']);
    expect(await namedBy('?tier=high_value,new')).toEqual(['both', 'red', 'blue']);
    expect(await namedBy('?tier=high_value&segment=friends')).toEqual(['blue']);
  });

  it('keeps a holdout out, always the same', async () => {
    const buckets = await service.database.query<{ userId: string; bucket: number }>(
      `select user_id as "userId", random_bucket('seed', user_id) as bucket from users`,
    );
    const bucketOf = new Map(buckets.map(({ userId, bucket }) => [userId, bucket]));
    const share = bucketOf.get('red') ?? 0;
    const query = `?holdout=${(share + 1e-6).toFixed(6)}&seed=seed`;
    const { body } = await get(`room-1/audience${query}`).expect(200);
    const expected = ['both', 'red', 'blue', 'gone'].filter(
      (userId) => (bucketOf.get(userId) ?? 0) >= share + 1e-6,
    );
    expect(expected).not.toContain('red');
    expect(body.users.map(({ userId }: { userId: string }) => userId)).toEqual(expected);
    expect(body.holdout).toMatchObject({ seed: 'seed', users: 4 - expected.length });
    expect(await namedBy(query)).toEqual(expected);
    const other = await get('room-1/audience?holdout=0.5').expect(200);
    expect(other.body.holdout.seed).toBe('room-1');
  });

  it('names nobody without consent, unless none is required', async () => {
    const { database } = service;
    await database.query(`update users set marketing_consent = false where user_id = 'red'`);
    expect(await namedBy()).toEqual(['both', 'blue', 'gone']);
    expect(await namedBy('?consent=any')).toEqual(['both', 'red', 'blue', 'gone']);
    await database.query(`update users set marketing_consent = true where user_id = 'red'`);
  });

  it('names nobody whose switch is off, from the next request on', async () => {
    const { database } = service;
    await database.query(`update users set personalised = false where user_id = 'both'`);
    expect(await namedBy('?consent=any')).toEqual(['red', 'blue', 'gone']);
    expect(await namedBy('?consent=any&tier=high_value')).toEqual(['blue']);
    await database.query(`update users set personalised = true where user_id = 'both'`);
  });

  it('names nobody by what they wanted forgotten, from the next request on', async () => {
    await request(service.app).delete('/v1/users/blue/behaviour').expect(202);
    expect(await namedBy()).toEqual(['both', 'red', 'gone']);
    await service.database.query(`update users set forget_before = null where user_id = 'blue'`);
  });

  it('names nobody who is a user no more', async () => {
    const { database } = service;
    await database.query(`delete from users where user_id = 'gone'`);
    expect(await namedBy('?consent=any')).toEqual(['both', 'red', 'blue']);
    await database.query(`insert into users (user_id, marketing_consent) values ('gone', true)`);
  });

  it('counts only what can be bought now', async () => {
    const { database } = service;
    await database.query(`update items set hidden = true where item_id = 'i3'`);
    // Of the shelf only i2 is left, which i0 alone speaks for.
    expect(await namedBy()).toEqual(['blue', 'both', 'gone']);
    await database.query(`update items set hidden = false where item_id = 'i3'`);
    await database.query(`update skus set stock = 1 where item_id = 'i5'`);
    expect(await namedBy()).toEqual(['both', 'red', 'gone', 'blue']);
    await database.query(`update skus set stock = 0 where item_id = 'i5'`);
  });

  it('names those meant where a room, a segment or a tier is not known', async () => {
    const room = await get('rom-1/audience').expect(404);
    expect(room.body.detail).toBe('there is no room "rom-1"; did you mean room-1?');
    const segment = await get('room-1/audience?segment=freinds').expect(404);
    expect(segment.body.detail).toBe('there is no segment "freinds"; did you mean friends?');
    const tier = await get('room-1/audience?tier=new,hihg_value').expect(400);
    expect(tier.body.errors[0]).toMatchObject({ path: 'query.tier[1]', code: 'unknown_tier' });
    expect(tier.body.errors[0].message).toContain('did you mean high_value');
  });

  it('refuses a shelf of which nothing can be bought, and says so', async () => {
    const empty = await get('empty/audience').expect(409);
    expect(empty.body.detail).toContain('the shelf is empty');
    const soldOut = await get('sold-out/audience').expect(409);
    expect(soldOut.body.detail).toContain('none of its 1 items is in stock');
  });

  it.each([
    'limit=0',
    'limit=1001',
    'holdout=1',
    'holdout=-0.1',
    'holdout=x',
    'consent=no',
    'tire=new',
  ])('refuses %s', async (query) => {
    await get(`room-1/audience?${query}`).expect(400);
  });
});

describe('the audience of a room without the model', () => {
  let service: TestService;
  const get = (query = '') => request(service.app).get(`/v1/rooms/room-1/audience${query}`);

  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await fillShop(service);
  });
  afterAll(() => service.close());

  it('names nobody before tags are built, and says that it is degraded', async () => {
    const { body } = await get().expect(200);
    expect(body).toMatchObject({
      ...{ degraded: true, degradedReason: 'no_model', modelVersion: null, users: [] },
      shelf: { sellable: 2, known: 0 },
    });
  });

  it('names those who did most in the categories of the shelf', async () => {
    const did = (userId: string, type: string) => {
      return { userId, type, itemId: 'i4', occurredAt: lately };
    };
    await insertEvents(service.database, [
      ...[did('blue', 'purchase'), did('blue', 'purchase'), did('red', 'purchase')],
      did('red', 'like'),
    ]);
    await createFeatureService(service.database).build();
    const { body } = await get('?limit=2').expect(200);
    expect(body.users).toMatchObject([
      { userId: 'blue', score: expect.closeTo(20, 2) },
      { userId: 'red', score: expect.closeTo(13, 2), tier: 'new' },
    ]);
    expect(body.users[0].reasons[0].text.zh).toBe('近期在“accessories”最活跃');
    const within = await get('?segment=friends').expect(200);
    expect(within.body.users).toMatchObject([{ userId: 'blue' }, { userId: 'belt' }]);
  });
});

describe('the audience of a room where no users are kept', () => {
  it('is degraded, and lookalikes are refused', async () => {
    const service = await createTestService({ now: () => now, audienceUsers: 0 });
    try {
      await fillShop(service);
      await activateArtifact(service.database, encodeModel(new SlimModel(graph), items));
      await service.services.models.refresh();
      const { body } = await request(service.app).get('/v1/rooms/room-1/audience').expect(200);
      expect(body.degradedReason).toBe('off');
      const refused = await request(service.app)
        .post('/v1/segments/lookalike')
        .send({ userIds: ['both'] })
        .expect(503);
      expect(refused.body.detail).toContain('WARDROBE_AUDIENCE_USERS');
    } finally {
      await service.close();
    }
  });
});

describe('the audience of a room by a model that says the same of everybody', () => {
  it('is degraded, and says that users could not be read', async () => {
    const service = await createTestService({ now: () => now });
    try {
      await fillShop(service);
      const model = new PopularityModel(Float32Array.of(6, 5, 4, 3, 2, 1));
      await activateArtifact(service.database, encodeModel(model, items));
      await service.services.models.refresh();
      const { body } = await request(service.app).get('/v1/rooms/room-1/audience').expect(200);
      expect(body).toMatchObject({ degraded: true, degradedReason: 'failed', users: [] });
    } finally {
      await service.close();
    }
  });
});

describe('the audience of a room that keeps few users', () => {
  it('keeps those who did something last', async () => {
    const service = await createTestService({ now: () => now, audienceUsers: 4 });
    try {
      await fillShop(service);
      await activateArtifact(service.database, encodeModel(new SlimModel(graph), items));
      await service.services.models.refresh();
      const { body } = await request(service.app).get('/v1/rooms/room-1/audience').expect(200);
      expect(body.indexed).toBe(4);
      expect(body.users.map(({ userId }: { userId: string }) => userId)).toEqual([
        ...['both', 'red', 'blue'],
      ]);
    } finally {
      await service.close();
    }
  });
});
