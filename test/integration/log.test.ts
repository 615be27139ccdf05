import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createLogger } from '../../services/logger.ts';
import { createTestService, type TestService } from '../helpers/test-service.ts';

describe('the log', () => {
  let service: TestService;
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  beforeAll(async () => {
    service = await createTestService({ logger: createLogger('debug', sink) });
  });
  afterAll(() => service.close());

  it('says of a row that Postgres refuses what was wrong, and nothing of the row', async () => {
    await service.database.query(
      `alter table events add constraint no_likes check (type <> 'like')`,
    );
    await service.database.query(
      `alter table users add constraint no_one check (birth_year > 2000)`,
    );
    const like = {
      eventId: 'event-of-jane',
      userId: 'jane',
      itemId: 'item-of-jane',
      type: 'like',
      occurredAt: new Date().toISOString(),
    };
    await request(service.app)
      .post('/v1/events')
      .send({ events: [like] })
      .expect(500);
    const users = [{ userId: 'jane', birthYear: 1999 }];
    await request(service.app).put('/v1/users').send({ users }).expect(500);
    const errors = lines.map((line) => JSON.parse(line)).filter(({ err }) => err?.code === '23514');
    expect(errors.map(({ err }) => [err.type, err.constraint])).toEqual([
      ['DatabaseError', 'no_likes'],
      ['DatabaseError', 'no_likes'],
      ['DatabaseError', 'no_one'],
    ]);
    expect(errors.at(-1).err.message).toContain('violates check constraint');
    expect(lines.join('')).not.toContain('jane');
  });

  it('has the route of a request in the place of its path', async () => {
    lines.length = 0;
    await request(service.app).get('/v1/users/jane/recommendations').expect(200);
    const answered = lines.map((line) => JSON.parse(line)).find(({ res }) => res !== undefined);
    expect(answered).toMatchObject({
      route: '/v1/users/:userId/recommendations',
      res: { statusCode: 200 },
    });
    expect(answered.reqId).toEqual(expect.any(String));
    expect(lines.join('')).not.toContain('jane');
  });
});
