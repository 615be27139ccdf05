import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createDatabaseProxy, type DatabaseProxy } from '../../helpers/database-proxy.ts';
import { listenOnPort } from '../../helpers/event-source.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;
let proxy: DatabaseProxy;

beforeAll(async () => {
  proxy = await createDatabaseProxy();
  service = await createTestService({ now: () => now, mostExports: 2, through: proxy.url });
  await makeSegmentShop(service.database);
  await put('web', { name: 'W', rule: { field: 'channel', op: 'in', value: ['web', 'app'] } });
  await put('bought', { name: 'B', rule: { field: 'frequency', op: 'gte', value: 1 } });
  await put('list', { name: 'L', kind: 'static' });
  await setList('list', ['ann', 'ben', 'cat', 'eve', 'gus']);
});
afterAll(async () => {
  await service.close();
  await proxy.cut();
});

const put = (id: string, body: object) =>
  request(service.app).put(`/v1/segments/${id}`).send(body).expect(201);
const setList = (id: string, userIds: readonly string[]) =>
  request(service.app).put(`/v1/segments/${id}/members`).send({ userIds }).expect(200);
const exported = (id: string, query: Record<string, unknown> = {}) =>
  request(service.app)
    .get(`/v1/segments/${encodeURIComponent(id)}/export`)
    .query(query)
    .buffer(true)
    .parse((answer, done) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => done(null, Buffer.concat(chunks).toString()));
    });
const idsOf = async (id: string, query: Record<string, unknown> = {}) => {
  const { body } = await exported(id, { header: false, ...query }).expect(200);
  return String(body).trim().split('\n').join(' ');
};

describe('an export', () => {
  it('has a row a user in the order of their ids, as CSV', async () => {
    const columns = 'gender,cityTier,channel,heightCm,marketingConsent,createdAt';
    const answer = await exported('list', { columns }).expect(200);
    expect(answer.body).toBe(
      'userId,gender,cityTier,channel,heightCm,marketingConsent,createdAt\n' +
        'ann,female,1,app,165,true,2025-01-01T00:00:00.000Z\n' +
        'ben,male,2,web,180,false,2025-01-01T00:00:00.000Z\n' +
        'cat,female,1,web,,true,2025-01-01T00:00:00.000Z\n' +
        'eve,female,1,app,170,true,2025-01-01T00:00:00.000Z\n' +
        'gus,male,2,mini_program,175,true,2026-06-20T00:00:00.000Z\n',
    );
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename=list-2026-06-30.csv',
    });
  });

  it('has the same as NDJSON', async () => {
    const columns = 'tier,frequency,monetary,heightCm,personalised,attributes.vip,attributes.likes';
    const answer = await exported('list', { columns, format: 'ndjson', limit: 2 }).expect(200);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const rows = String(answer.body).trimEnd().split('\n');
    expect(rows[0]).toBe(
      '{"userId":"ann","tier":"high_value","frequency":3,"monetary":250.00,"heightCm":165,' +
        '"personalised":true,"attributes.vip":true,"attributes.likes":["silk", "linen"]}',
    );
    expect(JSON.parse(rows[1] ?? '')).toEqual({
      ...{ userId: 'ben', tier: 'promising', frequency: 1, monetary: 100, heightCm: 180 },
      ...{ personalised: true, 'attributes.vip': null, 'attributes.likes': null },
    });
  });

  it('shows nothing of what somebody did whose switch is off', async () => {
    const { body } = await exported('list', {
      columns:
        'tier,spend,clicks,expectedSpend365d,lastOrderAt,recencyDays,returnRate,sizeReturnRate',
      ...{ cursor: 'cat', limit: 1 },
    });
    expect(body).toBe('eve,,,,,,,,\n');
    expect(await idsOf('bought')).toBe('ann ben cat');
  });

  it('has every column that it says it has', async () => {
    const { body: fields } = await request(service.app).get('/v1/segments/fields').expect(200);
    const names = fields.fields
      .map(({ field }: { field: string }) => field)
      .filter((name: string) => !name.startsWith('tag.') && name !== 'usualSize');
    for (const format of ['csv', 'ndjson']) {
      const { body } = await exported('web', { format, columns: names.join(',') }).expect(200);
      expect(String(body).trimEnd().split('\n')).toHaveLength(format === 'csv' ? 7 : 6);
    }
    const { body: json } = await exported('list', { columns: names.join(','), format: 'ndjson' });
    expect(Object.keys(JSON.parse(json.split('\n')[0]))).toEqual([
      ...new Set(['userId', ...names]),
    ]);
  });

  it('names the columns that somebody may have meant', async () => {
    const { body } = await request(service.app)
      .get('/v1/segments/list/export?columns=userId,teir,expectedSpend,tag.brand')
      .expect(400);
    expect(body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'no column "teir"; did you mean tier?',
      expect.stringContaining('did you mean expectedSpend30d'),
      expect.stringContaining('no column "tag.brand"'),
    ]);
  });

  it.each([
    ['bom=true&format=ndjson', 'query.bom'],
    ['header=true&format=ndjson', 'query.header'],
    ['part=joined', 'query.part'],
    ['format=xml', 'query.format'],
    ['limit=0', 'query.limit'],
    ['of=0', 'query.of'],
    ['holdout=include', 'query.holdout'],
    ['gzip=1', 'query.gzip'],
    ['rows=3', 'query.rows'],
  ])('refuses %s', async (query, path) => {
    const { body } = await request(service.app)
      .get(`/v1/segments/list/export?${query}`)
      .expect(400);
    expect(body.errors[0].path).toBe(path);
  });

  it('is not of a segment or snapshot that there is not', async () => {
    await request(service.app).get('/v1/segments/none/export').expect(404);
    await request(service.app).get('/v1/segments/list/export?of=1').expect(404);
  });

  it('goes on after the last user that came', async () => {
    expect(await idsOf('list', { limit: 2 })).toBe('ann ben');
    const { body } = await exported('list', { cursor: 'ben', bom: true });
    expect(body).toBe('cat\neve\ngus\n');
    expect(await idsOf('web', { cursor: 'bz' })).toBe('cat eve fay hal');
    expect(await idsOf('list', { cursor: 'zoe' })).toBe('');
    const empty = await exported('list', { cursor: 'zoe', header: true }).expect(200);
    expect(empty.body).toBe('userId\n');
  });

  it('begins with a byte order mark when asked to', async () => {
    const { body } = await exported('list', { bom: true, limit: 1 });
    expect(body).toBe('\uFEFFuserId\nann\n');
  });

  it('is a gzip file when asked to', async () => {
    const { url, server } = await listenOnPort(service.app);
    const answer = await fetch(`${url}/v1/segments/list/export?gzip=true&limit=1`);
    expect(answer.headers.get('content-disposition')).toContain('list-2026-06-30.csv.gz');
    expect(gunzipSync(await answer.arrayBuffer()).toString()).toBe('userId\nann\n');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('cells that a spreadsheet would take for formulas', () => {
  const channels = [
    ...['=1+1', '+86', '-5', '@sum', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠1'],
    ...["'=1", 'a=1', ' =1', 'x\ny', 'a,b', 'say "hi"', '中文', ''],
  ];
  beforeAll(async () => {
    const ids = channels.map((_, n) => `cell-${String(n).padStart(2, '0')}`);
    await service.database.query(
      `insert into users (user_id, channel, attributes)
       select id, channel, jsonb_build_object('note', channel)
       from unnest($1::text[], $2::text[]) t (id, channel)`,
      [ids, channels],
    );
    await service.database.query(
      `insert into users (user_id, height_cm) values ('=id', 1), ('-id', 2)`,
    );
    await put('cells', { name: 'C', kind: 'static' });
    await setList('cells', [...ids, '=id', '-id']);
  });

  it('begin with an apostrophe, quoted as CSV is', async () => {
    const columns = 'channel,attributes.note';
    const { body } = await exported('cells', { columns, header: false });
    const cells = [
      ...[
        "'=1+1",
        "'+86",
        "'-5",
        "'@sum",
        "'\tx",
        `"'\rx"`,
        `"'\nx"`,
        "'＝1",
        "'＋1",
        "'－1",
        "'＠1",
      ],
      ...["'=1", 'a=1', ' =1', '"x\ny"', '"a,b"', '"say ""hi"""', '中文', '""'],
    ];
    const rows = cells.map((cell, n) => `cell-${String(n).padStart(2, '0')},${cell},${cell}\n`);
    expect(body).toBe(`'-id,,\n'=id,,\n${rows.join('')}`);
  });

  it('are as they are for programs, and in JSON', async () => {
    const { body } = await exported('cells', { columns: 'channel', safe: false, limit: 4 });
    expect(body).toBe('userId,channel\n-id,\n=id,\ncell-00,=1+1\ncell-01,+86\n');
    const json = await exported('cells', { columns: 'channel', format: 'ndjson' });
    const rows = String(json.body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.slice(2).map(({ channel }) => channel)).toEqual(channels);
  });

  it('go on after an id that has one', async () => {
    expect(await idsOf('cells', { cursor: '-id', limit: 1 })).toBe("'=id");
  });
});

describe('the share that is held out', () => {
  const share = 0.3;
  const seed = '夏 2026';
  const ids = Array.from({ length: 200 }, (_, n) => `held-${String(n).padStart(3, '0')}`);
  const bucket = (id: string) =>
    createHash('md5').update(`${seed}:${id}`).digest().readUInt32BE(0) / 2 ** 32;
  beforeAll(async () => {
    await service.database.query('insert into users (user_id) select unnest($1::text[])', [ids]);
    await put('held', { name: 'H', kind: 'static', holdout: { share, seed } });
    await setList('held', ids);
  });

  it('never comes, and is the same as worked out by md5', async () => {
    const held = ids.filter((id) => bucket(id) < share);
    expect(held.length).toBeGreaterThan(30);
    expect(await idsOf('held', { holdout: 'only' })).toBe(held.join(' '));
    const others = ids.filter((id) => bucket(id) >= share);
    expect(await idsOf('held')).toBe(others.join(' '));
    expect(await idsOf('held', { format: 'ndjson', header: undefined })).toBe(
      others.map((id) => JSON.stringify({ userId: id })).join(' '),
    );
  });

  it('is nobody where none is held out', async () => {
    expect(await idsOf('list', { holdout: 'only' })).toBe('');
  });
});

describe('an export of many', () => {
  let server: { close(done: () => void): void; closeAllConnections(): void };
  let url: string;
  beforeAll(async () => {
    ({ server, url } = await listenOnPort(service.app));
    await service.database.query(
      `insert into users (user_id, channel)
       select 'many-' || lpad(n::text, 6, '0'), repeat('x', 500) from generate_series(1, 60000) n`,
    );
    await put('many', { name: 'M', rule: { field: 'userId', op: 'starts_with', value: 'many-' } });
    await service.database.query('vacuum analyze users');
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  const path = '/v1/segments/many/export?columns=channel&gzip=false';
  const underWay = async () => {
    const rows = await service.database.query(
      `select from pg_stat_activity where application_name = 'wardrobe-exports'
         and query like 'copy%' and state = 'active'`,
    );
    return rows.length;
  };
  /** One that is under way, because its client has read only the beginning. */
  const begin = async () => {
    const abort = new AbortController();
    const answer = await fetch(url + path, { signal: abort.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    const rest = async () => {
      let bytes = 0;
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        bytes += part.value.length;
      }
      return bytes;
    };
    return { abort, rest };
  };

  it('frees its query and its place when the client goes', async () => {
    const one = await begin();
    expect(await underWay()).toBe(1);
    one.abort.abort();
    await eventually(async () => (await underWay()) === 0);
    await eventually(async () => {
      const { text } = await request(service.app).get('/metrics');
      return text.includes('segment_bulk_jobs 0\n');
    });
    const { text } = await request(service.app).get('/metrics');
    expect(text).toMatch(/segment_exports_total\{outcome="broken"\} [1-9]/);
  });

  it('frees a query that has not said anything yet', async () => {
    await put('slow', {
      name: 'S',
      rule: { all: [{ field: 'userId', op: 'starts_with', value: 'many-' }] },
    });
    // Waits for the table, as a long sort would.
    await service.database.transaction(async (transaction) => {
      await transaction.query('lock table users in access exclusive mode');
      const abort = new AbortController();
      const answer = fetch(`${url}/v1/segments/slow/export`, { signal: abort.signal });
      const failed = expect(answer).rejects.toThrow();
      await eventually(async () => (await underWay()) === 1);
      abort.abort();
      await failed;
      await eventually(async () => (await underWay()) === 0);
    });
    expect(await idsOf('slow', { limit: 1 })).toBe('many-000001');
  });

  it('is refused while others are under way, and taken when one has ended', async () => {
    const one = await begin();
    const two = await begin();
    const third = await fetch(url + path);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await third.json()).toMatchObject({ code: 'busy' });
    const upload = await request(service.app)
      .put('/v1/segments/list/members')
      .send({ userIds: ['ann'] })
      .expect(503);
    expect(upload.body.code).toBe('busy');
    expect(await one.rest()).toBeGreaterThan(20_000_000);
    expect((await fetch(`${url}/v1/segments/list/export`)).status).toBe(200);
    two.abort.abort();
    await eventually(async () => (await underWay()) === 0);
  });

  it('breaks off when the database goes away, and works again afterwards', async () => {
    const one = await begin();
    await proxy.cut();
    await expect(one.rest()).rejects.toThrow();
    expect((await fetch(url + path)).status).toBe(503);
    await proxy.restore();
    await eventually(async () => (await fetch(`${url}/v1/segments/list/export`)).status === 200);
    await service.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'wardrobe-exports' and query like 'copy%' and state = 'active'`,
    );
  });
});
