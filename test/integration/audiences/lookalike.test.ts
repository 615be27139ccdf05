import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createHybridTrainer } from '../../../models/recommenders/hybrid.ts';
import { activateArtifact, encodeModel } from '../../helpers/published-model.ts';
import { twoBlocks } from '../../helpers/recommender-suite.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-05-01T12:00:00Z');
const lately = '2026-05-01T11:00:00Z';
const dataset = twoBlocks();
const first = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5'];
const second = ['u6', 'u7', 'u8', 'u9', 'u10', 'u11'];

/** Users u0 to u5 have bought of one taste, u6 to u11 of another; `idle` has done nothing. */
async function fillShop({ database }: TestService): Promise<void> {
  await insertItems(
    database,
    dataset.items.ids().map((itemId) => ({ itemId })),
  );
  const { indptr, indices } = dataset.interactions;
  await insertEvents(
    database,
    [...first, ...second].flatMap((userId, user) =>
      Array.from(indices.subarray(indptr[user], indptr[user + 1]), (item) => ({
        ...{ userId, itemId: `i${item}`, type: 'purchase', occurredAt: lately },
      })),
    ),
  );
  await database.query(
    `insert into users (user_id, marketing_consent) select unnest($1::text[]), true`,
    [[...first, ...second, 'idle']],
  );
  await database.query(
    `insert into segments (segment_id, name, kind, holdout_seed)
     values ('loyal', 'Loyal', 'static', 'loyal'), ('nobody', 'Nobody', 'static', 'nobody')`,
  );
  await database.query(
    `insert into segment_members (segment_id, user_id)
     select 'loyal', unnest($1::text[])`,
    [['u0', 'u1', 'idle']],
  );
}

describe('users like others', () => {
  let service: TestService;
  const post = (body: object) => request(service.app).post('/v1/segments/lookalike').send(body);
  const found = async (body: object) => {
    const answer = await post(body);
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    return answer.body.users.map(({ userId }: { userId: string }) => userId).sort();
  };

  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await fillShop(service);
    const model = await createHybridTrainer({ als: { dimensions: 4 } }).fit(dataset, { seed: 1 });
    await activateArtifact(service.database, encodeModel(model, dataset.items, { version: 'v1' }));
    await service.services.models.refresh();
  });
  afterAll(() => service.close());

  it('names those of the same taste, without the seeds, and reports seeds without a history', async () => {
    const { body } = await post({ seedSegmentId: 'loyal', limit: 4 }).expect(200);
    expect(body.users.map(({ userId }: { userId: string }) => userId).sort()).toEqual([
      'u2',
      'u3',
      'u4',
      'u5',
    ]);
    expect(body).toMatchObject({
      modelVersion: 'v1',
      computedAt: now.toISOString(),
      seeds: { given: 3, used: 2, withoutHistory: 1, withoutHistoryIds: ['idle'] },
      found: 4,
      saved: null,
    });
    expect(body.users[0].affinity).toBeGreaterThan(1);
    expect(body.users[0].similarity).toBeGreaterThan(0.9);
  });

  it('finds both tastes of seeds that have two', async () => {
    const { body } = await post({ userIds: ['u0', 'u1', 'u6', 'u7'], limit: 8 }).expect(200);
    for (const { similarity } of body.users) expect(similarity).toBeGreaterThan(0.9);
    expect(body.users).toHaveLength(8);
  });

  it('goes down to a similarity, or to a number', async () => {
    expect(await found({ userIds: ['u0', 'u1'], minSimilarity: 0.5 })).toEqual([
      ...['u2', 'u3', 'u4', 'u5'],
    ]);
    expect(await found({ userIds: ['u0', 'u1'], limit: 1 })).toHaveLength(1);
    expect(await found({ userIds: ['u0', 'u1'] })).toHaveLength(10);
  });

  it('counts ids once, and tells which are nobody’s', async () => {
    const { body } = await post({ userIds: ['u0', 'u0', 'ghost', 'idle'] }).expect(200);
    expect(body.seeds).toMatchObject({ given: 3, used: 1, withoutHistory: 2 });
    expect(body.seeds.withoutHistoryIds.sort()).toEqual(['ghost', 'idle']);
  });

  it('keeps to consent and the switch, of seeds too', async () => {
    const { database } = service;
    await database.query(`update users set marketing_consent = false where user_id = 'u2'`);
    await database.query(`update users set personalised = false where user_id in ('u1', 'u3')`);
    const asked = { userIds: ['u0', 'u1'], minSimilarity: 0.5 };
    const { body } = await post(asked).expect(200);
    expect(body.seeds).toMatchObject({ used: 1, withoutHistoryIds: ['u1'] });
    expect(await found(asked)).toEqual(['u4', 'u5']);
    expect(await found({ ...asked, consent: 'any' })).toEqual(['u2', 'u4', 'u5']);
    await database.query(`update users set personalised = true, marketing_consent = true`);
  });

  it('saves what it found as a static segment, to be used as any', async () => {
    const save = { segmentId: 'like-loyal', name: 'Like the loyal' };
    const asked = { seedSegmentId: 'loyal', limit: 4, save };
    const { body } = await post(asked).expect(200);
    expect(body.saved).toEqual({ segmentId: 'like-loyal', members: 4 });
    const members = await request(service.app).get('/v1/segments/like-loyal/members').expect(200);
    expect(members.body.members.map(({ userId }: { userId: string }) => userId)).toEqual([
      ...['u2', 'u3', 'u4', 'u5'],
    ]);
    await post(asked).expect(409);
    expect(await found({ userIds: ['u6'], segmentId: 'like-loyal' })).toEqual([
      ...['u2', 'u3', 'u4', 'u5'],
    ]);
  });

  it('refuses seeds that say nothing, with why', async () => {
    const idle = await post({ userIds: ['idle', 'ghost'] }).expect(409);
    expect(idle.body.detail).toBe('none of the 2 seeds has a history that the model knows');
    const empty = await post({ seedSegmentId: 'nobody' }).expect(409);
    expect(empty.body.detail).toContain('has no members');
    const unknown = await post({ seedSegmentId: 'loyl' }).expect(404);
    expect(unknown.body.detail).toContain('did you mean loyal?');
  });

  it.each([
    [{}, 'seedSegmentId'],
    [{ userIds: [] }, 'userIds'],
    [{ userIds: ['u0'], seedSegmentId: 'loyal' }, 'seedSegmentId'],
    [{ userIds: ['u0'], limit: 0 }, 'limit'],
    [{ userIds: ['u0'], minSimilarity: 2 }, 'minSimilarity'],
    [{ userIds: ['u0'], tiers: ['nwe'] }, 'tiers[0]'],
    [{ userIds: ['u0'], save: { segmentId: 'preview', name: 'x' } }, 'save.segmentId'],
  ])('refuses %j', async (body, path) => {
    const answer = await post(body).expect(400);
    expect(answer.body.errors[0].path).toBe(path);
  });
});

describe('users like others without a model', () => {
  it('says that there is none', async () => {
    const service = await createTestService({ now: () => now });
    try {
      const { body } = await request(service.app)
        .post('/v1/segments/lookalike')
        .send({ userIds: ['u0'] })
        .expect(503);
      expect(body.detail).toContain('no model is active');
    } finally {
      await service.close();
    }
  });
});
