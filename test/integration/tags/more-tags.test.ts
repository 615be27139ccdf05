import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { eventWeights } from '../../../models/dataset/event-weights.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

interface TagAnswer {
  readonly tag: string;
  readonly value: string;
  readonly weight: number;
  readonly share: number | null;
  readonly evidenceCount: number;
  readonly lastEvidenceAt: string | null;
  readonly shareOf: { counted: number; outOf: number; shop: number | null } | null;
  readonly reasons: { zh: string; en: string };
}

describe('tags of colours, discounts and habits', () => {
  let service: TestService;
  let features: FeatureService;
  const now = new Date('2020-03-01T00:00:00Z');
  const at = now.toISOString();
  /** One half-life ago: 0.25 + 0.75 / 2 is left. */
  const before = '2020-01-31T00:00:00Z';
  const left = 0.625;

  beforeEach(async () => {
    service = await createTestService({ now: () => now });
    features = new FeatureService(service.database);
    await insertItems(service.database, [
      { itemId: 'd1', category: ['dresses'], price: 100 },
      { itemId: 'd2', category: ['dresses'], price: 100 },
      { itemId: 'd3', category: ['dresses'], price: 100 },
    ]);
    await makePartitions(service.database, '2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z');
  });
  afterEach(() => service.close());

  const sql = (text: string) => service.database.query(text);
  const events = (...happened: TestEvent[]) => insertEvents(service.database, happened);
  const times = (count: number, event: TestEvent) => Array.from({ length: count }, () => event);
  const did = (type: string, more: Partial<TestEvent> = {}): TestEvent => ({
    ...{ user: 'ann', item: 'd1', type, at },
    ...more,
  });
  const tagsOf = async (tag: string, user = 'ann'): Promise<TagAnswer[]> => {
    const { body } = await request(service.app).get(`/v1/users/${user}/tags`).expect(200);
    return body.tags.filter((answered: TagAnswer) => answered.tag === tag);
  };
  /** Powers of logarithms differ in their last bits. */
  const rounded = (weight: number) => Number(weight.toFixed(9));
  const weights = async (tag: string, user = 'ann') =>
    Object.fromEntries(
      (await tagsOf(tag, user)).map(({ value, weight }) => [value, rounded(weight)]),
    );

  describe('colour', () => {
    beforeEach(async () => {
      await sql(`delete from skus`);
      await sql(
        `insert into skus (sku_id, item_id, colour) values
           ('d1-red', 'd1', 'red'), ('d1-blue', 'd1', 'blue'),
           ('d2-s', 'd2', 'green'), ('d2-m', 'd2', 'green'), ('d3-s', 'd3', null)`,
      );
    });

    it('is of the SKU that was named, whatever the item is said to be', async () => {
      await sql(`update items set attributes = '{"colour": "patterned"}' where item_id = 'd1'`);
      await events(did('purchase', { sku: 'd1-red' }), did('like', { sku: 'd1-blue' }));
      await features.build();
      expect(await weights('colour')).toEqual({ red: 10, blue: 3 });
      expect((await tagsOf('colour'))[0]).toMatchObject({
        share: expect.closeTo(10 / 13, 9),
        evidenceCount: 1,
        lastEvidenceAt: '2020-03-01T00:00:00.000Z',
        reasons: { en: 'because of 1 purchase in red', zh: '因为对颜色“red”有 1 次购买' },
      });
    });

    it('is else of the item: as its attributes say, or of all of its SKUs', async () => {
      await sql(`update items set attributes = '{"color": "white"}' where item_id = 'd3'`);
      await events(did('like'), did('like', { item: 'd2' }), did('like', { item: 'd3' }));
      await events(did('like', { item: 'd2', sku: 'd1-red' }));
      await features.build();
      // Of d1, which comes in two colours, it is not known; nor is red one of d2.
      expect(await weights('colour')).toEqual({ green: 6, white: 3 });
    });

    it('is none where the catalogue has a list or nothing', async () => {
      await sql(`update items set attributes = '{"colour": ["red", "blue"]}' where item_id = 'd1'`);
      await sql(`update items set attributes = '{"colour": ""}' where item_id = 'd3'`);
      await events(did('like'), did('like', { item: 'd3' }));
      await features.build();
      expect(await weights('colour')).toEqual({});
    });
  });

  describe('discount', () => {
    it('is in bands of whole per cent off the list price', async () => {
      const bands = await service.database.query<{ band: string | null }>(
        `select discount_band(list, asked) as band
         from unnest($1::numeric[], $2::numeric[]) with ordinality as p (list, asked, n) order by n`,
        [
          [100, 100, 100, 100, 99.99, 100, 100, 100, 100, 100, 0, null],
          [120, 100, 91, 90, 89.99, 71, 70, 51, 50, 0, 0, 10],
        ],
      );
      expect(bands.map(({ band }) => band)).toEqual([
        ...['full_price', 'full_price', 'full_price', '10-30', '10-30', '10-30', '30-50', '30-50'],
        ...['50+', '50+', null, null],
      ]);
    });

    it('is of what was paid, else of what the room asks, else of the list price', async () => {
      await sql(`insert into rooms (room_id) values ('r')`);
      await sql(
        `insert into room_items (room_id, item_id, position, room_price)
         values ('r', 'd1', 0, 65), ('r', 'd2', 1, null)`,
      );
      await events(
        did('purchase', { price: 40, room: 'r' }),
        did('like', { room: 'r' }),
        did('share', { room: 'r', item: 'd2' }),
        did('like'),
        // What the room asked for it is not known any more.
        did('like', { room: 'r', item: 'd3' }),
        did('like', { room: 'gone' }),
        // Nor is what was paid for what comes back.
        did('return', { reason: 'quality' }),
      );
      await features.build();
      expect(await weights('discount')).toEqual({ '50+': 10, full_price: 7, '30-50': 3 });
      expect((await tagsOf('discount'))[1]).toMatchObject({
        share: expect.closeTo(7 / 20, 9),
        reasons: { en: 'because of 1 like and 1 share at full price' },
      });
    });

    it("is of the SKU's own price where it has one", async () => {
      await sql(`update skus set price = 200 where sku_id = 'd1-one'`);
      await events(did('purchase', { price: 100, sku: 'd1-one' }));
      await features.build();
      expect(await weights('discount')).toEqual({ '50+': 10 });
    });

    it('is taken back by a return at that price', async () => {
      await events(
        did('purchase', { price: 60 }),
        did('return', { price: 60, reason: 'quality' }),
        did('purchase', { price: 100 }),
      );
      await features.build();
      expect(await weights('discount')).toEqual({ full_price: 10 });
    });
  });

  describe('active hours', () => {
    it("are eighths of the day by the shop's clock, of everything but impressions and returns", async () => {
      await events(
        // 20:59:59 and 21:00 in Shanghai.
        ...times(2, did('click', { at: '2020-02-29T12:59:59Z' })),
        ...times(3, did('comment', { at: '2020-02-29T13:00:00Z' })),
        { user: 'ann', type: 'follow', at: before, properties: { hostId: 'h' } },
        did('view', { value: 100, at: before }),
        did('impression', { at: before }),
        did('uncart', { at: before }),
        did('return', { at: before, reason: 'other' }),
      );
      await features.build();
      const [evening, late, morning] = await tagsOf('active_hours').then((tags) => [
        tags.find(({ value }) => value === '18-21'),
        tags.find(({ value }) => value === '21-24'),
        tags.find(({ value }) => value === '06-09'),
      ]);
      // 11 hours ago.
      const recent = 0.25 + 0.75 * 2 ** (-11 / 24 / 30);
      expect(late?.weight).toBeCloseTo(3 * recent, 6);
      expect(late?.reasons.en).toBe('because of 3 comments from 21:00 to 24:00');
      expect(evening?.weight).toBeCloseTo(2 * recent, 4);
      // The follow and the view, 30 days ago, are 2 · 0.625 = 1.25: too little.
      expect(morning).toBeUndefined();
      await events(did('view', { at: before }));
      await features.build();
      expect((await weights('active_hours'))['06-09']).toBeCloseTo(3 * left, 9);
      expect((await tagsOf('active_hours')).map(({ evidenceCount }) => evidenceCount)).toEqual([
        ...[3, 2, 3],
      ]);
    });

    it('are built anew by the clock of another time zone', async () => {
      await events(...times(2, did('click')));
      await features.build();
      expect(Object.keys(await weights('active_hours'))).toEqual(['06-09']);
      const abroad = new FeatureService(service.database, eventWeights, 'America/New_York');
      expect(await abroad.build()).toMatchObject({ full: undefined, users: 0 });
      expect(Object.keys(await weights('active_hours'))).toEqual(['18-21']);
    });
  });

  describe('channel', () => {
    it('is what the events say', async () => {
      await sql(`insert into users (user_id, channel) values ('ann', 'search')`);
      const through = (channel: unknown) => ({ properties: { channel } });
      await events(
        ...times(2, did('click', through('app'))),
        ...times(3, did('like', through('mini-program'))),
        did('click', through(7)),
        did('click', through('')),
        did('click', through('x'.repeat(101))),
      );
      await features.build();
      expect(await weights('channel')).toEqual({ 'mini-program': 3, app: 2 });
      expect((await tagsOf('channel'))[1]).toMatchObject({
        share: expect.closeTo(0.4, 9),
        reasons: { en: 'because of 2 clicks through app', zh: '因为通过“app”有 2 次点击' },
      });
    });

    it('is else what the profile says, with no weight', async () => {
      await sql(
        `insert into users (user_id, channel, personalised) values
           ('ann', 'search', true), ('bob', '', true), ('cid', 'app', false)`,
      );
      await events(did('click', { properties: { channel: 'app' } }));
      await features.build();
      expect(await tagsOf('channel')).toMatchObject([
        {
          ...{ value: 'search', weight: 0, share: null, evidenceCount: 0, lastEvidenceAt: null },
          reasons: { en: 'because the profile says so', zh: '依据用户资料' },
        },
      ]);
      expect(await tagsOf('channel', 'bob')).toEqual([]);
      expect(await tagsOf('channel', 'cid')).toEqual([]);
      await request(service.app).delete('/v1/users/ann/tags/channel').expect(200);
      expect(await tagsOf('channel')).toEqual([]);
    });
  });

  describe('content', () => {
    it('is rooms, pages of items, or what others say', async () => {
      await events(
        ...times(2, did('click', { room: 'r' })),
        did('purchase', { room: 'r' }),
        ...times(2, did('view', { value: 3000 })),
        did('view', { at: before }),
        did('view', { value: 2999 }),
        did('like', { room: 'r' }),
        { user: 'ann', type: 'comment', room: 'r', at },
      );
      await features.build();
      expect(await weights('content')).toEqual({ live: 3, item_pages: 2 + left, social: 2 });
      expect((await tagsOf('content')).map(({ reasons }) => reasons.en)).toEqual([
        'because of 1 purchase and 2 clicks in live rooms',
        'because of 3 views on pages of items',
        'because of 1 like and 1 comment',
      ]);
    });
  });

  describe('live watching', () => {
    const watching = async () => {
      const [tag] = await tagsOf('live_watching');
      return tag;
    };

    it('is the share of what was done in rooms, from five deeds on', async () => {
      await events(...times(2, did('click', { room: 'r' })), ...times(2, did('click')));
      await features.build();
      expect(await watching()).toBeUndefined();
      await events(did('click', { at: before }));
      await features.build();
      expect(await watching()).toMatchObject({
        value: 'sometimes',
        weight: expect.closeTo(4 + left, 9),
        evidenceCount: 5,
        lastEvidenceAt: at,
        shareOf: { counted: 2, outOf: 5, shop: null },
        reasons: {
          en: 'because 2 of 5 actions were in live rooms',
          zh: '因为 5 次互动中有 2 次在直播间',
        },
      });
      expect((await watching())?.share).toBeCloseTo(2 / (4 + left), 9);
    });

    it.each([
      [0, 6, 'none'],
      [1, 20, 'none'],
      [1, 19, 'sometimes'],
      [9, 10, 'sometimes'],
      [10, 10, 'often'],
      [6, 0, 'often'],
    ])('with %i in rooms and %i elsewhere is %s', async (inRooms, elsewhere, value) => {
      await events(
        ...times(inRooms, did('click', { room: 'r' })),
        ...times(elsewhere, did('click')),
      );
      await features.build();
      expect((await watching())?.value).toBe(value);
    });

    it('follows what they do of late', async () => {
      await events(
        ...times(10, did('click', { room: 'r', at: '2020-01-01T00:00:00Z' })),
        ...times(5, did('click')),
      );
      await features.build();
      // 60 days ago: 0.25 + 0.75 / 4 is left of ten.
      const old = 10 * (0.25 + 0.75 / 4);
      expect((await watching())?.share).toBeCloseTo(old / (old + 5), 9);
      expect((await watching())?.value).toBe('sometimes');
    });
  });

  describe('size returns', () => {
    const risk = async (user = 'ann') => {
      const [tag] = await tagsOf('size_returns', user);
      return tag;
    };
    const bought = (user: string, quantity: number): TestEvent =>
      did('purchase', { user, quantity });
    const back = (user: string, quantity: number, reason = 'too_small'): TestEvent =>
      did('return', { user, quantity, reason });

    it("are the share that came back for its size, drawn to the shop's", async () => {
      await events(
        ...[bought('ann', 12), back('ann', 2), back('ann', 2, 'too_large')],
        back('ann', 3, 'quality'),
        bought('bob', 10),
        ...[bought('cid', 27), back('cid', 3)],
        bought('dan', 1),
      );
      await features.build();
      // 7 of 50 came back, with one of ten added: 8 of 60.
      const shop = 8 / 60;
      expect(await risk()).toMatchObject({
        value: 'high',
        weight: expect.closeTo(12, 9),
        evidenceCount: 12,
        lastEvidenceAt: at,
        shareOf: { counted: 4, outOf: 12 },
        reasons: {
          en: 'because 4 of 12 pieces came back for their size, against 13.3% in the shop',
          zh: '因为购买的 12 件中有 4 件因尺码退回，全店为 13.3%',
        },
      });
      expect((await risk())?.shareOf?.shop).toBeCloseTo(shop, 12);
      expect((await risk())?.share).toBeCloseTo((4 + 10 * shop) / 22, 12);
      expect(await risk('bob')).toMatchObject({ value: 'low' });
      expect((await risk('bob'))?.share).toBeCloseTo((10 * shop) / 20, 12);
      expect(await risk('cid')).toMatchObject({ value: 'medium' });
      expect((await risk('cid'))?.share).toBeCloseTo((3 + 10 * shop) / 37, 12);
      // One piece says nothing.
      expect(await risk('dan')).toBeUndefined();
    });

    it('count less by age', async () => {
      await events(did('purchase', { quantity: 8, at: before }), back('ann', 2));
      await features.build();
      const shop = 3 / 18;
      expect((await risk())?.weight).toBeCloseTo(8 * left, 9);
      expect((await risk())?.share).toBeCloseTo((2 + 10 * shop) / (8 * left + 10), 9);
    });

    it('are never more than what was bought, though a return may outlast its purchase', async () => {
      await events(did('purchase', { quantity: 2, at: before }), back('ann', 2));
      await features.build();
      const shop = 3 / 12;
      expect((await risk())?.share).toBeCloseTo((2 * left + 10 * shop) / (2 * left + 10), 9);
    });

    it('are a share where more came back than is known to have been bought', async () => {
      await events(bought('ann', 2), back('ann', 5), back('bob', 9));
      await features.build();
      const shop = 3 / 12;
      expect(await risk()).toMatchObject({ value: 'high', shareOf: { counted: 5, outOf: 5 } });
      expect((await risk())?.shareOf?.shop).toBeCloseTo(shop, 9);
      expect((await risk())?.share).toBeCloseTo((2 + 10 * shop) / 12, 9);
      expect(await risk('bob')).toBeUndefined();
    });

    it('are removed for good, one value of them or all', async () => {
      await events(bought('ann', 10), bought('bob', 30), back('bob', 5));
      await features.build();
      expect((await risk())?.value).toBe('low');
      const remove = (query: string) =>
        request(service.app).delete(`/v1/users/ann/tags/size_returns${query}`).expect(200);
      expect((await remove('?value=high')).body.removed).toBe(0);
      expect((await remove('?value=low')).body.removed).toBe(1);
      expect(await risk()).toBeUndefined();
      await features.build({ full: true });
      expect(await risk()).toBeUndefined();
      // Another value may come.
      await events(back('ann', 2));
      await features.build();
      expect((await risk())?.value).toBe('medium');
      expect((await remove('')).body.removed).toBe(1);
      await events(back('ann', 1));
      await features.build();
      await features.build({ full: true });
      expect(await risk()).toBeUndefined();
      expect(await sql(`select from user_size_returns where user_id = 'ann'`)).toEqual([]);
      expect(await risk('bob')).toBeDefined();
    });
  });

  it('are found by their value, of users whose switch is on', async () => {
    await events(
      ...['ann', 'bob', 'cid'].flatMap((user) => times(6, did('click', { user, room: 'r' }))),
    );
    await features.build();
    await sql(`update users set personalised = false where user_id = 'bob'`);
    await sql(`update users set forget_before = now() where user_id = 'cid'`);
    for (const [tag, value] of [
      ['live_watching', 'often'],
      ['content', 'live'],
      ['active_hours', '06-09'],
      ['category', 'dresses'],
    ]) {
      expect(
        await service.database.query(
          `select user_id from user_tags_at($3::timestamptz)
           where tag = $1::text and value = $2::text`,
          [tag, value, at],
        ),
      ).toEqual([{ user_id: 'ann' }]);
    }
  });
});
