import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClickPriorStore } from '../../../services/exposure/click-prior-store.ts';
import { LogPartitions } from '../../../services/exposure/log-partitions.ts';
import type { LoggedAnswer } from '../../../services/exposure/logged-answer.ts';
import {
  RecommendationLogStore,
  unnameAnswers,
} from '../../../services/exposure/recommendation-log-store.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/test-database.ts';

const answer = (change: Partial<LoggedAnswer> = {}): LoggedAnswer => ({
  requestId: 'r1',
  viewer: { userId: 'u1', sessionId: null },
  roomId: 'room',
  modelVersion: 'v1',
  variant: 'default',
  shownAt: new Date('2026-03-01T12:00:00.123Z'),
  items: [
    { itemId: 'i1', source: 'hybrid', score: 1.5 },
    { itemId: 'i2', source: 'exploration', score: -0.125 },
    { itemId: 'i3', source: 'hybrid', score: 0 },
  ],
  ...change,
});

describe('RecommendationLogStore', () => {
  let test: TestDatabase;
  let store: RecommendationLogStore;
  beforeEach(async () => {
    test = await createTestDatabase();
    store = new RecommendationLogStore(test.database);
    await store.ensurePartitions(
      new Date('2026-02-28T23:59:59Z'),
      new Date('2026-03-02T00:00:00Z'),
    );
  });
  afterEach(() => test.drop());

  const partitions = async () => {
    const rows = await test.database.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = 'recommendation_log'::regclass order by 1`,
    );
    return rows.map(({ name }) => name.replace('recommendation_log_', ''));
  };
  const shown = () =>
    test.database.query(
      `select l.request_id as request, place::integer, item_id as item, sources[number] as source,
         score::float8 as score
       from recommendation_log l
       cross join unnest(item_ids, scores, source_numbers) with ordinality
         as i (item_id, score, number, place)
       order by answer_id, place`,
    );

  it('keeps who was shown what, where, from which source', async () => {
    await store.write([answer(), answer({ requestId: 'r2', viewer: null, modelVersion: null })]);
    const rows = await test.database.query(
      `select shown_at, request_id, user_id, session_id, room_id, version, variant, sources
       from recommendation_log order by answer_id`,
    );
    const first = {
      ...{ shown_at: new Date('2026-03-01T12:00:00.123Z'), request_id: 'r1' },
      ...{ user_id: 'u1', session_id: null, room_id: 'room', version: 'v1', variant: 'default' },
      sources: ['hybrid', 'exploration'],
    };
    expect(rows).toEqual([first, { ...first, request_id: 'r2', user_id: null, version: null }]);
    expect((await shown()).slice(0, 3)).toEqual([
      { request: 'r1', place: 1, item: 'i1', source: 'hybrid', score: 1.5 },
      { request: 'r1', place: 2, item: 'i2', source: 'exploration', score: -0.125 },
      { request: 'r1', place: 3, item: 'i3', source: 'hybrid', score: 0 },
    ]);
  });

  it('keeps texts as they are', async () => {
    const odd = ['a"b', 'back\\slash', 'tab\tline\nreturn\r', '{x,y}', '裙子', 'null', ' ', '\\N'];
    await store.write([
      answer({
        requestId: 'q\\N\t',
        viewer: { userId: '\\N', sessionId: 's"\n' },
        roomId: null,
        items: odd.map((itemId, n) => ({ itemId, source: `s${n % 2}"`, score: n })),
      }),
    ]);
    const [row] = await test.database.query<Record<string, unknown>>(
      'select request_id, user_id, session_id, room_id, item_ids, sources from recommendation_log',
    );
    expect(row).toEqual({
      ...{ request_id: 'q\\N\t', user_id: '\\N', session_id: 's"\n', room_id: null },
      ...{ item_ids: odd, sources: ['s0"', 's1"'] },
    });
  });

  it('keeps scores of every size to about six digits', async () => {
    const scores = [123456.78, 1e9, -3.25678901, 0.1, 0.099999, 1e-20, Number.POSITIVE_INFINITY];
    await store.write([
      answer({ items: scores.map((score, n) => ({ itemId: `i${n}`, source: 's', score })) }),
    ]);
    const rows = (await shown()) as { score: number }[];
    rows.forEach(({ score }, n) => {
      const expected = scores[n] ?? Number.NaN;
      if (Number.isFinite(expected)) expect(Math.abs(score / expected - 1)).toBeLessThan(5e-5);
      else expect(score).toBe(expected);
    });
  });

  it('writes more than one chunk', async () => {
    const many = Array.from({ length: 3_000 }, (_, n) => answer({ requestId: `r${n}` }));
    await store.write(many);
    const [row] = await test.database.query<{ count: number }>(
      'select count(distinct request_id) as count from recommendation_log',
    );
    expect(row?.count).toBe(3_000);
  });

  it('makes a partition a day, also when many ask for it at once', async () => {
    expect(await partitions()).toEqual(['2026_02_28', '2026_03_01', '2026_03_02']);
    const day = new Date('2026-03-05T10:00:00Z');
    await Promise.all(Array.from({ length: 8 }, () => store.ensurePartitions(day, day)));
    expect((await partitions()).at(-1)).toBe('2026_03_05');
    await expect(
      store.ensurePartitions(new Date('2026-03-05'), new Date('2026-03-04')),
    ).rejects.toThrow('expected an interval of at most a year');
  });

  it('drops the days before one', async () => {
    expect(await store.dropPartitions(new Date('2026-03-02T00:00:00Z'))).toBe(2);
    expect(await partitions()).toEqual(['2026_03_02']);
    expect(await store.dropPartitions(new Date('2026-03-02T00:00:00Z'))).toBe(0);
  });

  it('takes the name of a user out of what they were shown, by an index', async () => {
    await store.write([
      answer(),
      answer({ viewer: { userId: 'u2', sessionId: null } }),
      answer({ shownAt: new Date('2026-03-02T01:00:00Z') }),
    ]);
    await unnameAnswers(test.database, 'u1');
    const left = await test.database.query(
      'select user_id, session_id from recommendation_log order by user_id',
    );
    const nobody = { user_id: null, session_id: null };
    expect(left).toEqual([{ user_id: 'u2', session_id: null }, nobody, nobody]);
    const indexes = await test.database.query<{ definition: string }>(
      `select indexdef as definition from pg_indexes where tablename = 'recommendation_log_2026_03_01'`,
    );
    expect(indexes.some(({ definition }) => definition.includes('(user_id)'))).toBe(true);
  });

  it('makes the days that answers need, and drops those that are too old', async () => {
    const now = () => new Date('2026-03-20T12:00:00Z');
    const errors: unknown[] = [];
    const kept = new LogPartitions(store, {
      now,
      keptDays: 10,
      onError: (error) => errors.push(error),
    });
    kept.start();
    await kept.stop();
    expect(await partitions()).toEqual(['2026_03_20', '2026_03_21', '2026_03_22']);
    const early = answer({ shownAt: new Date('2026-03-15T00:00:00Z') });
    await kept.ensure([early, early]);
    await store.write([early]);
    expect(await partitions()).toContain('2026_03_15');
    expect(errors).toEqual([]);
  });
});

describe('ClickPriorStore', () => {
  it('samples the items that were shown', async () => {
    const test = await createTestDatabase();
    try {
      const store = new ClickPriorStore(test.database);
      expect(await store.sample(100)).toEqual({ impressions: [], clicks: [] });
      await test.database.query(
        `insert into item_features (item_id, impressions, clicks, first_event_at, last_event_at, computed_at)
         select 'i' || n, n % 3, least(n % 3, 1), now(), now(), now() from generate_series(1, 30000) n`,
      );
      const all = await store.sample(100_000);
      expect(all.impressions.length).toBe(20_000);
      await test.database.query('analyze item_features');
      const some = await store.sample(3_000);
      expect(some.impressions.length).toBeGreaterThan(500);
      expect(some.impressions.length).toBeLessThan(6_000);
      expect(some.clicks.length).toBe(some.impressions.length);
    } finally {
      await test.drop();
    }
  });
});
