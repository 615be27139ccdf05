import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { listenOnPort } from '../../helpers/event-source.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';
import { makeSegmentShop, now } from './segment-shop.ts';

let service: TestService;

beforeAll(async () => {
  service = await createTestService({ now: () => now });
  await makeSegmentShop(service.database);
  const put = (id: string, body: object) =>
    request(service.app).put(`/v1/segments/${id}`).send(body).expect(201);
  await put('friends', { name: 'Friends', kind: 'static' });
  await put('women', { name: 'W', rule: { field: 'gender', op: 'eq', value: 'female' } });
});
beforeEach(async () => {
  await service.database.query('delete from segment_members');
});
afterAll(async () => {
  await service.close();
});

const members = async () => {
  const { body } = await request(service.app).get('/v1/segments/friends/members').expect(200);
  return body.members.map(({ userId }: { userId: string }) => userId).join(' ');
};
const csv = (method: 'put' | 'post', text: string, path = '') =>
  request(service.app)[method](`/v1/segments/friends/members${path}`).type('text/csv').send(text);

describe('the list of a static segment', () => {
  it('is replaced, with what became of it', async () => {
    const first = await csv('put', 'ann\nben\ncat\n').expect(200);
    expect(first.body).toEqual({
      ...{ segmentId: 'friends', listed: 3, added: 3, removed: 0, unchanged: 0, repeated: 0 },
      unknown: { count: 0, first: [] },
    });
    // Of seven ids: ben comes three times, nobody twice; cat stays too, ann goes, dan comes.
    const text = 'user_id,n\nben,1\nnobody,2\ncat,3\nben,4\ndan,5\nnobody,6\nben,7\n';
    const second = await csv('put', text).expect(200);
    expect(second.body).toEqual({
      ...{ segmentId: 'friends', listed: 7, added: 1, removed: 1, unchanged: 2, repeated: 3 },
      unknown: { count: 1, first: [{ line: 3, userId: 'nobody' }] },
    });
    expect(await members()).toBe('ben cat dan');
  });

  it('is added to and taken away from', async () => {
    await csv('put', 'ann\n').expect(200);
    const more = await csv('post', 'ann\nben\nzoe\n').expect(200);
    expect(more.body).toMatchObject({ listed: 3, added: 1, removed: 0, unchanged: 1 });
    expect(more.body.unknown).toEqual({ count: 1, first: [{ line: 3, userId: 'zoe' }] });
    const fewer = await csv('post', 'ann\ncat\nzoe\n', '/remove').expect(200);
    expect(fewer.body).toMatchObject({ listed: 3, added: 0, removed: 1, unchanged: 1 });
    expect(await members()).toBe('ben');
  });

  it('is taken as JSON, too, and emptied by an empty list', async () => {
    const json = (userIds: string[]) =>
      request(service.app).put('/v1/segments/friends/members').send({ userIds });
    const { body } = await json(['ann', 'nobody', 'ann']).expect(200);
    expect(body).toMatchObject({ listed: 3, added: 1, repeated: 1 });
    expect(body.unknown.first).toEqual([{ line: 2, userId: 'nobody' }]);
    expect((await json([]).expect(200)).body).toMatchObject({ listed: 0, removed: 1 });
    const { body: problem } = await request(service.app)
      .put('/v1/segments/friends/members')
      .send({ users: ['ann'] })
      .expect(400);
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(['userIds', 'users']);
  });

  it('comes as gzip, too', async () => {
    await request(service.app)
      .put('/v1/segments/friends/members')
      .set({ 'Content-Type': 'text/csv', 'Content-Encoding': 'gzip' })
      .serialize((bytes: Buffer) => bytes as unknown as string)
      .send(gzipSync('ann\nben\n'))
      .expect(200);
    expect(await members()).toBe('ann ben');
  });

  it('keeps since when those who stay are in it, and says when it was written', async () => {
    await csv('put', 'ann\nben\n').expect(200);
    const since = async () =>
      service.database.query('select user_id, entered_at from segment_members order by user_id');
    const before = await since();
    await csv('put', 'ann\nben\ncat\n').expect(200);
    expect((await since()).slice(0, 2)).toEqual(before);
    const { body } = await request(service.app).get('/v1/segments/friends').expect(200);
    expect(body.refreshedAt).not.toBeNull();
  });

  it('reports the first hundred unknown ids, by line', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `nobody-${n}`);
    const { body } = await csv('put', ['ann', ...ids].join('\n')).expect(200);
    expect(body.unknown.count).toBe(250);
    expect(body.unknown.first).toHaveLength(100);
    expect(body.unknown.first[99]).toEqual({ line: 101, userId: 'nobody-99' });
  });

  it('stays as it was when anything is wrong', async () => {
    await csv('put', 'ann\n').expect(200);
    const broken = await csv('put', 'ben\ncat\nd"n"\n').expect(400);
    expect(broken.body.detail).toContain('line 3');
    const other = await csv('put', 'name\nAnn\n').expect(400);
    expect(other.body.errors[0]).toEqual({
      ...{ path: 'line 1', code: 'unknown_user', message: 'there is no user "name"' },
    });
    await csv('put', '').expect(400);
    expect(await members()).toBe('ann');
  });

  it('stays as it was when the client goes in the middle', async () => {
    await csv('put', 'ann\n').expect(200);
    const { server, url } = await listenOnPort(service.app);
    const copying = async () => {
      const rows = await service.database.query(
        `select from pg_stat_activity where query like 'copy uploaded%' and state = 'active'
           and application_name = 'wardrobe-exports'`,
      );
      return rows.length === 1;
    };
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'PUT /v1/segments/friends/members HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\n' +
        'Content-Length: 1000000\r\n\r\nben\ncat\n',
    );
    await eventually(copying);
    socket.destroy();
    await eventually(async () => !(await copying()));
    expect(await members()).toBe('ann');
    expect((await csv('post', 'ben\n').expect(200)).body.added).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is not of a dynamic segment, nor of one that there is not', async () => {
    const dynamic = await request(service.app)
      .put('/v1/segments/women/members')
      .send({ userIds: ['ann'] })
      .expect(409);
    expect(dynamic.body.detail).toContain('segment women is dynamic');
    await request(service.app).post('/v1/segments/none/members').send({ userIds: [] }).expect(404);
    await request(service.app).delete('/v1/segments/friends/members').expect(405);
  });

  it('is written by one after the other', async () => {
    const lists = Array.from({ length: 4 }, (_, n) => ['ann', 'ben', 'cat', 'dan'].slice(n, n + 2));
    await Promise.all(lists.map((ids) => csv('put', ids.join('\n')).expect(200)));
    expect(lists.map((ids) => ids.join(' '))).toContain(await members());
  });

  it('goes with its segment', async () => {
    await request(service.app).put('/v1/segments/old').send({ name: 'o', kind: 'static' });
    await request(service.app)
      .put('/v1/segments/old/members')
      .send({ userIds: ['ann'] });
    await request(service.app).delete('/v1/segments/old').expect(204);
    const left = await service.database.query(
      `select from segment_members where segment_id = 'old'`,
    );
    expect(left).toEqual([]);
  });
});
