import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventWeights } from '../../../models/dataset/event-weights.ts';
import { changedWeights } from '../../../models/dataset/event-weights-config.ts';
import { countedEvents } from '../../../models/dataset/learn-event-weights.ts';
import { learnWeights } from '../../../scripts/training/learn-weights.ts';
import {
  CountedRowsBuilder,
  readOutcomes,
} from '../../../services/training-data/event-outcomes-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions } from '../../helpers/test-events.ts';

const at = Date.parse('2020-02-01T00:00:00Z');
const justBefore = '2020-01-31T23:59:59.999Z';
const dayAfter = '2020-02-02T00:00:00Z';
/** Nothing passes, so that counts are whole numbers. */
const weights = changedWeights({ interest: { lasting: 1 } });
const spec = { at, daysBefore: 30, daysAfter: 7, outcomes: ['purchase'], permille: 1000, weights };

describe('learning the weights of events', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await makePartitions(test.database, '2019-12-01T00:00:00Z', '2020-02-28T00:00:00Z');
    await test.database.query(
      `insert into items (item_id, title, category_path, price)
       values ('d1', '', array['women', 'dresses'], 1), ('d2', '', array['women', 'dresses'], 1),
         ('s1', '', array['women', 'shoes'], 1)`,
    );
  });
  afterEach(() => test.drop());

  const read = async (options = spec) => {
    const builder = new CountedRowsBuilder();
    await test.database.transaction((transaction) =>
      readOutcomes(transaction, options, builder, new AbortController().signal),
    );
    return builder.build();
  };
  const rowOf = (counts: Float32Array, row: number) => {
    const own = counts.subarray(row * countedEvents.length, (row + 1) * countedEvents.length);
    return Object.fromEntries(
      countedEvents.flatMap((event, n) => (own[n] === 0 ? [] : [[event, own[n]]])),
    );
  };

  it('counts what a user did in a category before a moment, and what came of it after', async () => {
    await insertEvents(test.database, [
      { user: 'u', item: 'd1', type: 'impression', at: justBefore },
      { user: 'u', item: 'd1', type: 'click', at: justBefore },
      { user: 'u', item: 'd2', type: 'click', at: justBefore },
      { user: 'u', item: 'd2', type: 'view', value: 2999, at: justBefore },
      { user: 'u', item: 'd2', type: 'view', value: 12_000, at: justBefore },
      { user: 'u', item: 'd2', type: 'view', value: 3000 * 2 ** 9, at: justBefore },
      { user: 'u', item: 'd2', type: 'view', at: justBefore },
      { user: 'u', item: 'd1', type: 'return', reason: 'too_small', at: justBefore },
      { user: 'u', item: 'd1', type: 'return', at: justBefore },
      // Of another category, of none, of another time.
      { user: 'u', item: 's1', type: 'like', at: justBefore },
      { user: 'u', item: 'unknown', type: 'cart', at: justBefore },
      { user: 'u', item: 'd1', type: 'share', at: '2020-01-01T00:00:00Z' },
      { user: 'u', item: 'd2', type: 'purchase', at: dayAfter },
      { user: 'u', item: 'd1', type: 'purchase', at: dayAfter },
      { user: 'u', item: 'd1', type: 'purchase', at: '2020-02-08T00:00:00Z' },
      // Who did nothing before is no row.
      { user: 'later', item: 'd1', type: 'purchase', at: dayAfter },
      { user: 'off', item: 'd1', type: 'click', at: justBefore },
      { user: 'forgotten', item: 'd1', type: 'click', at: justBefore },
    ]);
    await test.database.query(
      `insert into users (user_id, personalised, forget_before)
       values ('off', false, null), ('forgotten', true, $1::timestamptz)`,
      [justBefore],
    );
    const { counts, outcomes, users } = await read();
    const rows = Array.from(outcomes, (outcome, row) => ({ outcome, ...rowOf(counts, row) }));
    expect(Array.from(users)).toEqual([0, 0, 0]);
    expect(rows.sort((a, b) => b.outcome - a.outcome)[0]).toEqual({
      outcome: 2,
      impression: 1,
      click: 2,
      'view.short': 1,
      'view.unknown': 1,
      'view.least': 2,
      // 12 s are two doublings of 3 s, and nine count as four.
      'view.perDoubling': 6,
      'return.size': 1,
      'return.other': 1,
    });
    expect(rows.slice(1)).toEqual(
      expect.arrayContaining([
        { outcome: 0, like: 1 },
        { outcome: 0, cart: 1 },
      ]),
    );
  });

  it('counts less of what is older', async () => {
    await insertEvents(test.database, [
      { user: 'u', item: 'd1', type: 'click', at: '2020-01-02T00:00:00Z' },
    ]);
    const { counts } = await read({ ...spec, weights: eventWeights });
    // Thirty days: a quarter lasts and half of the rest is left.
    expect(rowOf(counts, 0)).toEqual({ click: expect.closeTo(0.625, 5) });
  });

  it('takes a part of the users, always the same', async () => {
    const events = Array.from({ length: 200 }, (_, n) => {
      return { user: `u${n}`, item: 'd1', type: 'click', at: justBefore };
    });
    await insertEvents(test.database, events);
    const some = await read({ ...spec, permille: 300 });
    expect(some.outcomes.length).toBeGreaterThan(30);
    expect(some.outcomes.length).toBeLessThan(90);
    expect(await read({ ...spec, permille: 300 })).toEqual(some);
  });

  it('says that there is not enough data, and changes nothing', async () => {
    await insertEvents(test.database, [
      { user: 'u', item: 'd1', type: 'click', at: justBefore },
      { user: 'u', item: 'd1', type: 'purchase', at: dayAfter },
    ]);
    let said = '';
    const changes = await learnWeights(test.database, {
      weights: eventWeights,
      testDays: 1,
      daysBefore: 30,
      daysAfter: 1,
      moments: 2,
      users: 100,
      seed: 1,
      threads: 1,
      signal: new AbortController().signal,
      report: (text) => {
        said += text;
      },
    });
    expect(changes).toBeUndefined();
    expect(said).toContain('not enough data');
  });
});
