import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  eventWeights,
  interactionWeight,
  type WeighedEvent,
} from '../../../models/dataset/event-weights.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

describe('interaction_weight and log2_sum', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('weighs every event as models/dataset/event-weights.ts does', async () => {
    const types = [...Object.keys(eventWeights.types), 'view', 'return'] as WeighedEvent['type'][];
    const dwells = [null, 0, 2999, 3000, 4711, 12_000, 47_000, 1e9];
    const reasons = [
      null,
      'too_small',
      'too_large',
      'quality',
      'not_as_described',
      'other',
    ] as const;
    const events = types.flatMap((type) =>
      dwells.flatMap((dwellMs) => reasons.map((reason) => ({ type, dwellMs, reason }))),
    );
    const rows = await test.database.query<{ weight: number }>(
      `select interaction_weight(e.type, e."dwellMs", e.reason, $2::jsonb) as weight
       from rows from (
         json_to_recordset($1::json) as (type text, "dwellMs" double precision, reason text)
       ) with ordinality as e (type, "dwellMs", reason, at)
       order by at`,
      [JSON.stringify(events), JSON.stringify(eventWeights)],
    );
    expect(rows).toHaveLength(events.length);
    rows.forEach(({ weight }, at) => {
      expect(weight).toBeCloseTo(interactionWeight(events[at] as WeighedEvent), 12);
    });
  });

  it('adds powers of two that no double could hold', async () => {
    const [row] = await test.database.query(
      `select log2_sum(x) as sum from unnest($1::double precision[]) as x`,
      [[5000, 5000, 5001, 3]],
    );
    expect(row).toEqual({ sum: 5002 });
    const [none] = await test.database.query(
      `select log2_sum(x) as sum from unnest($1::double precision[]) as x`,
      [[null]],
    );
    expect(none).toEqual({ sum: null });
  });
});
