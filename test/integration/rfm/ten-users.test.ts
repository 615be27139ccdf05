import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRfmBuilder } from '../../../services/create-services.ts';
import { insertOrderLines, insertUsers, type OrderLine } from '../../helpers/orders.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { makePartitions } from '../../helpers/test-events.ts';

const asOf = new Date('2026-07-01T00:00:00Z');

function daysAgo(days: number): string {
  return new Date(asOf.getTime() - days * 86_400_000).toISOString();
}

/** So many orders of one line, days ago, which together cost so much. */
function orders(user: string, days: readonly number[], money: number): OrderLine[] {
  return days.map((ago, n) => ({
    ...{ user, order: `${user}-${n}`, item: 'i', at: daysAgo(ago) },
    price: n === 0 ? money - days.length + 1 : 1,
  }));
}

describe('tiers of ten users, worked out by hand', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await makePartitions(test.database, '2025-01-01T00:00:00Z', '2026-07-31T00:00:00Z');
  });
  afterEach(() => test.drop());

  it('gives equal values equal scores', async () => {
    await insertUsers(test.database, ['u11', 'u12']);
    await insertOrderLines(test.database, [
      ...orders('u1', [200], 100),
      ...orders('u2', [200], 50),
      ...orders('u3', [100], 900),
      ...orders('u4', [60], 100),
      ...orders('u5', [60, 300], 50),
      ...orders('u6', [45, 300], 100),
      ...orders('u7', [20, 22, 25], 300),
      ...orders('u8', [5, 100, 300], 300),
      ...orders('u9', [5, 50, 100, 200, 300], 900),
      ...orders('u10', [5], 70),
      { user: 'u10', type: 'return', order: 'u10-0', item: 'i', price: 70, at: daysAgo(1) },
      // Not in the window.
      ...orders('u11', [400], 5000),
    ]);
    const names = Array.from({ length: 12 }, (_, n) => `u${n + 1}`);
    await insertUsers(test.database, names);
    await createRfmBuilder(test.database).build({ asOf });
    const rows = await test.database.query<Record<string, unknown>>(
      `select user_id, frequency, monetary, recency_score as r, frequency_score as f,
         monetary_score as m, tier, rfm_group
       from user_rfm order by length(user_id), user_id`,
    );
    // Of ten, the cuts are the 2nd, 4th, 6th and 8th value: 200, 60, 45, 5 days ago; 1, 1, 2, 3
    // orders; 50, 100, 100, 300 of money. A score is 1 and the number of cuts that are below.
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['u1', 1, 100, 1, 1, 2, 'lost', 'lost'],
      ['u2', 1, 50, 1, 1, 1, 'lost', 'lost'],
      ['u3', 1, 900, 2, 1, 5, 'dormant', 'at_risk'],
      ['u4', 1, 100, 2, 1, 2, 'low_value', 'about_to_sleep'],
      ['u5', 2, 50, 2, 3, 1, 'promising', 'potential_loyalist'],
      ['u6', 2, 100, 3, 3, 2, 'promising', 'potential_loyalist'],
      ['u7', 3, 300, 4, 4, 4, 'high_value', 'champions'],
      ['u8', 3, 300, 4, 4, 4, 'high_value', 'champions'],
      ['u9', 5, 900, 4, 5, 5, 'high_value', 'champions'],
      ['u10', 1, 0, 4, 1, 1, 'new', 'recent'],
      ['u11', 0, 0, null, null, null, 'lost', 'lost'],
      ['u12', 0, 0, null, null, null, 'prospect', 'prospect'],
    ]);
  });
});
