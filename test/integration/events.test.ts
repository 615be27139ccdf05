import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../services/create-app.ts';
import { createServices } from '../../services/create-services.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';
import { createTestService, type TestService } from '../helpers/test-service.ts';

const now = new Date('2026-03-15T12:00:00Z');

let made = 0;
const click = (fields: object = {}) => ({
  eventId: `event-${made++}`,
  type: 'click',
  userId: 'u1',
  itemId: 'i1',
  occurredAt: '2026-03-15T11:59:00Z',
  ...fields,
});

describe('POST /v1/events', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
  });
  afterAll(() => service.close());

  const post = (...events: unknown[]) => request(service.app).post('/v1/events').send({ events });
  const stored = (where: string, values: unknown[] = []) =>
    service.database.query<Record<string, unknown>>(
      `select * from events where ${where} order by event_id`,
      values,
    );
  const metric = async (line: string) => {
    const { text } = await request(service.app).get('/metrics');
    return Number(text.match(new RegExp(`^${line} (\\d+)$`, 'm'))?.[1] ?? 0);
  };

  it('stores every field', async () => {
    const base = {
      userId: 'ann',
      sessionId: 's',
      roomId: 'r',
      occurredAt: '2026-03-15T20:00:00.5+08:00',
    };
    await post(
      { ...base, eventId: 'f1', type: 'view', itemId: 'i', skuId: 'k', value: 1500.5 },
      {
        ...base,
        eventId: 'f2',
        type: 'return',
        itemId: 'i',
        quantity: 2,
        unitPrice: 19.99,
        orderId: 'o',
        reason: 'too_small',
        properties: { 'quo"te': ['a', null, { x: 1 }.x], nested: { '\\': '{},"' } },
      },
    ).expect(202, { accepted: 2, duplicates: 0, rejected: [] });
    const [view, returned] = await stored(`user_id = 'ann'`);
    expect(view).toMatchObject({
      event_id: 'f1',
      session_id: 's',
      item_id: 'i',
      sku_id: 'k',
      room_id: 'r',
      type: 'view',
      value: 1500.5,
      quantity: null,
      properties: null,
      occurred_at: new Date('2026-03-15T12:00:00.500Z'),
    });
    expect(returned).toMatchObject({
      type: 'return',
      quantity: 2,
      unit_price: 19.99,
      order_id: 'o',
      reason: 'too_small',
      properties: { 'quo"te': ['a', null, 1], nested: { '\\': '{},"' } },
    });
  });

  it('counts an event once, whatever is sent under its id later', async () => {
    const event = click({ value: 1 });
    await post(event).expect(202, { accepted: 1, duplicates: 0, rejected: [] });
    await post({ ...event, value: 2 }, { ...event, occurredAt: '2026-02-01T00:00:00Z' }).expect(
      202,
      {
        accepted: 0,
        duplicates: 2,
        rejected: [],
      },
    );
    const rows = await stored('event_id = $1', [event.eventId]);
    expect(rows.map(({ value }) => value)).toEqual([1]);
  });

  it('counts an id that is twice in one call once', async () => {
    const event = click({ value: 1 });
    await post(event, { ...event, value: 2 }).expect(202, {
      accepted: 1,
      duplicates: 1,
      rejected: [],
    });
    expect(await stored('event_id = $1', [event.eventId])).toMatchObject([{ value: 1 }]);
  });

  it('takes the good events of a call and says what is wrong with the others', async () => {
    const before = await metric('events_total\\{outcome="rejected"\\}');
    const good = click();
    const response = await post(
      { ...click(), eventId: 'bad-1', itemId: undefined, colour: 'red' },
      good,
      'nonsense',
      { ...click(), eventId: 'bad-3', occurredAt: '2026-03-15T11:59:00' },
      { ...click(), eventId: 'x'.repeat(129) },
    );
    expect(response.status).toBe(202);
    expect(response.body).toMatchObject({ accepted: 1, duplicates: 0 });
    const rejected = response.body.rejected.map(
      ({ index, eventId, path, code }: Record<string, unknown>) => [index, eventId, path, code],
    );
    expect(rejected).toEqual([
      [0, 'bad-1', 'events[0].itemId', 'invalid_type'],
      [0, 'bad-1', 'events[0].colour', 'unknown_field'],
      [2, null, 'events[2]', 'invalid_type'],
      [3, 'bad-3', 'events[3].occurredAt', 'invalid_format'],
      [4, 'x'.repeat(128), 'events[4].eventId', 'too_big'],
    ]);
    expect(await stored('event_id = $1', [good.eventId])).toHaveLength(1);
    expect(await metric('events_total\\{outcome="rejected"\\}')).toBe(before + 4);
  });

  it('answers 400 with every path when no event is good', async () => {
    const response = await post(click({ itemId: '' }), click({ userId: null }));
    expect(response.status).toBe(400);
    expect(response.type).toBe('application/problem+json');
    expect(response.body.code).toBe('invalid_input');
    expect(response.body.errors).toMatchObject([
      { path: 'events[0].itemId', code: 'too_small' },
      { path: 'events[1].userId', code: 'missing', message: 'expected userId or sessionId' },
    ]);
  });

  it.each([
    ['2026-03-16T12:00:00.001Z', 'too_late'],
    ['2026-03-16T20:01:00+08:00', 'too_late'],
    ['1999-12-31T23:59:59.999Z', 'too_early'],
  ])('refuses an event of %s', async (occurredAt, code) => {
    const response = await post(click({ occurredAt }));
    expect(response.status).toBe(400);
    expect(response.body.errors).toMatchObject([{ path: 'events[0].occurredAt', code }]);
  });

  it('takes events from 2000 up to a day ahead, making partitions at need', async () => {
    const times = ['2000-01-01T00:00:00Z', '2013-07-31T23:59:59.999Z', '2026-03-16T12:00:00Z'];
    await post(...times.map((occurredAt) => click({ userId: 'times', occurredAt }))).expect(202, {
      accepted: 3,
      duplicates: 0,
      rejected: [],
    });
    const rows = await stored(`user_id = 'times'`);
    expect(rows.map(({ occurred_at }) => (occurred_at as Date).getTime())).toEqual(
      times.map((time) => Date.parse(time)),
    );
  });

  it('takes up events again when a partition has been taken away', async () => {
    const month = { occurredAt: '2014-05-05T00:00:00Z' };
    await post(click(month)).expect(202);
    await service.database.query('drop table events_2014_05');
    await post(click(month)).expect(202, { accepted: 1, duplicates: 0, rejected: [] });
  });

  it('takes 1 to 1,000 events a call', async () => {
    const many = (count: number) => Array.from({ length: count }, () => click());
    for (const events of [[], many(1001)]) {
      const response = await post(...events);
      expect(response.status).toBe(400);
      expect(response.body.errors).toMatchObject([{ path: 'events' }]);
    }
    await post(...many(1000)).expect(202, { accepted: 1000, duplicates: 0, rejected: [] });
  });

  it('puts concurrent calls together, and each is told its own counts', async () => {
    const shared = click();
    const before = await metric('event_batch_size_count');
    const calls = Array.from({ length: 20 }, () => post(shared, click(), click()));
    const answers = await Promise.all(calls.map(async (call) => (await call).body));
    const total = (name: string) =>
      answers.reduce((sum: number, answer: Record<string, number>) => sum + (answer[name] ?? 0), 0);
    expect([total('accepted'), total('duplicates')]).toEqual([41, 19]);
    expect(await metric('event_batch_size_count')).toBeLessThan(before + 20);
  });

  it('does not let the data of one call fail those it is written with', async () => {
    // No input is known that passes the checks and that Postgres refuses: this makes one.
    await service.database.query(
      `alter table events add constraint poison check (item_id <> 'poison')`,
    );
    const calls = Array.from({ length: 10 }, (_value, index) =>
      post(click({ userId: 'brave' }), click({ itemId: index === 5 ? 'poison' : 'i1' })),
    );
    const answers = await Promise.all(calls.map(async (call) => (await call).status));
    await service.database.query('alter table events drop constraint poison');
    expect(answers.filter((status) => status === 202)).toHaveLength(9);
    expect(answers[5]).toBe(500);
    expect(await stored(`user_id = 'brave'`)).toHaveLength(9);
  });

  describe('as HTTP', () => {
    const raw = (body: string | Buffer, headers: Record<string, string> = {}) => {
      const posting = request(service.app)
        .post('/v1/events')
        .set('Content-Type', 'application/json');
      for (const [name, value] of Object.entries(headers)) posting.set(name, value);
      return posting.serialize((text) => text as string).send(body as string);
    };

    it('takes a gzip body', async () => {
      const body = gzipSync(JSON.stringify({ events: [click()] }));
      const response = await raw(body, { 'Content-Encoding': 'gzip' });
      expect([response.status, response.body.accepted]).toEqual([202, 1]);
    });

    it('limits a body by its size after decompression', async () => {
      const body = gzipSync(JSON.stringify({ events: [click()], padding: 'x'.repeat(3_000_000) }));
      expect(body.length).toBeLessThan(10_000);
      const response = await raw(body, { 'Content-Encoding': 'gzip' });
      expect([response.status, response.body.code]).toEqual([413, 'body_too_large']);
    });

    it('refuses a body that is too large', async () => {
      const response = await raw(`{"events": ["${'x'.repeat(3_000_000)}"]}`);
      expect([response.status, response.body.code]).toEqual([413, 'body_too_large']);
    });

    it.each(['gzip', 'deflate', 'br'])('refuses a body that is not %s', async (encoding) => {
      const response = await raw('not packed', { 'Content-Encoding': encoding });
      expect([response.status, response.body.code]).toEqual([400, 'malformed_body']);
      const body = gzipSync(JSON.stringify({ events: [click()] })).subarray(0, 40);
      const cut = await raw(body, { 'Content-Encoding': encoding });
      expect([cut.status, cut.body.code]).toEqual([400, 'malformed_body']);
    });

    it('refuses malformed JSON', async () => {
      const response = await raw('{"events": [');
      expect([response.status, response.body.code]).toEqual([400, 'malformed_json']);
    });

    it('refuses another content type', async () => {
      const response = await raw('{"events": []}', { 'Content-Type': 'text/plain' });
      expect([response.status, response.body.code]).toEqual([415, 'unsupported_media_type']);
    });

    it('refuses a field beside the events', async () => {
      const response = await raw(JSON.stringify({ events: [click()], batch: 1 }));
      expect(response.status).toBe(400);
      expect(response.body.errors).toMatchObject([{ path: 'batch', code: 'unknown_field' }]);
    });

    it('refuses text that Postgres cannot store', async () => {
      const nul = click({ properties: { note: 'a\u0000b' } });
      const half = click({ properties: { note: 'a\ud800b' } });
      const response = await raw(JSON.stringify({ events: [nul, half] }));
      expect(response.status).toBe(400);
      expect(response.body.errors).toMatchObject([
        { path: 'events[0].properties.note' },
        { path: 'events[1].properties.note' },
      ]);
    });
  });
});

describe('POST /v1/events with the database down', () => {
  it('answers 503 with Retry-After, and counts what it refused', async () => {
    const services = await createServices({
      databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
      poolSize: 2,
      dataDir: '/nonexistent',
      logger: pino({ level: 'silent' }),
      now: () => now,
    });
    const app = createApp(services, { checkResponses: true });
    const response = await request(app)
      .post('/v1/events')
      .send({ events: [click()] });
    expect([response.status, response.body.code]).toEqual([503, 'unavailable']);
    expect(response.headers['retry-after']).toBe('1');
    const { text } = await request(app).get('/metrics');
    expect(text).toContain('events_total{outcome="refused"} 1');
    await services.close();
  });
});

describe('event partitions', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  const partitions = async () => {
    const rows = await test.database.query<{ name: string }>(
      `select inhrelid::regclass::text as name from pg_inherits
       where inhparent = 'events'::regclass order by 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('are there for this month and the next two from the start', async () => {
    const services = await createServices({
      databaseUrl: test.url,
      poolSize: 2,
      dataDir: '/nonexistent',
      logger: pino({ level: 'silent' }),
      now: () => now,
    });
    await services.close();
    expect(await partitions()).toEqual(['events_2026_03', 'events_2026_04', 'events_2026_05']);
  });

  it('are made once when many sessions need the same ones at once', async () => {
    const from = '2026-03-15T00:00:00Z';
    const made = await Promise.all(
      Array.from({ length: 5 }, (_value, index) =>
        test.database.query<{ made: number }>(
          'select ensure_event_partitions($1::timestamptz, $2::timestamptz) as made',
          [from, index % 2 === 0 ? from : '2026-05-01T00:00:00Z'],
        ),
      ),
    );
    expect(made.reduce((sum, [row]) => sum + (row?.made ?? 0), 0)).toBe(3);
    expect(await partitions()).toHaveLength(3);
  });
});
