import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createRfmBuilder } from '../../../services/create-services.ts';
import { insertOrderLines, insertUsers } from '../../helpers/orders.ts';
import { makePartitions } from '../../helpers/test-events.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

interface Row {
  readonly tier?: string;
  readonly group?: string;
  readonly recencyScore?: number;
  readonly frequencyScore?: number;
  readonly users: number;
}

const asOf = new Date('2026-07-01T00:00:00Z');
const daysAgo = (days: number) => new Date(asOf.getTime() - days * 86_400_000).toISOString();

describe('the summary of tiers', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await createTestService({ now: () => asOf });
    await makePartitions(service.database, '2025-01-01T00:00:00Z', '2026-07-31T00:00:00Z');
  });
  afterEach(() => service.close());
  const summary = () => request(service.app).get('/v1/rfm/summary');

  it('says so when nothing has been built', async () => {
    const { status, body } = await summary();
    expect(status).toBe(404);
    expect(body.detail).toBe('there are no tiers yet: run build-features or build-rfm');
  });

  it('of a shop without orders has prospects only', async () => {
    await insertUsers(service.database, ['u1', 'u2']);
    await createRfmBuilder(service.database).build({ asOf, windowDays: 90 });
    const { status, body } = await summary();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ asOf: asOf.toISOString(), windowDays: 90, rulesVersion: 1, users: 2, revenue: 0 },
      thresholds: { recency: [], frequency: [], monetary: [] },
      outsideWindow: { users: 2, userShare: 1, revenue: 0, revenueShare: 0 },
    });
  });

  it('counts users and money by scores, tiers and groups, less what came back', async () => {
    const line = (user: string, order: string, days: number, price: number) => ({
      ...{ user, order, item: 'i', price, at: daysAgo(days) },
    });
    await insertUsers(service.database, ['a', 'b', 'c', 'd', 'e', 'f']);
    await insertOrderLines(service.database, [
      ...[line('a', 'a1', 1, 100), line('a', 'a2', 40, 300), line('a', 'a3', 50, 200)],
      // Two lines of one order.
      ...[line('b', 'b1', 20, 30), line('b', 'b1', 20, 20)],
      ...[line('c', 'c1', 100, 80), { ...line('c', 'c1', 95, 30), type: 'return' as const }],
      ...[line('d', 'd1', 200, 10)],
      ...[line('e', 'e1', 500, 1000)],
      // Of an order before the window: what came back of it was not spent in it.
      ...[line('b', 'b0', 370, 400), { ...line('b', 'b0', 360, 400), type: 'return' as const }],
    ]);
    await createRfmBuilder(service.database).build({ asOf });
    const { body } = await summary();
    // Of four: the 1st, 2nd, 3rd and 4th value.
    expect(body.thresholds).toEqual({
      recency: [200, 100, 20, 1].map(daysAgo),
      frequency: [1, 1, 1, 3],
      monetary: [10, 50, 50, 600],
    });
    expect(body).toMatchObject({ users: 6, revenue: 710 });
    const grid = body.grid as Row[];
    expect(grid).toHaveLength(25);
    expect(grid.filter(({ users }) => users > 0)).toEqual([
      {
        ...{ recencyScore: 4, frequencyScore: 4, users: 1, userShare: 1 / 6 },
        ...{ revenue: 600, revenueShare: 600 / 710 },
      },
      {
        ...{ recencyScore: 3, frequencyScore: 1, users: 1, userShare: 1 / 6 },
        ...{ revenue: 50, revenueShare: 50 / 710 },
      },
      {
        ...{ recencyScore: 2, frequencyScore: 1, users: 1, userShare: 1 / 6 },
        ...{ revenue: 50, revenueShare: 50 / 710 },
      },
      {
        ...{ recencyScore: 1, frequencyScore: 1, users: 1, userShare: 1 / 6 },
        ...{ revenue: 10, revenueShare: 10 / 710 },
      },
    ]);
    expect(body.outsideWindow).toMatchObject({ users: 2, revenue: 0 });
    const of = (rows: Row[]) =>
      rows.filter(({ users }) => users > 0).map((row) => [row.tier ?? row.group, row.users]);
    expect(of(body.tiers)).toEqual([
      ['high_value', 1],
      ['dormant', 1],
      ['lost', 2],
      ['low_value', 1],
      ['prospect', 1],
    ]);
    expect(of(body.groups)).toEqual([
      ['champions', 1],
      ['about_to_sleep', 1],
      ['hibernating', 1],
      ['lost', 2],
      ['prospect', 1],
    ]);
    expect(body.tiers[0]).toMatchObject({
      treatment: {
        en: 'Early access to new items and offers made for them.',
        zh: '新品优先购，提供专属定制优惠。',
      },
    });
  });

  it('leaves out whose switch is off from the next request on', async () => {
    await insertUsers(service.database, ['a', 'b']);
    await createRfmBuilder(service.database).build({ asOf });
    await request(service.app).patch('/v1/users/a').send({ personalised: false }).expect(200);
    expect((await summary()).body).toMatchObject({ users: 1 });
    await createRfmBuilder(service.database).build({ asOf });
    expect(await service.database.query('select user_id from user_rfm_history')).toEqual([
      { user_id: 'b' },
    ]);
    await request(service.app).delete('/v1/users/b/behaviour').expect(202);
    expect((await summary()).body).toMatchObject({ users: 0 });
  });
});
