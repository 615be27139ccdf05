import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import request from 'supertest';
import { createSegmentRefresh } from '../../../services/create-services.ts';
import { createMetrics } from '../../../services/http/metrics.ts';
import { SegmentQueries } from '../../../services/segments/segment-queries-store.ts';
import { tagNames } from '../../../services/tags/tag-kinds.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;
let clock = now;

beforeAll(async () => {
  service = await createTestService({ now: () => clock });
  await makeSegmentShop(service.database);
});

afterAll(async () => {
  await service.close();
});

beforeEach(async () => {
  clock = now;
  await service.database.query('delete from segment_references');
  await service.database.query('delete from segments');
});

const female = { field: 'gender', op: 'eq', value: 'female' };
const clicked = { events: ['click'], within: { days: 30 }, measure: 'count', op: 'gte', value: 1 };

async function make(segmentId: string, rule: object, more: object = {}) {
  const body = { name: segmentId, rule, ...more };
  const answer = await request(service.app).put(`/v1/segments/${segmentId}`).send(body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}

async function refresh(segmentId: string) {
  const { status, body } = await request(service.app).post(`/v1/segments/${segmentId}/refresh`);
  return { status, body };
}

async function history(segmentId: string) {
  const { body } = await request(service.app).get(`/v1/segments/${segmentId}/history`);
  return body;
}

async function computed(segmentId: string): Promise<string[]> {
  const rows = await service.database.query<{ id: string }>(
    'select user_id as id from segment_members where segment_id = $1::text order by 1',
    [segmentId],
  );
  return rows.map(({ id }) => id);
}

/** A process of its own on the same database. */
function another(options: { refreshSeconds?: number; refreshWorkers?: number } = {}) {
  const { database, url } = service;
  const queries = new SegmentQueries(database, tagNames);
  return createSegmentRefresh(
    { database, metrics: createMetrics(), queries },
    {
      ...{ databaseUrl: url, logger: pino({ level: 'silent' }), now: () => clock },
      ...{ refreshWorkers: 1, ...options },
    },
  );
}

/** Whoever reads events waits until this is over. */
async function holdEvents(): Promise<() => Promise<void>> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    held = service.database.transaction(async (transaction) => {
      await transaction.query('lock table events in access exclusive mode');
      resolve();
      await released;
    });
  });
  return async () => {
    release();
    await held;
  };
}

async function due(segmentId: string, at: Date): Promise<void> {
  await service.database.query(
    'update segments set next_refresh_at = $2::timestamptz where segment_id = $1::text',
    [segmentId, at.toISOString()],
  );
}

async function schedule(segmentId: string) {
  const [row] = await service.database.query<{ next: Date; retry: Date | null; failures: number }>(
    `select next_refresh_at as next, refresh_retry_at as retry, refresh_failures as failures
     from segments where segment_id = $1::text`,
    [segmentId],
  );
  return row;
}

describe('computing the members of a segment', () => {
  it('writes them, and then only who came and who left', async () => {
    await make('women', female);
    expect(await refresh('women')).toMatchObject({
      status: 200,
      body: {
        ...{ segmentId: 'women', computation: 1, evaluatedAt: now.toISOString() },
        ...{ members: 3, entered: 3, exited: 0, slowest: { path: 'rule' } },
      },
    });
    expect(await computed('women')).toEqual(['ann', 'cat', 'eve']);
    const entered = `select user_id as id, entered_at as at from segment_members
      where segment_id = 'women' and user_id in ('ann', 'cat') order by 1`;
    const before = await service.database.query(entered);

    await make('women', {
      any: [
        { ...female, value: 'other' },
        { field: 'userId', op: 'in', value: ['ann', 'cat'] },
      ],
    });
    const { body } = await refresh('women');
    expect(body).toMatchObject({ computation: 2, members: 3, entered: 1, exited: 1 });
    expect(await computed('women')).toEqual(['ann', 'cat', 'hal']);
    expect(await service.database.query(entered)).toEqual(before);
    const { body: segment } = await request(service.app).get('/v1/segments/women');
    expect(segment.refreshedAt).toBe(now.toISOString());
  });

  it('finds what the rule finds when it is asked, whatever it joins', async () => {
    const rule = {
      any: [
        { all: [clicked, { field: 'tag.brand', op: 'in', value: ['Linea'] }] },
        { all: [{ field: 'usualSize', op: 'eq', value: 'M' }, { not: { segment: 'clickers' } }] },
        {
          all: [
            { segment: 'clickers' },
            { events: ['purchase'], measure: 'spend', op: 'lt', value: 1 },
          ],
        },
      ],
    };
    await make('clickers', clicked);
    await make('tree', rule);
    const { body: asked } = await request(service.app).get('/v1/segments/tree/members');
    const members = asked.members.map(({ userId }: { userId: string }) => userId);
    expect(members.length).toBeGreaterThan(1);
    const { body } = await refresh('tree');
    expect(body.members).toBe(members.length);
    expect(await computed('tree')).toEqual(members);
  });

  it('names the condition that took longest by its path, also within another segment', async () => {
    await make('clickers', clicked);
    await make('both', { all: [{ segment: 'clickers' }, female] });
    const { body } = await refresh('both');
    expect(body.slowest.path).toMatch(/^(rule|rule\.all\[0\]|segment clickers: rule)$/);
    expect(body.slowest.ms).toBeGreaterThan(0);
  });

  it('refuses a list, and what there is not', async () => {
    await request(service.app).put('/v1/segments/list').send({ name: 'list', kind: 'static' });
    expect((await refresh('list')).status).toBe(409);
    expect((await refresh('nobody')).status).toBe(404);
    const { status } = await request(service.app).get('/v1/segments/nobody/history');
    expect(status).toBe(404);
  });

  it('counts each of several at once, one after the other', async () => {
    await make('women', female);
    const answers = await Promise.all([1, 2, 3, 4].map(() => refresh('women')));
    const numbers = answers.map(({ body }) => body.computation);
    expect(numbers.sort()).toEqual([1, 2, 3, 4]);
    expect(answers.map(({ body }) => body.entered).sort()).toEqual([0, 0, 0, 3]);
  });
});

describe('the history of a segment', () => {
  it('tells the newest first, by pages', async () => {
    await make('women', female);
    await refresh('women');
    await make('women', { ...female, value: 'male' });
    await refresh('women');
    const { computations, nextCursor } = await history('women');
    expect(nextCursor).toBeNull();
    expect(computations).toMatchObject([
      { computation: 2, members: 3, entered: 3, exited: 3, error: null },
      { computation: 1, members: 3, entered: 3, exited: 0, error: null },
    ]);
    const first = await request(service.app).get('/v1/segments/women/history?limit=1');
    expect(first.body.computations).toEqual(computations.slice(0, 1));
    const second = await request(service.app).get(
      `/v1/segments/women/history?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(second.body.computations).toEqual(computations.slice(1));
    expect(second.body.nextCursor).toBeNull();
  });
});

describe('the switch and forgetting', () => {
  it('lets go of those whose switch went off with the next computation', async () => {
    await make('clickers', clicked);
    await refresh('clickers');
    const before = await computed('clickers');
    expect(before).toContain('ann');
    await service.database.query(`update users set personalised = false where user_id = 'ann'`);
    const { body } = await refresh('clickers');
    await service.database.query(`update users set personalised = true where user_id = 'ann'`);
    expect(body).toMatchObject({ entered: 0, exited: 1 });
    expect(await computed('clickers')).toEqual(before.filter((id) => id !== 'ann'));
  });

  it('lets go of who is forgotten at once, where it was behaviour that put them in', async () => {
    await make('clickers', clicked);
    await make('women', female);
    await refresh('clickers');
    await refresh('women');
    const { members } = (await history('clickers')).computations[0];
    await request(service.app).delete('/v1/users/fay/behaviour').expect(202);
    expect(await computed('clickers')).not.toContain('fay');
    expect(await computed('women')).toEqual(['ann', 'cat', 'eve']);

    const { body } = await refresh('clickers');
    expect(body).toMatchObject({ members: members - 1, entered: 0, exited: 1 });
    await service.database.query(`update users set forget_before = null where user_id = 'fay'`);
  });
});

describe('computing on schedule', () => {
  it('computes what is due once, by one of several processes, and keeps to its times', async () => {
    const [one, two] = [another(), another({ refreshWorkers: 2 })];
    for (const id of ['a', 'b', 'c', 'd']) {
      await make(id, female, { refreshMinutes: 60 });
      await due(id, new Date(now.getTime() - 150 * 60_000));
    }
    await make('later', female, { refreshMinutes: 60 });
    await due('later', new Date(now.getTime() + 1));
    await make('never', female);

    const taken = await Promise.all([one.scheduler.runDue(), two.scheduler.runDue()]);
    expect(taken[0] + taken[1]).toBe(4);
    for (const id of ['a', 'b', 'c', 'd']) {
      expect((await history(id)).computations).toHaveLength(1);
      // Due 2½ hours ago, every hour: in half an hour.
      const next = new Date(now.getTime() + 30 * 60_000);
      expect(await schedule(id)).toEqual({ next, retry: null, failures: 0 });
    }
    expect((await history('later')).computations).toEqual([]);
    expect((await history('never')).computations).toEqual([]);

    clock = new Date(now.getTime() + 30 * 60_000);
    expect(await one.scheduler.runDue()).toBe(5);
    expect(await one.scheduler.runDue()).toBe(0);
    await one.close();
    await two.close();
  });

  it('takes a segment again whose computation died', async () => {
    const process = another();
    await make('women', female, { refreshMinutes: 525_600 });
    await due('women', now);
    await service.database.query(
      `update segments set next_refresh_at = $1::timestamptz + interval '1 year',
         refresh_retry_at = $1::timestamptz + interval '390 seconds'`,
      [now.toISOString()],
    );
    expect(await process.scheduler.runDue()).toBe(0);
    clock = new Date(now.getTime() + 390_000);
    expect(await process.scheduler.runDue()).toBe(1);
    expect(await schedule('women')).toMatchObject({ retry: null });
    await process.close();
  });

  it('says why one failed and tries it again later, and computes the others', async () => {
    const process = another({ refreshSeconds: 1 });
    await make('a-slow', clicked, { refreshMinutes: 60 });
    await make('b-fast', female, { refreshMinutes: 60 });
    await due('a-slow', now);
    await due('b-fast', now);
    const letGo = await holdEvents();
    expect(await process.scheduler.runDue()).toBe(2);
    await letGo();

    const [failed] = (await history('a-slow')).computations;
    expect(failed).toMatchObject({
      ...{ computation: 1, members: null, entered: null, exited: null },
      slowest: { path: 'rule' },
    });
    expect(failed.error).toMatch(/took longer than 1 s; the time ran out at rule: narrow/);
    expect(await computed('b-fast')).toEqual(['ann', 'cat', 'eve']);
    expect(await schedule('a-slow')).toEqual({
      next: new Date(now.getTime() + 60 * 60_000),
      retry: new Date(now.getTime() + 5 * 60_000),
      failures: 1,
    });

    clock = new Date(now.getTime() + 5 * 60_000);
    expect(await process.scheduler.runDue()).toBe(1);
    expect((await history('a-slow')).computations[0]).toMatchObject({
      computation: 2,
      error: null,
    });
    expect(await schedule('a-slow')).toMatchObject({ retry: null, failures: 0 });
    await process.close();
  });

  it('gives up what is under way when the process stops; another one does it', async () => {
    const [one, two] = [another(), another()];
    await make('clickers', clicked, { refreshMinutes: 60 });
    await due('clickers', now);
    const letGo = await holdEvents();
    const running = one.scheduler.runDue();
    await eventually(async () => {
      const waiting = await service.database.query('select from pg_locks where not granted');
      return waiting.length > 0;
    });
    await one.close();
    expect(await running).toBe(1);
    await letGo();
    expect((await history('clickers')).computations).toEqual([]);
    expect(await two.scheduler.runDue()).toBe(1);
    expect((await history('clickers')).computations).toHaveLength(1);
    await two.close();
  });
});
