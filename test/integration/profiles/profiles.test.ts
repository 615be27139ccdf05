import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { defaultRules } from '../../../models/segmentation/default-rules.ts';
import { servingSettings } from '../../../services/database/serving-settings.ts';
import { FeatureService } from '../../../services/features/feature-service.ts';
import { profileSql } from '../../../services/profiles/profiles-store.ts';
import { activateRules } from '../../../services/rfm/rfm-rules-store.ts';
import { tagsSql } from '../../../services/tags/tags-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

describe("a user's profile", () => {
  let service: TestService;
  const now = new Date('2020-03-01T12:00:00Z');
  const at = '2020-03-01T00:00:00Z';

  beforeEach(async () => {
    service = await createTestService({ now: () => now });
    const skus = ['S', 'M', 'L'].map((size, order) => ({ size, order, stock: 1 }));
    await insertItems(service.database, [
      {
        ...{ itemId: 'd1', category: ['women', 'dresses'], price: 100, brand: 'Acme' },
        skus: skus.map((sku) => ({ ...sku, skuId: `d1-${sku.size}` })),
      },
      {
        ...{ itemId: 's1', category: ['women', 'shoes'], price: 100, brand: 'Loom' },
        skus: [{ skuId: 's1-38', size: '38', stock: 1 }],
      },
    ]);
    await makePartitions(service.database, '2020-02-01T00:00:00Z', '2020-03-31T00:00:00Z');
  });
  afterEach(() => service.close());

  const sql = (text: string) => service.database.query(text);
  const did = (type: string, more: Partial<TestEvent> = {}): TestEvent => ({
    ...{ user: 'ann', item: 'd1', type, at },
    ...more,
  });
  const answer = async (user: string, query = '') =>
    (await request(service.app).get(`/v1/users/${user}${query}`).expect(200)).body;

  const tell = () =>
    request(service.app)
      .put('/v1/users')
      .send({
        users: [
          {
            ...{ userId: 'ann', birthYear: 1990, gender: 'female', cityTier: 2, channel: 'app' },
            ...{ heightCm: 165.5, marketingConsent: true, attributes: { vip: true } },
          },
        ],
      })
      .expect(200);

  const behave = async () => {
    await insertEvents(service.database, [
      did('purchase', { sku: 'd1-M', quantity: 3, price: 100 }),
      did('purchase', { sku: 'd1-S', price: 100 }),
      did('return', { sku: 'd1-S', price: 100, reason: 'too_small' }),
      did('purchase', { sku: 's1-38', item: 's1', price: 100 }),
      did('return', { sku: 's1-38', item: 's1', price: 100, reason: 'too_large' }),
      did('like'),
    ]);
    await new FeatureService(service.database).build();
    await sql(
      `insert into user_rfm (user_id, first_order_at, last_order_at, frequency, monetary,
         recency_score, frequency_score, monetary_score, tier, rfm_group, previous_tier, tier_since,
         computed_at)
       values ('ann', '2020-02-01T00:00:00Z', '2020-02-27T13:00:00Z', 3, 450.5, 5, 4, 4,
         'high_value', 'champions', 'promising', '2020-02-27T13:00:00Z', '2020-03-01T00:00:00Z')
       on conflict (user_id) do update set
         first_order_at = excluded.first_order_at, last_order_at = excluded.last_order_at,
         frequency = excluded.frequency, monetary = excluded.monetary, tier = excluded.tier,
         recency_score = excluded.recency_score, frequency_score = excluded.frequency_score,
         monetary_score = excluded.monetary_score, rfm_group = excluded.rfm_group,
         previous_tier = excluded.previous_tier, tier_since = excluded.tier_since,
         computed_at = excluded.computed_at`,
    );
    await service.database.transaction(async (transaction) => {
      const version = await activateRules(transaction, defaultRules);
      await transaction.query(
        `insert into rfm_state
         values (true, now(), 365, $1::integer, '{}', '{}', '{}', now())`,
        [version],
      );
    });
    await sql(
      `insert into user_clv (user_id, probability_alive, expected_orders_30d, expected_orders_90d,
         expected_orders_365d, expected_spend_30d, expected_spend_90d, expected_spend_365d, churn_band,
         model_version, computed_at)
       values ('ann', 0.9, 0.5, 1.4, 5, 60, 170.5, 600, 'active', 'value-1', '2020-03-01T00:00:00Z')`,
    );
  };

  it('says in one answer what was told and what is derived', async () => {
    await tell();
    await behave();
    const { tags, profile, ...rest } = await answer('ann');
    expect(profile).toMatchObject({
      ...{ birthYear: 1990, gender: 'female', cityTier: 2, channel: 'app', heightCm: 165.5 },
      ...{ weightKg: null, bodyType: null, attributes: { vip: true } },
    });
    expect(rest).toMatchObject({
      userId: 'ann',
      personalised: true,
      marketingConsent: true,
      reason: null,
      tier: {
        tier: 'high_value',
        name: { en: 'High value', zh: '高价值用户' },
        treatment: defaultRules.tiers.high_value.treatment,
        group: 'champions',
        groupName: { en: 'Champions', zh: '冠军用户' },
        groupTreatment: defaultRules.groups.champions.treatment,
        scores: { recency: 5, frequency: 4, monetary: 4 },
        // 27 February, 13:00, to 1 March, 12:00, in a leap year.
        recencyDays: 2,
        frequency: 3,
        monetary: 450.5,
        firstOrderAt: '2020-02-01T00:00:00.000Z',
        lastOrderAt: '2020-02-27T13:00:00.000Z',
        previousTier: 'promising',
        tierSince: '2020-02-27T13:00:00.000Z',
        computedAt: '2020-03-01T00:00:00.000Z',
      },
      value: {
        ...{ probabilityAlive: 0.9, churnBand: 'active', modelVersion: 'value-1' },
        computedAt: '2020-03-01T00:00:00.000Z',
        expectedOrders: { days30: 0.5, days90: 1.4, days365: 5 },
        expectedSpend: { days30: 60, days90: 170.5, days365: 600 },
      },
      sizes: [
        {
          category: 'dresses',
          usual: 'M',
          sizes: [
            { label: 'M', kept: 3, tooSmall: 0, tooLarge: 0 },
            { label: 'S', kept: 0, tooSmall: 1, tooLarge: 0 },
          ],
        },
        {
          category: 'shoes',
          usual: null,
          sizes: [{ label: '38', kept: 0, tooSmall: 0, tooLarge: 1 }],
        },
      ],
    });
    const of = await request(service.app).get('/v1/users/ann/tags').expect(200);
    expect(tags).toEqual(of.body.tags);
    expect(tags.length).toBeGreaterThan(8);
    expect(tags[0]).toMatchObject({
      reasons: { en: expect.stringMatching(/^because/), zh: expect.stringMatching(/^因为/) },
    });
  });

  it('names no treatment where it is not known which rules the tier comes from', async () => {
    await behave();
    await sql('delete from rfm_state');
    expect((await answer('ann')).tier).toMatchObject({
      ...{ tier: 'high_value', name: null, treatment: null, groupName: null, groupTreatment: null },
    });
  });

  it('has as many tags as are asked for', async () => {
    await behave();
    const all = (await answer('ann')).tags;
    expect((await answer('ann', '?tags=2')).tags).toEqual(all.slice(0, 2));
    for (const query of ['tags=0', 'tags=201', 'tags=x', 'limit=2']) {
      await request(service.app).get(`/v1/users/ann?${query}`).expect(400);
    }
  });

  it('of a user who has done nothing is what was told', async () => {
    await tell();
    expect(await answer('ann')).toMatchObject({
      ...{ personalised: true, marketingConsent: true, reason: null },
      ...{ tier: null, value: null, sizes: [] },
      // What the profile says of the channel.
      tags: [],
    });
    await new FeatureService(service.database).build();
    expect((await answer('ann')).tags).toMatchObject([{ tag: 'channel', weight: 0 }]);
  });

  it('of a user who is known by events alone has no profile', async () => {
    await insertEvents(service.database, [did('like', { user: 'new' })]);
    const unknown = {
      ...{ userId: 'new', profile: null, personalised: true, marketingConsent: false },
      ...{ reason: null, tier: null, value: null, tags: [], sizes: [] },
    };
    expect(await answer('new')).toEqual(unknown);
  });

  it('is none of whom nothing is known, or what they were shown', async () => {
    await insertEvents(service.database, [did('impression', { user: 'shown' })]);
    for (const user of ['nobody', 'shown']) {
      const { body } = await request(service.app).get(`/v1/users/${user}`).expect(404);
      expect(body).toMatchObject({
        code: 'not_found',
        detail: `nothing is known of user ${user}`,
      });
    }
  });

  const derived = { tier: null, value: null, tags: [], sizes: [] };

  it('has nothing derived from the request on that follows the switch', async () => {
    await tell();
    await behave();
    await request(service.app).patch('/v1/users/ann').send({ personalised: false }).expect(200);
    expect(await answer('ann')).toMatchObject({
      ...derived,
      ...{ reason: 'not_personalised', personalised: false, marketingConsent: true },
      profile: { birthYear: 1990 },
    });
    await request(service.app).patch('/v1/users/ann').send({ personalised: true }).expect(200);
    expect(await answer('ann')).toMatchObject({ reason: null, tier: { tier: 'high_value' } });
  });

  it('has nothing of before while a deletion is waiting', async () => {
    await tell();
    await behave();
    await request(service.app).delete('/v1/users/ann/behaviour').expect(202);
    // A build that was running wrote them once more.
    await sql(
      `insert into user_tag_sums (user_id, tag, value, likes, total, computed_at)
       values ('ann', 'brand', 'Acme', 9, 90, now())`,
    );
    await sql(
      `insert into user_sku_outcomes (user_id, sku_id, kept, computed_at)
       values ('ann', 'd1-M', 3, now())`,
    );
    expect(await answer('ann')).toMatchObject({
      ...derived,
      ...{ reason: 'forgetting', personalised: true, profile: { birthYear: 1990 } },
    });
    await new FeatureService(service.database).build();
    expect(await answer('ann')).toMatchObject({ ...derived, reason: null, tags: [{ weight: 0 }] });
  });

  it('is read by indexes alone', async () => {
    await sql(`insert into users (user_id) select 'u' || n from generate_series(1, 5000) n`);
    await sql(
      `insert into user_tag_sums (user_id, tag, value, computed_at)
       select 'u' || n, 'brand', 'b', now() from generate_series(1, 5000) n`,
    );
    for (const [table, columns, values] of [
      ['user_size_returns', 'pieces, sent_back', '5, 1'],
      ['user_live_habits', 'in_rooms, elsewhere', '5, 1'],
      ['user_said_channels', 'events, recent', '5, 1'],
    ]) {
      await sql(
        `insert into ${table} (user_id, ${columns}, computed_at)
         select 'u' || n, ${values}, now() from generate_series(1, 5000) n`,
      );
    }
    await sql(
      `insert into user_sku_outcomes (user_id, sku_id, computed_at)
       select 'u' || n, 'd1-M', now() from generate_series(1, 5000) n`,
    );
    await sql(
      `insert into user_features (user_id, first_event_at, last_event_at, computed_at)
       select 'u' || n, now(), now(), now() from generate_series(1, 5000) n`,
    );
    await sql(
      `insert into user_rfm (user_id, frequency, monetary, tier, rfm_group, tier_since, computed_at)
       select 'u' || n, 0, 0, 'prospect', 'prospect', now(), now() from generate_series(1, 5000) n`,
    );
    await sql(
      `insert into user_clv
       select 'u' || n, 1, 1, 1, 1, 1, 1, 1, 'active', 'v', now() from generate_series(1, 5000) n`,
    );
    await sql('analyze');
    const plan = await service.database.transaction(async (transaction) => {
      for (const [name, value] of Object.entries(servingSettings)) {
        await transaction.query(`set local ${name} = ${value}`);
      }
      await transaction.query(
        `prepare profile (text, timestamptz, integer) as ${profileSql(tagsSql)}`,
      );
      const rows = await transaction.query<Record<string, unknown>>(
        `explain (format json) execute profile ('u7', now(), 20)`,
      );
      return JSON.stringify(rows);
    });
    for (const index of [
      ...['users_pkey', 'user_tag_sums_pkey', 'user_size_returns_pkey', 'user_live_habits_pkey'],
      ...['user_said_channels_pkey', 'user_rfm_pkey', 'user_clv_pkey', 'user_sku_outcomes_pkey'],
      'user_features_pkey',
    ]) {
      expect(plan).toContain(index);
    }
    const scanned = [...plan.matchAll(/"Seq Scan"[^}]*?"Relation Name":"(\w+)"/g)];
    const oneRow = ['tag_settings', 'rfm_state'];
    expect(scanned.filter(([, table]) => !oneRow.includes(table ?? ''))).toEqual([]);
  });
});
