import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { defaultRules } from '../../../models/segmentation/default-rules.ts';
import { firstsOfMonths } from '../../../models/segmentation/months.ts';
import { createFeatureService, createRfmBuilder } from '../../../services/create-services.ts';
import type { RfmBuilder } from '../../../services/rfm/rfm-builder.ts';
import type { PastRow } from '../../../services/rfm/rfm-past-store.ts';
import { insertOrderLines, insertUsers } from '../../helpers/orders.ts';
import { makePartitions } from '../../helpers/test-events.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const order = (user: string, at: string, price = 10) => ({
  ...{ user, price, item: 'i', order: `${user} ${at}`, at: `${at}T12:00:00Z` },
});
const on = (day: string) => new Date(`${day}T00:00:00Z`);

describe('the history of tiers', () => {
  let service: TestService;
  let rfm: RfmBuilder;
  beforeEach(async () => {
    service = await createTestService({ now: () => on('2026-07-01') });
    rfm = createRfmBuilder(service.database);
    await makePartitions(service.database, '2025-06-01T00:00:00Z', '2026-07-31T00:00:00Z');
  });
  afterEach(() => service.close());

  const select = <Row>(text: string) => service.database.query<Row>(text);
  const tiersOf = async () =>
    (
      await select<{ user_id: string; tier: string }>(
        'select user_id, tier from user_rfm order by user_id',
      )
    ).map(({ user_id, tier }) => `${user_id} ${tier}`);
  const historyOf = async (user: string) =>
    (
      await service.database.query<{ changed_at: Date; tier: string; rfm_group: string }>(
        'select * from user_rfm_history where user_id = $1::text order by changed_at',
        [user],
      )
    ).map((row) => `${row.changed_at.toISOString().slice(0, 10)} ${row.tier}/${row.rfm_group}`);
  const transitions = (query: string) => request(service.app).get(`/v1/rfm/transitions${query}`);

  /** Ann comes in January and is away until June; bob comes in March; cem never; dee in May. */
  async function shop() {
    await insertUsers(service.database, ['ann', 'bob', 'cem']);
    await insertOrderLines(service.database, [
      ...[order('ann', '2026-01-10'), order('ann', '2026-06-20', 500)],
      ...[order('bob', '2026-03-02'), order('dee', '2026-05-10')],
    ]);
    await service.database.query(`update users set created_at = '2026-01-01T00:00:00Z'`);
  }

  it('has a row for each change, and each user the tier before and since when', async () => {
    await shop();
    for (const day of ['2026-02-01', '2026-04-01', '2026-05-01'])
      await rfm.build({ asOf: on(day) });
    expect(await tiersOf()).toEqual(['ann dormant', 'bob low_value', 'cem prospect']);
    await insertUsers(service.database, ['dee']);
    const report = await rfm.build({ asOf: on('2026-07-01') });
    // Ann is back; bob's last order is 120 days ago.
    expect(report).toMatchObject({ full: undefined, changedTier: 2 });
    expect(await tiersOf()).toEqual([
      'ann high_value',
      'bob dormant',
      'cem prospect',
      'dee low_value',
    ]);
    expect(await historyOf('ann')).toEqual([
      '2026-02-01 new/recent',
      '2026-04-01 low_value/about_to_sleep',
      '2026-05-01 dormant/hibernating',
      '2026-07-01 high_value/champions',
    ]);
    expect(await historyOf('cem')).toEqual(['2026-02-01 prospect/prospect']);
    expect(
      await select('select user_id, previous_tier, tier_since from user_rfm order by 1'),
    ).toEqual([
      { user_id: 'ann', previous_tier: 'dormant', tier_since: on('2026-07-01') },
      { user_id: 'bob', previous_tier: 'low_value', tier_since: on('2026-07-01') },
      { user_id: 'cem', previous_tier: null, tier_since: on('2026-02-01') },
      { user_id: 'dee', previous_tier: null, tier_since: on('2026-07-01') },
    ]);
  });

  it('answers who moved, those who were not there among them', async () => {
    await shop();
    for (const day of ['2026-02-01', '2026-04-01', '2026-05-01'])
      await rfm.build({ asOf: on(day) });
    await insertUsers(service.database, ['dee']);
    await rfm.build({ asOf: on('2026-07-01') });
    const none = {
      ...{ high_value: 0, promising: 0, new: 0, dormant: 0, lost: 0, low_value: 0, prospect: 0 },
    };
    const { body, status } = await transitions('?from=2026-04-30&to=2026-07-01');
    expect(status).toBe(200);
    expect(body).toEqual({
      from: '2026-04-30T00:00:00.000Z',
      to: '2026-07-01T00:00:00.000Z',
      historyFrom: '2026-02-01T00:00:00.000Z',
      ...{ users: 4, changed: 2, entered: 1 },
      matrix: [
        ...['high_value', 'promising'].map((from) => ({ from, users: 0, to: none })),
        // At the end of April the last look was on the first: bob was new for some hours more.
        { from: 'new', users: 1, to: { ...none, dormant: 1 } },
        ...['dormant', 'lost'].map((from) => ({ from, users: 0, to: none })),
        { from: 'low_value', users: 1, to: { ...none, high_value: 1 } },
        { from: 'prospect', users: 1, to: { ...none, prospect: 1 } },
        { from: null, users: 1, to: { ...none, low_value: 1 } },
      ],
    });
    // A row counts from the moment of its build on.
    const february = await transitions('?from=2026-01-31T23:59:59.999Z&to=2026-02-01');
    expect(february.body).toMatchObject({ users: 3, changed: 0, entered: 3 });
    const before = await transitions('?from=2025-01-01&to=2026-01-31');
    expect(before.body).toMatchObject({ users: 0, changed: 0, entered: 0 });
    await service.database.query(`update users set personalised = false where user_id = 'ann'`);
    const without = await transitions('?from=2026-04-30T02:00:00%2B02:00&to=2026-07-01');
    expect(without.body).toMatchObject({ users: 3, changed: 1, entered: 1 });
  });

  it('is filled backwards as builds on those days would have', async () => {
    await shop();
    await insertUsers(service.database, ['dee']);
    await createFeatureService(service.database).build();
    // Of the same events a shop that was built on the first of each month.
    const days = firstsOfMonths(on('2025-12-01'), on('2026-07-01'));
    await rfm.build({ asOf: on('2026-07-01') });
    expect(await historyOf('ann')).toEqual(['2026-07-01 high_value/champions']);
    await rfm.backfill(days);
    expect(await historyOf('ann')).toEqual([
      // There was a user, and no order.
      '2026-01-01 prospect/prospect',
      '2026-02-01 new/recent',
      '2026-03-01 low_value/about_to_sleep',
      '2026-05-01 dormant/hibernating',
      '2026-07-01 high_value/champions',
    ]);
    // Known from the first event on, whenever the row was made.
    expect(await historyOf('dee')).toEqual([
      '2026-06-01 new/recent',
      '2026-07-01 low_value/about_to_sleep',
    ]);
    expect(await historyOf('cem')).toEqual(['2026-01-01 prospect/prospect']);
    expect(
      await select('select user_id, previous_tier, tier_since from user_rfm order by 1'),
    ).toMatchObject([
      { user_id: 'ann', previous_tier: 'dormant', tier_since: on('2026-07-01') },
      { user_id: 'bob', previous_tier: 'low_value', tier_since: on('2026-06-01') },
      { user_id: 'cem', previous_tier: null, tier_since: on('2026-01-01') },
      { user_id: 'dee', previous_tier: 'new', tier_since: on('2026-07-01') },
    ]);
    const once = await select('select * from user_rfm_history order by 1, 2');
    expect(await rfm.backfill(days)).toBe(0);
    expect(await select('select * from user_rfm_history order by 1, 2')).toEqual(once);
  });

  it('of a month is what a build at that time made, and looking changes nothing', async () => {
    await shop();
    await rfm.build({ asOf: on('2026-02-01') });
    const february = await select(
      'select user_id, tier, frequency, monetary from user_rfm order by 1',
    );
    await rfm.build({ asOf: on('2026-07-01') });
    const state = await select('select * from user_rfm order by 1');
    const seen: PastRow[] = [];
    await rfm.look({ asOf: on('2026-02-01') }, async (rows) => {
      for await (const row of rows) seen.push(row);
    });
    expect(
      seen.map(({ userId, tier, frequency, monetary }) => ({
        ...{ user_id: userId, tier, frequency, monetary },
      })),
    ).toEqual(february);
    expect(await select('select * from user_rfm order by 1')).toEqual(state);
  });

  it('goes forward only, unless all is forgotten', async () => {
    await shop();
    await rfm.build({ asOf: on('2026-07-01') });
    await expect(rfm.build({ asOf: on('2026-02-01') })).rejects.toThrow(
      'the tiers are as of 2026-07-01T00:00:00.000Z already, after 2026-02-01T00:00:00.000Z',
    );
    await rfm.build({ asOf: on('2026-02-01'), reset: true });
    expect(await tiersOf()).toEqual(['ann new', 'bob prospect', 'cem prospect']);
    expect(await historyOf('ann')).toEqual(['2026-02-01 new/recent']);
    await expect(createRfmBuilder(service.database).backfill([])).resolves.toBe(0);
  });

  it('is not there to be filled before anything has been built', async () => {
    await expect(rfm.backfill([on('2026-01-01')])).rejects.toThrow('build them first');
  });

  it('follows new rules from the build on', async () => {
    await shop();
    await rfm.build({ asOf: on('2026-02-01') });
    const { tiers, groups } = defaultRules;
    const patient = {
      groups,
      tiers: {
        ...tiers,
        dormant: { ...tiers.dormant, when: [{ daysSinceLast: { from: 120, below: 180 } }] },
      },
    };
    await expect(rfm.useRules(patient)).rejects.toThrow('no rule of tiers is for a user with');
    await expect(rfm.useRules({ ...patient, tiers: {} })).rejects.toMatchObject({
      issues: expect.arrayContaining([
        expect.objectContaining({ path: 'rules.tiers.high_value', code: 'invalid_type' }),
      ]),
    });
    const renamed = {
      groups,
      tiers: { ...tiers, new: { ...tiers.new, name: { en: 'Newcomers', zh: '新人' } } },
    };
    expect(await rfm.useRules(renamed)).toBe(2);
    expect(await rfm.useRules(renamed)).toBe(2);
    await rfm.build({ asOf: on('2026-02-01') });
    const { body } = await request(service.app).get('/v1/rfm/summary');
    expect(body.rulesVersion).toBe(2);
    expect(body.tiers[2]).toMatchObject({ tier: 'new', name: { en: 'Newcomers' }, users: 1 });
    // The ones before are a version that is there already.
    expect(await rfm.useRules(defaultRules)).toBe(1);
    expect(await select('select version, active from rfm_rules order by 1')).toEqual([
      { version: 1, active: true },
      { version: 2, active: false },
    ]);
  });

  it.each([
    ['?from=2026-02-01&to=2026-02-01', 'query.from', 'expected a time before'],
    ['?from=2026-03-01&to=2026-02-01', 'query.from', 'expected a time before'],
    ['?from=2026-02-01&to=2026-07-02', 'query.to', 'expected a time that is past'],
    ['?from=yesterday&to=2026-02-01', 'query.from', 'expected a time with a zone'],
    ['?from=2026-02-30&to=2026-03-01', 'query.from', 'expected a time with a zone'],
    ['?to=2026-03-01', 'query.from', 'expected string'],
    ['?from=2026-02-01&to=2026-03-01&tier=new', 'query.tier', 'unknown field'],
  ])('refuses %s', async (query, path, message) => {
    const { status, body } = await transitions(query);
    expect(status).toBe(400);
    expect(body.errors[0].path).toBe(path);
    expect(body.errors[0].message).toContain(message);
  });
});
