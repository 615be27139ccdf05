import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

describe('the events of a user, newest first', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(
      `select ensure_event_partitions('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z')`,
    );
    await test.database.query(
      `insert into events (event_id, user_id, item_id, type, occurred_at)
       select 'e' || n, 'u' || n % 20, 'i' || n % 100,
         case when n % 3 = 0 then 'impression' else 'click' end,
         timestamptz '2026-01-01T00:00:00Z' + n * interval '250 seconds'
       from generate_series(1, 30000) as n`,
    );
    await test.database.query('analyze events');
  });
  afterAll(() => test.drop());

  it('are read from events_user_id_idx in every partition, without sorting', async () => {
    const [explained] = await test.database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (format json)
       select item_id, type, occurred_at from events
       where user_id = 'u7' and type <> 'impression'
       order by occurred_at desc
       limit 50`,
    );
    const plan = explained?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('no plan');
    const used = nodes(plan);
    const indexes = await test.database.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = 'events_user_id_idx'::regclass order by 1`,
    );
    const scanned = used.flatMap((node) => node['Index Name'] ?? []).sort();
    expect(indexes).toHaveLength(3);
    expect(scanned).toEqual(indexes.map(({ name }) => name));
    expect(used.map((node) => node['Node Type'])).not.toContain('Sort');
    expect(used.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  });
});
