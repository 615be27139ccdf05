import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { confidenceOf, eventWeights } from '../../../models/dataset/event-weights.ts';
import { changedWeights } from '../../../models/dataset/event-weights-config.ts';
import { IdMap } from '../../../models/dataset/id-map.ts';
import { rowOf, type SparseMatrix } from '../../../models/dataset/sparse-matrix.ts';
import { SplitIds } from '../../../services/training-data/split-ids.ts';
import {
  readTimeSplit,
  type SplitWeights,
  type TimeSplitData,
} from '../../../services/training-data/time-split-reader.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions } from '../../helpers/test-events.ts';

const cut = { at: Date.UTC(2020, 1, 1), until: Date.UTC(2020, 1, 8) };
const monthBefore = '2020-01-02T00:00:00Z';
const lastMoment = '2020-01-31T23:59:59.999999Z';
const firstMoment = '2020-02-01T00:00:00Z';

describe('readTimeSplit', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await makePartitions(test.database, '2020-01-01T00:00:00Z', '2020-02-28T00:00:00Z');
  });
  afterEach(() => test.drop());

  const read = (ids: SplitIds, at = cut): Promise<TimeSplitData> =>
    test.database.transaction(
      (transaction) => readTimeSplit(transaction, at, ids),
      'repeatable read',
    );

  it('sums what is left of each weight at the cutoff, and drops what is not above 0', async () => {
    await insertEvents(test.database, [
      // Thirty days old: a quarter lasts and half of the rest is left, .625 of 1 + 3.25.
      { user: 'u1', item: 'i1', type: 'click', at: monthBefore },
      { user: 'u1', item: 'i1', type: 'view', value: 24_000, at: monthBefore },
      { user: 'u1', item: 'i2', type: 'cart', at: lastMoment },
      { user: 'u1', item: 'i2', type: 'uncart', at: lastMoment },
      // Sent back, so that nothing is left of it; too small, so that all is.
      { user: 'u1', item: 'i3', type: 'purchase', at: lastMoment },
      { user: 'u1', item: 'i3', type: 'return', reason: 'quality', at: lastMoment },
      { user: 'u2', item: 'i4', type: 'purchase', at: lastMoment },
      { user: 'u2', item: 'i4', type: 'return', reason: 'too_small', at: lastMoment },
      { user: 'u2', item: 'i1', type: 'impression', at: lastMoment },
      { user: 'u2', item: 'i1', type: 'view', value: 1000, at: lastMoment },
      { user: 'u2', type: 'follow', at: lastMoment },
      { item: 'i1', type: 'click', at: lastMoment },
      { user: 'u2', item: 'i5', type: 'click', at: firstMoment },
    ]);
    const ids = new SplitIds();
    const { interactions } = await read(ids);
    expect(ids.users.ids()).toEqual(['u1', 'u2']);
    expect(ids.items.ids()).toEqual(['i1', 'i2', 'i4']);
    expect(interactions).toMatchObject({ rows: 2, columns: 3 });
    expect(entries(interactions, 0)).toEqual([
      [0, expect.closeTo(confidenceOf(0.625 * 4.25), 5)],
      [1, expect.closeTo(confidenceOf(2), 5)],
    ]);
    expect(entries(interactions, 1)).toEqual([[2, expect.closeTo(confidenceOf(10), 5)]]);
  });

  it('tests what was wanted from the cutoff on and had not been met before', async () => {
    const at = '2020-02-03T00:00:00Z';
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', type: 'click', at: lastMoment },
      { user: 'u2', item: 'i2', type: 'like', at: lastMoment },
      // Met before.
      { user: 'u1', item: 'i1', type: 'purchase', at },
      { user: 'u1', item: 'i2', type: 'click', at: firstMoment },
      { user: 'u1', item: 'i2', type: 'cart', at },
      // Not a wish: shown, a glance, taken out, of unknown length, after the end.
      { user: 'u2', item: 'i1', type: 'impression', at },
      { user: 'u2', item: 'i1', type: 'view', value: 2999, at },
      { user: 'u2', item: 'i1', type: 'uncart', at },
      { user: 'u2', item: 'i1', type: 'view', at },
      { user: 'u2', item: 'i1', type: 'click', at: '2020-02-08T00:00:00Z' },
      // A new user, and a new item.
      { user: 'u3', item: 'i1', type: 'view', value: 3000, at },
      { user: 'u3', item: 'i9', type: 'purchase', at },
    ]);
    const ids = new SplitIds();
    const { interactions, test: tested } = await read(ids);
    expect(interactions).toMatchObject({ rows: 3, columns: 2 });
    expect(ids.users.ids()).toEqual(['u1', 'u2', 'u3']);
    expect(ids.unseenItems.ids()).toEqual(['i9']);
    expect([...tested.users]).toEqual([0, 2]);
    expect([...rowOf(tested.relevant, 0).indices]).toEqual([1]);
    expect([...rowOf(tested.relevant, 1).indices]).toEqual([0, 2]);
  });

  it('leaves out users who have the switch off, but not those who are not known', async () => {
    await test.database.query(
      `insert into users (user_id, personalised) values ('off', false), ('on', true)`,
    );
    await insertEvents(
      test.database,
      ['off', 'on', 'unknown'].flatMap((user) => [
        { user, item: 'i1', type: 'click', at: lastMoment },
        { user, item: 'i2', type: 'click', at: firstMoment },
      ]),
    );
    const ids = new SplitIds();
    const { test: tested } = await read(ids);
    expect(ids.users.ids()).toEqual(['on', 'unknown']);
    expect([...tested.users]).toEqual([0, 1]);
  });

  it('leaves out what a user wanted deleted, while it is still there', async () => {
    await test.database.query(
      `insert into users (user_id, forget_before)
       values ('all', '2020-02-28'), ('some', $1::timestamptz), ('on', null)`,
      [lastMoment],
    );
    await insertEvents(
      test.database,
      ['all', 'on', 'some'].flatMap((user) => [
        { user, item: 'i1', type: 'click', at: monthBefore },
        { user, item: 'i2', type: 'click', at: lastMoment },
        { user, item: 'i3', type: 'click', at: firstMoment },
        { user, item: 'i1', type: 'cart', at: '2020-02-03T00:00:00Z' },
      ]),
    );
    const ids = new SplitIds();
    const { interactions, test: tested } = await read(ids);
    expect(ids.users.ids()).toEqual(['on', 'some']);
    expect(rowOf(interactions, 0).indices).toHaveLength(2);
    expect(rowOf(interactions, 1).indices).toHaveLength(0);
    // What they wanted after that is a test, also of what they had met before.
    expect([...rowOf(tested.relevant, 0).indices]).toEqual([2]);
    expect([...rowOf(tested.relevant, 1).indices].sort()).toEqual([0, 2]);
  });

  it('has the same test for a model that knows fewer items', async () => {
    const at = '2020-02-03T00:00:00Z';
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', type: 'click', at: lastMoment },
      { user: 'u1', item: 'i2', type: 'click', at: lastMoment },
      { user: 'u1', item: 'i2', type: 'click', at },
      { user: 'u1', item: 'i3', type: 'click', at },
      { user: 'u2', item: 'i1', type: 'click', at },
    ]);
    const all = new SplitIds();
    const whole = await read(all);
    const some = new SplitIds(new IdMap(['i1']));
    const part = await read(some);
    expect(some.fingerprintOf(part.test)).toBe(all.fingerprintOf(whole.test));
    expect(some.items.ids()).toEqual(['i1']);
    expect(entries(part.interactions, 0)).toEqual([[0, 1]]);
    expect(part.interactions.columns).toBe(1);
  });

  it('weighs histories as one model has learnt, and has the test of another', async () => {
    const at = '2020-02-03T00:00:00Z';
    await insertEvents(test.database, [
      { user: 'u1', item: 'i1', type: 'click', at: lastMoment },
      { user: 'u1', item: 'i2', type: 'comment', at: lastMoment },
      { user: 'u1', item: 'i2', type: 'click', at },
      { user: 'u1', item: 'i3', type: 'click', at },
    ]);
    const own = changedWeights({ types: { comment: 0, click: 3 } });
    const split = (ids: SplitIds, weights: SplitWeights) =>
      test.database.transaction((transaction) =>
        readTimeSplit(transaction, cut, ids, undefined, weights),
      );
    const [usual, others, both] = [new SplitIds(), new SplitIds(), new SplitIds()];
    const fingerprint = usual.fingerprintOf((await read(usual)).test);
    const alone = await split(others, { weights: own });
    expect(others.fingerprintOf(alone.test)).not.toBe(fingerprint);
    const same = await split(both, { weights: own, testWeights: eventWeights });
    expect(both.fingerprintOf(same.test)).toBe(fingerprint);
    expect(both.items.ids()).toEqual(['i1']);
    expect(entries(same.interactions, 0)).toEqual([[0, 2]]);
  });

  it('gives the same bytes whatever the order in which the events came', async () => {
    const events = Array.from({ length: 300 }, (_, n) => ({
      user: `u${n % 7}`,
      item: `i${(n * n) % 11}`,
      type: n % 3 === 0 ? 'purchase' : 'click',
      at: new Date(Date.UTC(2020, 0, 1) + n * 7_654_321).toISOString(),
    }));
    await insertEvents(test.database, events);
    const ids = new SplitIds();
    const first = await read(ids);
    await test.database.query('delete from events');
    await insertEvents(test.database, events.toReversed());
    const again = new SplitIds();
    expect(await read(again)).toEqual(first);
    expect(again.items.ids()).toEqual(ids.items.ids());
  });

  it('takes ids with any characters that an id may have', async () => {
    const item = 'tab\there \\N back\\slash 红';
    await insertEvents(test.database, [{ user: 'u1', item, type: 'click', at: lastMoment }]);
    const ids = new SplitIds();
    await read(ids);
    expect(ids.items.ids()).toEqual([item]);
  });

  it('stops when it is told to, and leaves the connection usable', async () => {
    await insertEvents(test.database, [{ user: 'u1', item: 'i1', type: 'click', at: lastMoment }]);
    const stopped = AbortSignal.abort(new Error('enough'));
    const reading = test.database.transaction((transaction) =>
      readTimeSplit(transaction, cut, new SplitIds(), stopped),
    );
    await expect(reading).rejects.toThrow('enough');
    expect(await test.database.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

function entries(matrix: SparseMatrix, row: number): [number, number][] {
  const { indices, values } = rowOf(matrix, row);
  return Array.from(indices, (column, at) => [column, values[at] ?? Number.NaN]);
}
