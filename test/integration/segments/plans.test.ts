import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../../services/database/database.ts';
import { sql, toQuery } from '../../../services/database/sql.ts';
import { checkRule } from '../../../services/segments/check-rule.ts';
import { fieldNames, findField } from '../../../services/segments/segment-fields.ts';
import { SegmentQueries } from '../../../services/segments/segment-queries-store.ts';
import { createTestDatabase } from '../../helpers/test-database.ts';
import { makePartitions } from '../../helpers/test-events.ts';

const now = new Date('2026-06-30T12:00:00Z');
const words = {
  findField: (name: string) => findField(name, ['brand']),
  fieldNames: fieldNames(['brand']),
  now,
};

let test: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  test = await createTestDatabase();
  await fill(test.database);
});

afterAll(async () => {
  await test.drop();
});

/** Of 40 events one is a purchase, over six months. */
async function fill(database: Database): Promise<void> {
  await makePartitions(database, '2026-01-01T00:00:00Z', '2026-06-30T00:00:00Z');
  await database.query(
    `insert into users (user_id) select 'user-' || n from generate_series(1, 2000) n`,
  );
  await database.query(
    `insert into events (event_id, user_id, type, item_id, occurred_at, unit_price, properties)
     select 'e-' || n, 'user-' || (1 + n * 7 % 2000), case when n % 40 = 0 then 'purchase' else 'view' end,
       'item-' || n % 100, '2026-01-02Z'::timestamptz + interval '3 minutes' * n, 10,
       jsonb_build_object('page', repeat('x', 100))
     from generate_series(1, 80000) n`,
  );
  await database.query('vacuum (analyze) events');
  await database.query('vacuum (analyze) users');
}

async function planOf(rule: unknown): Promise<string> {
  const queries = new SegmentQueries(test.database, ['brand']);
  const members = await queries.ofRule(checkRule(rule, words), now);
  const { text, values } = toQuery(sql`explain ${members.sql}`);
  const rows = await test.database.query<Record<string, string>>(text, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('plans of rules', () => {
  it('reads only the months of a window', async () => {
    const plan = await planOf({ events: 'view', within: { days: 45 }, op: 'gte', value: 1 });
    expect(plan).toContain('events_2026_06');
    expect(plan).toContain('events_2026_05');
    expect(plan).not.toContain('events_2026_04');
  });

  it('reads purchases from their index, without the other events', async () => {
    const bought = {
      events: 'purchase',
      within: { days: 100 },
      measure: 'spend',
      op: 'gte',
      value: 9,
    };
    const plan = await planOf(bought);
    expect(plan).toContain('Index Only Scan using events_2026_05_user_id_occurred_at');
    expect(plan).not.toMatch(/Seq Scan on events/);
  });

  it('reads sets once and not for each user', async () => {
    const tag = { field: 'tag.brand', op: 'eq', value: 'Linea' };
    const seen = { events: 'view', within: { days: 45 }, op: 'gte', value: 3 };
    const plan = await planOf({ any: [tag, { not: seen }, { bucket: { seed: 'x', to: 0.1 } }] });
    expect(plan).not.toContain('SubPlan');
  });
});
