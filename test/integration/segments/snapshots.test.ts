import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { createFeatureService } from '../../../services/create-services.ts';
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

const put = (id: string, body: object) =>
  request(service.app)
    .put(`/v1/segments/${id}`)
    .send({ name: id, ...body });
const setList = (id: string, userIds: readonly string[]) =>
  request(service.app).put(`/v1/segments/${id}/members`).send({ userIds }).expect(200);
const take = async (id: string) => {
  const { body } = await request(service.app).post(`/v1/segments/${id}/snapshots`).expect(201);
  return body;
};
const snapshotOf = async (id: string, snapshot: number | string, part = 'members') => {
  const path = `/v1/segments/${id}/snapshots/${snapshot}/${part}`;
  const { body } = await request(service.app).get(path).expect(200);
  return body.userIds.join(' ');
};
const exported = async (id: string, query: object) => {
  const answer = await request(service.app)
    .get(`/v1/segments/${id}/export`)
    .query({ header: 'false', ...query })
    .expect(200);
  return answer.text.trim().split('\n').join(' ');
};

describe('snapshots of a segment', () => {
  it('keep who was in it, who joined and who left', async () => {
    await put('list', { kind: 'static' }).expect(201);
    await setList('list', ['ann', 'ben', 'cat']);
    expect(await take('list')).toMatchObject({
      ...{ segmentId: 'list', snapshot: 1, members: 3, joined: 3, left: 0 },
      ...{ usesBehaviour: false, rule: null },
    });
    await setList('list', ['ben', 'cat', 'dan']);
    expect(await take('list')).toMatchObject({ snapshot: 2, members: 3, joined: 1, left: 1 });
    await setList('list', ['ann', 'dan']);
    expect(await take('list')).toMatchObject({ snapshot: 3, members: 2, joined: 1, left: 2 });
    await setList('list', []);
    expect(await take('list')).toMatchObject({ snapshot: 4, members: 0, joined: 0, left: 2 });

    const all = async (part: string) =>
      Promise.all([1, 2, 3, 4].map((n) => snapshotOf('list', n, part)));
    expect(await all('members')).toEqual(['ann ben cat', 'ben cat dan', 'ann dan', '']);
    expect(await all('joined')).toEqual(['ann ben cat', 'dan', 'ann', '']);
    expect(await all('left')).toEqual(['', 'ann', 'ben cat', 'ann dan']);
    expect(await exported('list', { of: 2 })).toBe('ben cat dan');
    expect(await exported('list', { of: 3, part: 'left' })).toBe('ben cat');
    expect(await exported('list', { of: 1, cursor: 'ann', limit: 1 })).toBe('ben');
  });

  it('are listed, the newest first, and read one by one', async () => {
    const get = (path: string) => request(service.app).get(`/v1/segments/list/snapshots${path}`);
    const { body: first } = await get('?limit=3').expect(200);
    const numbers = (page: { snapshots: { snapshot: number }[] }) =>
      page.snapshots.map(({ snapshot }) => snapshot);
    expect([numbers(first), first.nextCursor]).toEqual([[4, 3, 2], '2']);
    const { body: second } = await get(`?limit=3&cursor=${first.nextCursor}`).expect(200);
    expect([numbers(second), second.nextCursor]).toEqual([[1], null]);
    expect((await get('/2').expect(200)).body).toEqual(first.snapshots[2]);
    const { body: page } = await get('/1/members?limit=2').expect(200);
    expect(page.userIds).toEqual(['ann', 'ben']);
    const { body: rest } = await get(`/1/members?limit=2&cursor=${page.nextCursor}`).expect(200);
    expect(rest).toEqual({ segmentId: 'list', snapshot: 1, userIds: ['cat'], nextCursor: null });
    await get('/5').expect(404);
    await get('/5/members').expect(404);
    expect((await get('/first').expect(400)).body.errors[0].path).toBe('path.snapshot');
    await request(service.app).get('/v1/segments/none/snapshots').expect(404);
    await request(service.app).post('/v1/segments/none/snapshots').expect(404);
  });

  it('keep the rule of then', async () => {
    const female = { field: 'gender', op: 'eq', value: 'female' };
    const male = { field: 'gender', op: 'eq', value: 'male' };
    await put('people', { rule: female }).expect(201);
    expect(await take('people')).toMatchObject({ members: 3, joined: 3, rule: female });
    await put('people', { rule: male }).expect(200);
    expect(await take('people')).toMatchObject({ members: 3, joined: 3, left: 3, rule: male });
    expect(await snapshotOf('people', 1)).toBe('ann cat eve');
    expect(await snapshotOf('people', 2)).toBe('ben dan gus');
  });

  it('are taken one after the other when two are asked for at once', async () => {
    await put('busy', { kind: 'static' }).expect(201);
    await setList('busy', ['ann', 'ben']);
    const taken = await Promise.all([take('busy'), take('busy'), take('busy')]);
    expect(taken.map(({ snapshot }) => snapshot).sort()).toEqual([1, 2, 3]);
    expect(taken.map(({ joined }) => joined).sort()).toEqual([0, 0, 2]);
  });

  it('write only what has changed', async () => {
    await setList('busy', ['ann', 'ben', 'cat']);
    await take('busy');
    const spans = await service.database.query(
      `select user_id, entered, exited from segment_spans where segment_id = 'busy' order by 1`,
    );
    expect(spans).toEqual([
      { user_id: 'ann', entered: 1, exited: null },
      { user_id: 'ben', entered: 1, exited: null },
      { user_id: 'cat', entered: 4, exited: null },
    ]);
  });

  it('go with their segment', async () => {
    await request(service.app).delete('/v1/segments/busy').expect(204);
    const [left] = await service.database.query<{ spans: number; snapshots: number }>(
      `select (select count(*) from segment_spans where segment_id = 'busy') as spans,
         (select count(*) from segment_snapshots where segment_id = 'busy') as snapshots`,
    );
    expect(left).toEqual({ spans: 0, snapshots: 0 });
  });

  it('equal frozen copies, whatever changes', async () => {
    const random = seededRandom(6);
    const users = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal'];
    await put('random', { kind: 'static' }).expect(201);
    const copies: string[][] = [];
    for (let round = 1; round <= 15; round += 1) {
      // Now and then nobody, or nothing changes.
      const share = [0, 0.2, 0.5, 0.8][Math.floor(random() * 4)] ?? 0;
      const list = round % 5 === 0 ? copies.at(-1) : users.filter(() => random() < share);
      await setList('random', list ?? []);
      copies.push(list ?? []);
      const before = copies.at(-2) ?? [];
      expect(await take('random')).toMatchObject({
        snapshot: round,
        members: list?.length,
        joined: list?.filter((id) => !before.includes(id)).length,
        left: before.filter((id) => !list?.includes(id)).length,
      });
    }
    for (const [index, copy] of copies.entries()) {
      const before = copies[index - 1] ?? [];
      expect(await snapshotOf('random', index + 1)).toBe(copy.join(' '));
      expect(await snapshotOf('random', index + 1, 'joined')).toBe(
        copy.filter((id) => !before.includes(id)).join(' '),
      );
      expect(await snapshotOf('random', index + 1, 'left')).toBe(
        before.filter((id) => !copy.includes(id)).join(' '),
      );
    }
  });
});

describe('snapshots of a segment by what users did', () => {
  const bought = { field: 'purchases', op: 'gte', value: 1 };
  const female = { field: 'gender', op: 'eq', value: 'female' };
  const turn = (id: string, personalised: boolean) =>
    request(service.app).patch(`/v1/users/${id}`).send({ personalised }).expect(200);
  const spansOf = (id: string) =>
    service.database.query<{ segment: string; entered: number }>(
      `select segment_id as segment, entered from segment_spans where user_id = $1::text
         and segment_id in ('buyers', 'women') order by 1, 2`,
      [id],
    );

  it('do not name those whose switch went off', async () => {
    await put('buyers', { rule: bought }).expect(201);
    await put('women', { rule: female }).expect(201);
    expect(await take('buyers')).toMatchObject({ members: 4, usesBehaviour: true });
    await take('women');
    expect(await snapshotOf('buyers', 1)).toBe('ann ben cat dan');
    await turn('ben', false);
    expect(await snapshotOf('buyers', 1)).toBe('ann cat dan');
    expect(await exported('buyers', { of: 1 })).toBe('ann cat dan');
    // Nor that they left, which was told by what they did.
    expect(await take('buyers')).toMatchObject({ members: 3, joined: 0, left: 1 });
    expect(await snapshotOf('buyers', 2, 'left')).toBe('');
    expect((await request(service.app).get('/v1/segments/buyers/snapshots/1')).body.members).toBe(
      4,
    );
    await turn('ben', true);
    expect(await snapshotOf('buyers', 2, 'left')).toBe('ben');
    await turn('eve', false);
    expect(await snapshotOf('women', 1)).toBe('ann cat eve');
  });

  it('forget those who ask for it, at once', async () => {
    await request(service.app).delete('/v1/users/cat/behaviour').expect(202);
    expect(await snapshotOf('buyers', 1)).toBe('ann ben dan');
    expect(await spansOf('cat')).toEqual([{ segment: 'women', entered: 1 }]);
  });

  it('do not name who asked while one was being taken', async () => {
    // As a snapshot would that did not see the question yet.
    await service.database.query(
      `insert into segment_spans (segment_id, user_id, entered) values ('buyers', 'cat', 2)`,
    );
    expect(await snapshotOf('buyers', 2)).toBe('ann dan');
    await createFeatureService(service.database).build({ full: false });
    expect(await spansOf('cat')).toEqual([{ segment: 'women', entered: 1 }]);
  });

  it('name them again by what they did afterwards', async () => {
    // They asked long ago, as it seems, and have bought since.
    await service.database.query(
      `update users set forget_before = now() - interval '1 hour',
         forgotten_through = now() - interval '1 hour' where user_id = 'cat'`,
    );
    await service.database.query(
      `insert into user_features (user_id, purchases, first_event_at, last_event_at, computed_at)
       values ('cat', 1, now(), now(), now())`,
    );
    const taken = await take('buyers');
    expect(await snapshotOf('buyers', taken.snapshot, 'joined')).toContain('cat');
    await createFeatureService(service.database).build({ full: false });
    expect(await spansOf('cat')).toHaveLength(2);
  });
});
