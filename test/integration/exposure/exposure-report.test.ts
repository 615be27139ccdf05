import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import {
  type ExposureReportOptions,
  reportExposure,
} from '../../../services/exposure/exposure-report.ts';
import type { LoggedAnswer } from '../../../services/exposure/logged-answer.ts';
import { RecommendationLogStore } from '../../../services/exposure/recommendation-log-store.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';
import { insertEvents, makePartitions, type TestEvent } from '../../helpers/test-events.ts';

const options: ExposureReportOptions = {
  from: new Date('2026-03-01T00:00:00Z'),
  to: new Date('2026-03-03T00:00:00Z'),
  ...{ version: null, variant: null, roomId: null },
  windows: { click: 1_800, purchase: 86_400 },
  ...{ tail: 0.5, newDays: 14, top: 1, clip: 0.05, seed: 1, mostAnswers: 100_000 },
};

const at = (time: string) => `2026-03-01T${time}Z`;

describe('reportExposure', () => {
  let test: TestDatabase;
  let store: RecommendationLogStore;
  beforeEach(async () => {
    test = await createTestDatabase();
    store = new RecommendationLogStore(test.database);
    await store.ensurePartitions(new Date('2026-02-28'), new Date('2026-03-03'));
    await makePartitions(test.database, '2026-02-01T00:00:00Z', '2026-03-31T00:00:00Z');
  });
  afterEach(() => test.drop());

  const answer = (
    shownAt: string,
    user: string | null,
    items: readonly string[],
    change: Partial<LoggedAnswer> = {},
  ): LoggedAnswer => ({
    ...{ requestId: 'r', roomId: 'room1', modelVersion: 'v1', variant: 'default' },
    viewer: user === null ? null : { userId: user, sessionId: null },
    shownAt: new Date(shownAt),
    items: items.map((item) => {
      const [itemId = '', source = 'hybrid'] = item.split('/');
      return { itemId, source, score: 1 };
    }),
    ...change,
  });

  const shop = () =>
    insertItems(test.database, [
      { itemId: 'a', trend: 9 },
      { itemId: 'b', trend: 8 },
      { itemId: 'c', trend: 1 },
      // Ten days old on 1 March, and without a trend.
      { itemId: 'd', launchedAt: '2026-02-19T00:00:00Z' },
      { itemId: 'gone', trend: 9, hidden: true },
      { itemId: 'to come', launchedAt: '2026-04-01T00:00:00Z' },
    ]);

  it('counts by hand what was shown and how it was spread', async () => {
    await shop();
    await store.write([
      answer(at('10:00:00'), 'u1', ['a', 'b', 'd/exploration']),
      answer(at('11:00:00'), 'u2', ['a', 'gone']),
      answer(at('12:00:00'), null, ['a', 'b']),
      // Outside of the time that is reported on.
      answer('2026-03-03T00:00:00Z', 'u1', ['c']),
      answer('2026-02-28T23:59:59Z', 'u1', ['c']),
    ]);
    const report = await reportExposure(test.database, options);
    expect(report).toMatchObject({
      ...{ answers: 3, named: 2, sampled: 1 },
      ...{ firstAt: new Date(at('10:00:00')), lastAt: new Date(at('12:00:00')) },
      // Of a, b, c and d all but c; a has 3 of 7; the tail is c and d. One is hidden by now.
      spread: { catalogue: 4, shown: 7, coverage: 0.75, longTail: 1 / 7, newItems: 1 / 7 },
    });
    // 0 1 2 3, weights −3 −1 1 3: (−1 + 2 + 9) / (4 · 6); the top one has 3 of these 6.
    expect(report.spread.gini).toBeCloseTo(10 / 24, 12);
    expect(report.spread.top).toBe(0.5);
    // Whose switch is off has no part in rates.
    expect(report.bySource.map(({ source, shown }) => [source, shown])).toEqual([
      ['hybrid', 4],
      ['exploration', 1],
    ]);
    expect(report.byPosition.map(({ from, shown }) => [from, shown])).toEqual([
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
  });

  it('credits an event to the last answer before it that showed the item, within the window', async () => {
    await shop();
    await store.write([
      answer(at('10:00:00'), 'u1', ['a', 'b']),
      answer(at('10:10:00'), 'u1', ['c', 'a']),
      answer(at('10:20:00'), 'u1', ['c', 'd']),
      answer(at('10:00:00'), 'u2', ['a', 'b']),
    ]);
    const happened = (type: string, user: string, item: string, time: string): TestEvent => {
      return { type, user, item, at: time };
    };
    await insertEvents(test.database, [
      // The answer of 10:10, twice: one item clicked.
      happened('click', 'u1', 'a', at('10:25:00')),
      happened('click', 'u1', 'a', at('10:26:00')),
      // 31 minutes after the only answer that showed it: too late for a click, not for a purchase.
      happened('click', 'u1', 'b', at('10:31:00')),
      happened('purchase', 'u1', 'b', at('10:31:00')),
      // More than a minute before it was shown; not shown to this user; another type.
      happened('click', 'u2', 'b', at('09:58:59')),
      happened('click', 'u2', 'd', at('10:05:00')),
      happened('like', 'u2', 'a', at('10:05:00')),
    ]);
    const { byPosition, bySource, spread } = await reportExposure(test.database, options);
    expect(byPosition.map(({ shown, clicks, purchases }) => [shown, clicks, purchases])).toEqual([
      [4, 0, 0],
      [4, 1, 1],
    ]);
    expect(bySource[0]).toMatchObject({ clicks: 1, purchases: 1 });
    expect(bySource[0]?.clickRate.mean).toBe(1 / 8);
    expect(spread).toMatchObject({ topOfClicks: 1, topOfPurchases: 1 });
  });

  it('bears with a clock that is behind', async () => {
    await shop();
    await store.write([
      answer(at('10:00:00'), 'u1', ['a', 'b']),
      answer(at('10:00:30'), 'u1', ['c', 'b']),
    ]);
    await insertEvents(test.database, [
      // Of the first answer, on a clock that is 20 s behind; a is in no other one.
      { type: 'click', user: 'u1', item: 'a', at: at('09:59:40') },
      // Of the answer before it rather than of the one after it.
      { type: 'click', user: 'u1', item: 'b', at: at('10:00:20') },
      // It had arrived before it was shown.
      { type: 'click', user: 'u1', item: 'c', at: at('10:00:10') },
    ]);
    await test.database.query(
      `update events set received_at = '2026-03-01T10:00:12Z' where item_id = 'c'`,
    );
    const { byPosition } = await reportExposure(test.database, options);
    expect(byPosition.map(({ clicks }) => clicks)).toEqual([1, 1]);
  });

  it('knows a session without a user, and a user in any session', async () => {
    await shop();
    await store.write([
      answer(at('10:00:00'), null, ['a'], { viewer: { userId: null, sessionId: 's1' } }),
      answer(at('10:00:00'), null, ['b'], { viewer: { userId: 'u1', sessionId: 's1' } }),
    ]);
    await insertEvents(test.database, [
      { type: 'click', session: 's1', item: 'a', at: at('10:01:00') },
      { type: 'click', session: 's1', item: 'b', at: at('10:01:00') },
      { type: 'click', user: 'u1', session: 's2', item: 'b', at: at('10:01:00') },
      { type: 'click', user: 'u1', session: 's1', item: 'a', at: at('10:01:00') },
    ]);
    const { bySource } = await reportExposure(test.database, options);
    expect(bySource[0]).toMatchObject({ shown: 2, clicks: 2 });
  });

  it('takes the answers of one version, variant or room', async () => {
    await shop();
    await store.write([
      answer(at('10:00:00'), 'u1', ['a']),
      answer(at('10:00:00'), 'u1', ['a', 'b'], { modelVersion: 'v2', variant: 'other' }),
      answer(at('10:00:00'), 'u1', ['a', 'b', 'c'], { modelVersion: null, roomId: null }),
    ]);
    const shown = async (change: Partial<ExposureReportOptions>) =>
      (await reportExposure(test.database, { ...options, ...change })).spread.shown;
    expect(await shown({})).toBe(6);
    expect(await shown({ version: 'v1' })).toBe(1);
    expect(await shown({ variant: 'other' })).toBe(2);
    expect(await shown({ roomId: 'room1' })).toBe(3);
  });

  it('has an answer when nothing was shown', async () => {
    const report = await reportExposure(test.database, options);
    expect(report).toMatchObject({ answers: 0, named: 0, firstAt: null, bySource: [] });
    expect(report.spread).toMatchObject({ catalogue: 0, shown: 0, coverage: Number.NaN });
  });

  it('finds examination and attraction that clicks were drawn with, of a personal ranking', async () => {
    const { answers, events, examination } = simulated(6_000);
    await store.write(answers);
    await insertEvents(test.database, events);
    const report = await reportExposure(test.database, options);
    const errors = report.byPosition.map((row, place) =>
      Math.abs(row.examination / (examination[place] ?? 0) - 1),
    );
    // The eighth place has 120 clicks, a standard error of a tenth.
    expect(Math.max(...errors)).toBeLessThan(0.25);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.08);
    const [hybrid, exploration] = report.bySource;
    expect([hybrid?.source, exploration?.source]).toEqual(['hybrid', 'exploration']);
    // Hybrid's items are clicked .3 of the times they are looked at in the mean, exploration's .2;
    // the raw rates are far lower, and their ratio is another one because of their places.
    for (const [row, attraction] of [
      [hybrid, 0.3],
      [exploration, 0.2],
    ] as const) {
      expect(row?.clickRate.high).toBeLessThan(attraction);
      expect(Math.abs((row?.clickRateCorrected.mean ?? 0) / attraction - 1)).toBeLessThan(0.12);
    }
    // A sample of the viewers finds about the same.
    const sample = await reportExposure(test.database, { ...options, mostAnswers: 2_000 });
    expect(sample.sampled).toBeCloseTo(1 / 3, 2);
    expect(sample.bySource[0]?.shown).toBeLessThan(0.4 * (hybrid?.shown ?? 0));
    expect(sample.bySource[0]?.shown).toBeGreaterThan(0.27 * (hybrid?.shown ?? 0));
  }, 60_000);

  /**
   * Viewers with tastes of their own: an item is clicked with `score` when it is looked at, and stands
   * the higher the higher that is. One item of ten is explored, at a place drawn at random.
   */
  function simulated(viewers: number) {
    const random = seededRandom(77);
    const examination = Array.from({ length: 8 }, (_, place) => 1 / (1 + place) ** 0.6);
    const answers: LoggedAnswer[] = [];
    const events: TestEvent[] = [];
    for (let viewer = 0; viewer < viewers; viewer++) {
      const liked = Array.from({ length: 7 }, (_, n) => ({
        itemId: `i${7 * Math.floor(40 * random()) + n}`,
        source: 'hybrid',
        score: 0.6 * random(),
      })).toSorted((a, b) => b.score - a.score);
      const explored = {
        itemId: `new${Math.floor(20 * random())}`,
        source: 'exploration',
        score: 0.2,
      };
      const items = liked.toSpliced(1 + Math.floor(7 * random()), 0, explored);
      const user = `u${viewer}`;
      answers.push(answer(at('10:00:00'), user, [], { items }));
      items.forEach(({ itemId, score }, place) => {
        if (random() >= score * (examination[place] ?? 0)) return;
        events.push({ type: 'click', user, item: itemId, at: at('10:05:00') });
      });
    }
    return { answers, events, examination };
  }
});
