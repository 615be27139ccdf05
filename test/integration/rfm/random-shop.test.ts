import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { defaultRules } from '../../../models/segmentation/default-rules.ts';
import { rfmOf } from '../../../models/segmentation/rfm-reference.ts';
import { layOutRules } from '../../../models/segmentation/rule-cells.ts';
import { createFeatureService, createRfmBuilder } from '../../../services/create-services.ts';
import type { RfmBuilder } from '../../../services/rfm/rfm-builder.ts';
import { insertOrderLines, type OrderLine } from '../../helpers/orders.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { makePartitions } from '../../helpers/test-events.ts';

const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const windowDays = 30;

describe.each([1, 2, 3, 4])('a random shop, seed %i', (seed) => {
  let test: TestDatabase;
  let rfm: RfmBuilder;
  beforeEach(async () => {
    test = await createTestDatabase();
    rfm = createRfmBuilder(test.database);
    await makePartitions(test.database, '2025-11-01T00:00:00Z', '2026-06-30T00:00:00Z');
  });
  afterEach(() => test.drop());

  it('gives the same by many small builds, by a full one and by the reference', async () => {
    const random = seededRandom(seed);
    const features = createFeatureService(test.database);
    let changes = 0;
    for (let step = 0, at = start; step < 12; step++, at += Math.ceil(random() * 12) * day) {
      await insertOrderLines(test.database, randomLines(random, at));
      await turnSwitches(test, random);
      await features.build();
      const asOf = new Date(at);
      const report = await rfm.build({ asOf, windowDays });
      expect(report.full === undefined).toBe(step > 0);
      changes += report.changedTier;
      const incremental = await rows(test);
      expect(incremental).toEqual(await expected(test, at));
      const history = await test.database.query('select * from user_rfm_history order by 1, 2');
      expect(await rfm.build({ asOf, windowDays, full: true })).toMatchObject({
        full: 'asked for',
        written: 0,
      });
      expect(await rows(test)).toEqual(incremental);
      expect(await test.database.query('select * from user_rfm_history order by 1, 2')).toEqual(
        history,
      );
      // Exactly those who have a row have a history, and it ends with what they are.
      expect(
        await test.database.query(
          `select distinct on (user_id) user_id, tier, rfm_group from user_rfm_history
           order by user_id, changed_at desc`,
        ),
      ).toEqual(
        await test.database.query('select user_id, tier, rfm_group from user_rfm order by 1'),
      );
    }
    expect(changes).toBeGreaterThan(20);
  });
});

/** Orders of some days before and after `at`, of times long ago too, and what came back of others. */
function randomLines(random: () => number, at: number): OrderLine[] {
  return Array.from({ length: 40 }, () => {
    const user = `u${Math.floor(30 * random() ** 2)}`;
    const days = random() < 0.2 ? -45 * random() : 14 * random() - 10;
    const isReturn = random() < 0.25;
    return {
      user,
      type: isReturn ? 'return' : 'purchase',
      ...(random() < 0.8 && { order: `o${Math.floor(random() * 8)}` }),
      ...(random() < 0.9 && { item: `i${Math.floor(random() * 3)}` }),
      ...(random() < 0.7 && { quantity: 1 + Math.floor(random() * 3) }),
      ...(random() < (isReturn ? 0.6 : 0.95) && { price: 10 * Math.ceil(random() * 5) }),
      // Whole hours, so that there are ties, and events at the very ends of the window.
      at: new Date(at + Math.round(days * 4) * (day / 4)).toISOString(),
    };
  });
}

async function turnSwitches({ database }: TestDatabase, random: () => number): Promise<void> {
  const some = () => `u${Math.floor(30 * random())}`;
  await database.query(
    `update users set personalised = not personalised where user_id = any($1::text[])`,
    [[some(), some()]],
  );
  // By the clock of the shop, which is long past that of the database.
  await database.query(
    `update users u set forget_before = (
       select max(e.occurred_at) - interval '5 days' from events e where e.user_id = u.user_id
     )
     where user_id = $1::text`,
    [some()],
  );
}

async function rows({ database }: TestDatabase) {
  const found = await database.query<{ user_id: string; [column: string]: unknown }>(
    `select user_id, first_order_at, last_order_at, frequency, monetary, recency_score,
       frequency_score, monetary_score, tier, rfm_group
     from user_rfm`,
  );
  return new Map(found.map((row) => [row.user_id, Object.values(row).slice(1)]));
}

/** By the reference, from the events that there are. */
async function expected({ database }: TestDatabase, asOf: number) {
  const users = await database.query<{ id: string }>(
    `select user_id as id from users where personalised`,
  );
  const events = await database.query<{ [column: string]: unknown }>(
    `select e.* from events e join users u on u.user_id = e.user_id
     where e.occurred_at > coalesce(u.forget_before, '-infinity')`,
  );
  const reference = rfmOf(
    users.map(({ id }) => id),
    events.map((event) => ({
      userId: String(event.user_id),
      isReturn: event.type === 'return',
      ...(event.order_id !== null && { orderId: String(event.order_id) }),
      ...(event.item_id !== null && { itemId: String(event.item_id) }),
      ...(event.unit_price !== null && { unitPrice: Number(event.unit_price) }),
      quantity: Number(event.quantity ?? 1),
      at: (event.occurred_at as Date).getTime(),
    })),
    layOutRules(defaultRules, windowDays),
    asOf,
  );
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at));
  return new Map(
    [...reference].map(([user, row]) => [
      user,
      [
        ...[time(row.firstOrderAt), time(row.lastOrderAt), row.frequency, row.monetary],
        ...[row.recencyScore ?? null, row.frequencyScore ?? null, row.monetaryScore ?? null],
        ...[row.tier, row.group],
      ],
    ]),
  );
}
