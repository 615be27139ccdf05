import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;

beforeAll(async () => {
  service = await createTestService({ now: () => now });
  await makeSegmentShop(service.database);
});

afterAll(async () => {
  await service.close();
});

const female = { field: 'gender', op: 'eq', value: 'female' };
const buyers = { events: 'purchase', op: 'gte', value: 1 };

const put = (id: string, body: object) =>
  request(service.app)
    .put(`/v1/segments/${id}`)
    .send({ name: id, ...body });
const get = (path: string) => request(service.app).get(`/v1/segments${path}`);
const post = (path: string, body: object) =>
  request(service.app).post(`/v1/segments${path}`).send(body);

async function list(id: string, ids: readonly string[]): Promise<void> {
  await put(id, { kind: 'static' }).expect(201);
  await service.database.query(
    'insert into segment_members (segment_id, user_id) select $1::text, unnest($2::text[])',
    [id, ids],
  );
}

describe('what a segment is', () => {
  it('is made, read, replaced and deleted', async () => {
    const made = await post('', { name: 'Women', description: 'all', rule: female }).expect(201);
    const id: string = made.body.segmentId;
    expect(made.headers.location).toBe(`/v1/segments/${id}`);
    expect(made.body).toMatchObject({
      ...{ name: 'Women', kind: 'dynamic', rule: female, refreshMinutes: null, refreshedAt: null },
      holdout: { share: 0, seed: id },
    });
    expect((await get(`/${id}`).expect(200)).body).toEqual(made.body);

    const changed = { rule: buyers, holdout: { share: 0.1, seed: 'x' }, refreshMinutes: 60 };
    const replaced = await put(id, changed).expect(200);
    expect(replaced.body).toMatchObject({
      ...{ name: id, description: '', refreshMinutes: 60, holdout: { share: 0.1, seed: 'x' } },
      rule: { events: ['purchase'], measure: 'count', op: 'gte', value: 1 },
    });
    expect(replaced.body.createdAt).toBe(made.body.createdAt);

    await request(service.app).delete(`/v1/segments/${id}`).expect(204);
    expect((await get(`/${id}`).expect(404)).body.code).toBe('not_found');
    await request(service.app).delete(`/v1/segments/${id}`).expect(404);
  });

  it('is not made twice, and stays of its kind', async () => {
    await put('twice', { rule: female }).expect(201);
    const again = await post('', { segmentId: 'twice', name: 'x', rule: female }).expect(409);
    expect(again.body.detail).toBe('there is a segment twice already; PUT replaces it');
    const other = await put('twice', { kind: 'static' }).expect(409);
    expect(other.body.detail).toContain('segment twice is dynamic');
  });

  it('is due at once when its schedule or rule is new, and not when its name is', async () => {
    const due = async () => {
      const [row] = await service.database.query<{ due: boolean | null }>(
        `select next_refresh_at <= now() as due from segments where segment_id = 'due'`,
      );
      return row?.due;
    };
    const later = `update segments set next_refresh_at = now() + interval '1 day'
      where segment_id = 'due'`;
    await put('due', { rule: female }).expect(201);
    expect(await due()).toBeNull();
    await put('due', { rule: female, refreshMinutes: 60 }).expect(200);
    expect(await due()).toBe(true);
    await service.database.query(later);
    await put('due', { rule: female, refreshMinutes: 60, description: 'new' }).expect(200);
    expect(await due()).toBe(false);
    await put('due', { rule: buyers, refreshMinutes: 60 }).expect(200);
    expect(await due()).toBe(true);
  });

  it('is listed in pages', async () => {
    for (const id of ['p-1', 'p-2', 'p-3']) await put(id, { rule: female }).expect(201);
    const ids: string[] = [];
    let cursor: string | null = Buffer.from('p').toString('base64url');
    while (cursor !== null) {
      const { body }: { body: { segments: { segmentId: string }[]; nextCursor: string | null } } =
        await get(`?limit=2&cursor=${cursor}`).expect(200);
      ids.push(...body.segments.map(({ segmentId }) => segmentId));
      cursor = body.nextCursor;
    }
    expect(ids.filter((id) => id.startsWith('p-'))).toEqual(['p-1', 'p-2', 'p-3']);
    const wrong = await get('?cursor=%21').expect(400);
    expect(wrong.body.errors[0].path).toBe('query.cursor');
  });
});

describe('segments in segments', () => {
  it('holds the members of another one, of its rule as it is now', async () => {
    await put('inner', { rule: female }).expect(201);
    await put('outer', { rule: { all: [{ segment: 'inner' }, buyers] } }).expect(201);
    expect((await get('/outer/count').expect(200)).body).toMatchObject({ count: 2, total: 8 });
    await put('inner', { rule: { field: 'gender', op: 'eq', value: 'male' } }).expect(200);
    const { body } = await get('/outer/members').expect(200);
    expect(body.members.map(({ userId }: { userId: string }) => userId)).toEqual(['ben', 'dan']);
  });

  it('takes a list, and what is not a user is not in it', async () => {
    await list('some', ['ann', 'eve', 'nobody']);
    expect((await get('/some/count').expect(200)).body.count).toBe(2);
    await put('of-list', { rule: { all: [{ segment: 'some' }, buyers] } }).expect(201);
    // eve's switch is off, and the rule asks for behaviour.
    expect((await get('/of-list/count').expect(200)).body.count).toBe(1);
  });

  it('is refused when it leads back to itself', async () => {
    await put('a', { rule: female }).expect(201);
    await put('b', { rule: { not: { segment: 'a' } } }).expect(201);
    await put('c', { rule: { any: [{ segment: 'b' }, female] } }).expect(201);
    const { body } = await put('a', { rule: { segment: 'c' } }).expect(409);
    expect(body.detail).toBe('the rule leads back to its own segment: a → c → b → a');
    await put('a', { rule: { segment: 'a' } }).expect(409);
    expect((await get('/a')).body.rule).toEqual(female);
  });

  it('is refused when two that are written at once would name each other', async () => {
    await put('x', { rule: female }).expect(201);
    await put('y', { rule: female }).expect(201);
    const answers = await Promise.all([
      put('x', { rule: { segment: 'y' } }),
      put('y', { rule: { segment: 'x' } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('cannot be deleted while it is named', async () => {
    await put('named', { rule: female }).expect(201);
    await put('naming', { rule: { segment: 'named' } }).expect(201);
    const { body } = await request(service.app).delete('/v1/segments/named').expect(409);
    expect(body.detail).toBe('segment named is named by the rules of naming');
    await put('naming', { rule: female }).expect(200);
    await request(service.app).delete('/v1/segments/named').expect(204);
  });

  it('is refused when it names one that there is not, or stands too deep', async () => {
    const { body } = await put('lonely', { rule: { segment: 'nowhere' } }).expect(404);
    expect(body.detail).toBe('there is no segment nowhere');
    await post('/preview', { rule: { segment: 'nowhere' } }).expect(404);
    await put('d-0', { rule: female }).expect(201);
    for (let depth = 1; depth < 8; depth++) {
      await put(`d-${depth}`, { rule: { segment: `d-${depth - 1}` } }).expect(201);
    }
    expect((await get('/d-7/count').expect(200)).body.count).toBe(3);
    const deep = await put('d-8', { rule: { segment: 'd-7' } }).expect(409);
    expect(deep.body.detail).toContain('at most 8 deep');
  });
});

describe('who is in it', () => {
  it('previews count, share, sample, revenue, tiers and cost in one call', async () => {
    const { body } = await post('/preview', { rule: buyers }).expect(200);
    expect(body).toMatchObject({ count: 4, total: 8, share: 0.5, revenue: 470 });
    expect(body.tiers).toEqual([
      { tier: 'dormant', users: 1, share: 0.25, revenue: 80 },
      { tier: 'high_value', users: 1, share: 0.25, revenue: 250 },
      { tier: 'lost', users: 1, share: 0.25, revenue: 40 },
      { tier: 'promising', users: 1, share: 0.25, revenue: 100 },
    ]);
    const ann = body.sample.find(({ userId }: { userId: string }) => userId === 'ann');
    expect(ann).toEqual({
      ...{ userId: 'ann', tier: 'high_value', rfmGroup: 'champions', netSpend: 250 },
      ...{ lastOrderAt: '2026-06-20T00:00:00.000Z', expectedSpend365d: 540 },
      marketingConsent: true,
    });
    expect(body.cost.conditions.map(({ path }: { path: string }) => path)).toEqual(['rule']);
    expect(body.cost.planCost).toBeGreaterThan(0);
    expect((await post('/preview', { rule: buyers })).body.sample).toEqual(body.sample);
  });

  it('shows nothing that was made of the behaviour of those whose switch is off', async () => {
    const { body } = await post('/preview', { rule: female }).expect(200);
    const eve = body.sample.find(({ userId }: { userId: string }) => userId === 'eve');
    expect(eve).toEqual({
      ...{ userId: 'eve', tier: null, rfmGroup: null, netSpend: null, lastOrderAt: null },
      ...{ expectedSpend365d: null, marketingConsent: true },
    });
    expect(body.revenue).toBe(330);
    expect(body.tiers).toContainEqual({ tier: null, users: 1, share: 1 / 3, revenue: 0 });
  });

  it('heeds the switch from the next question on', async () => {
    await put('switch', { rule: buyers }).expect(201);
    const turn = (personalised: boolean) =>
      request(service.app).patch('/v1/users/ben').send({ personalised }).expect(200);
    await turn(false);
    expect((await get('/switch/count')).body.count).toBe(3);
    await turn(true);
    expect((await get('/switch/count')).body.count).toBe(4);
  });

  it('lists members in pages, each once', async () => {
    await put('pages', { rule: { bucket: { seed: 's' } } }).expect(201);
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/pages/members?limit=3${cursor}`).expect(200);
      ids.push(...body.members.map(({ userId }: { userId: string }) => userId));
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(ids).toEqual(['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal']);
  });

  it('counts what segments have in common', async () => {
    await put('o-women', { rule: female }).expect(201); // ann cat eve
    await put('o-buyers', { rule: buyers }).expect(201); // ann ben cat dan
    await list('o-list', ['ann', 'gus']);
    const { body } = await post('/overlap', { segments: ['o-women', 'o-buyers', 'o-list'] });
    expect(body).toMatchObject({ total: 8, union: 6 });
    expect(body.segments).toEqual([
      { segmentId: 'o-women', count: 3, share: 3 / 8, alone: 1 },
      { segmentId: 'o-buyers', count: 4, share: 4 / 8, alone: 2 },
      { segmentId: 'o-list', count: 2, share: 2 / 8, alone: 1 },
    ]);
    expect(body.pairs).toEqual([
      {
        a: 'o-women',
        b: 'o-buyers',
        both: 2,
        either: 5,
        jaccard: 0.4,
        shareOfA: 2 / 3,
        shareOfB: 0.5,
      },
      {
        a: 'o-women',
        b: 'o-list',
        both: 1,
        either: 4,
        jaccard: 0.25,
        shareOfA: 1 / 3,
        shareOfB: 0.5,
      },
      {
        a: 'o-buyers',
        b: 'o-list',
        both: 1,
        either: 5,
        jaccard: 0.2,
        shareOfA: 0.25,
        shareOfB: 0.5,
      },
    ]);
    const twice = await post('/overlap', { segments: ['o-women', 'o-women'] }).expect(400);
    expect(twice.body.errors[0]).toMatchObject({ path: 'segments' });
    await post('/overlap', { segments: ['o-women', 'none'] }).expect(404);
  });

  it('lists at least 40 fields, with values of this shop', async () => {
    const { body } = await get('/fields').expect(200);
    expect(body.fields.length).toBeGreaterThanOrEqual(60);
    const named = new Map(body.fields.map((field: { field: string }) => [field.field, field]));
    expect(named.get('channel')).toMatchObject({
      ...{ type: 'text', group: 'profile', behavioural: false },
      samples: ['app', 'mini_program', 'web'],
    });
    expect(named.get('tag.brand')).toMatchObject({
      behavioural: true,
      operators: ['eq', 'in', 'exists'],
    });
    expect(named.get('tag.size_returns')).toMatchObject({ values: ['low', 'medium', 'high'] });
    expect(named.get('tier')).toMatchObject({ values: expect.arrayContaining(['high_value']) });
    expect(named.get('userId')).toMatchObject({ samples: [] });
    // Nothing of eve, whose switch is off: 0 0 0 0 1 2 4.
    expect(named.get('clicks')).toMatchObject({ samples: ['0', '2', '4'] });
  });
});

describe('a rule with mistakes', () => {
  it('is refused with the path of each and what may have been meant', async () => {
    const rule = {
      all: [
        { field: 'tag.size_returns', op: 'eq', value: 'hihg' },
        { field: 'teir', op: 'eq', value: 'lost' },
      ],
    };
    for (const asked of [post('/preview', { rule }), post('', { name: 'x', rule })]) {
      const { body } = await asked.expect(400);
      expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
        'rule.all[0].value',
        'rule.all[1].field',
      ]);
      expect(body.errors[0].message).toContain('did you mean high?');
      expect(body.errors[1].message).toContain('did you mean tier?');
    }
  });

  it('is needed for a dynamic segment, and there is none of a static one', async () => {
    const missing = await put('no-rule', {}).expect(400);
    expect(missing.body.errors[0].path).toBe('rule');
    const both = await put('both', { kind: 'static', rule: female }).expect(400);
    expect(both.body.detail).toContain('unknown field of a static segment');
    const timed = await put('timed', { kind: 'static', refreshMinutes: 5 }).expect(400);
    expect(timed.body.errors[0].path).toBe('refreshMinutes');
    await put('fields', { rule: female }).expect(400);
    const extra = await put('extra', { rule: female, colour: 'red' }).expect(400);
    expect(extra.body.errors[0]).toMatchObject({ path: 'colour', code: 'unknown_field' });
  });
});

describe('a question that takes too long', () => {
  it('is answered with 503 and what to narrow', async () => {
    const slow = await createTestService({ now: () => now, segmentSeconds: 1 });
    try {
      await makeSegmentShop(slow.database);
      await slow.database.query(
        `create or replace function random_bucket(seed text, user_id text)
         returns double precision language plpgsql immutable
         as 'begin perform pg_sleep(1); return 0; end'`,
      );
      const chance = { bucket: { seed: 'x' } };
      const rule = { all: [female, { not: chance }, { field: 'clicks', op: 'gte', value: 0 }] };
      const { status, body, headers } = await request(slow.app)
        .post('/v1/segments/preview')
        .send({ rule });
      expect(status).toBe(503);
      expect(body.code).toBe('too_slow');
      expect(body.errors.map(({ path }: { path: string }) => path)).toContain('rule.all[1].not');
      expect(headers['retry-after']).toBeDefined();
      await request(slow.app).put('/v1/segments/slow').send({ name: 'slow', rule }).expect(201);
      expect((await request(slow.app).get('/v1/segments/slow/count')).status).toBe(503);
      expect((await request(slow.app).get('/v1/segments/slow/members')).status).toBe(503);
    } finally {
      await slow.close();
    }
  });
});
