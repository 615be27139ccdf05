import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../services/create-app.ts';
import { createServices, type Services } from '../../services/create-services.ts';
import { FeatureService } from '../../services/features/feature-service.ts';
import { tagTables } from '../../services/features/tag-store.ts';
import { eventually } from '../helpers/eventually.ts';
import { activateArtifact, encodeTwoBlocks } from '../helpers/published-model.ts';
import { insertItems } from '../helpers/small-shop.ts';
import { byRelevance, createTestService, type TestService } from '../helpers/test-service.ts';

interface Answer {
  readonly personalised: boolean;
  readonly items: { itemId: string; skuId: string }[];
}

const sizes = ['S', 'M', 'L'];

describe('DELETE /v1/users/{userId}/behaviour, with two processes', () => {
  let first: TestService;
  let second: Services;
  let dataDir: string;
  let one: Express;
  let other: Express;
  beforeAll(async () => {
    first = await createTestService();
    await insertItems(
      first.database,
      Array.from({ length: 12 }, (_, n) => ({
        ...{
          itemId: `i${n}`,
          title: `Dress ${n}`,
          category: ['dresses'],
          price: 50,
          trend: 12 - n,
        },
        // Best stocked in L.
        skus: sizes.map((size, order) => ({
          skuId: `i${n}-${size}`,
          size,
          order,
          stock: 3 + order,
        })),
      })),
    );
    await activateArtifact(first.database, await encodeTwoBlocks({ version: 'blocks' }));
    dataDir = await mkdtemp(join(tmpdir(), 'wardrobe-test-data-'));
    const logger = pino({ level: 'silent' });
    const options = { databaseUrl: first.url, poolSize: 5, dataDir, logger, ranking: byRelevance };
    second = await createServices(options);
    await first.services.models.refresh();
    one = first.app;
    other = createApp(second, { checkResponses: true });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  let made = 0;
  const event = (userId: string, fields: object = {}) => ({
    ...{ eventId: `event-${made++}`, userId, itemId: 'i7', type: 'like' },
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
    ...fields,
  });
  const post = async (...events: object[]) =>
    (await request(one).post('/v1/events').send({ events }).expect(202)).body;
  const ask = async (app: Express, userId: string): Promise<Answer> =>
    (await request(app).get(`/v1/users/${userId}/recommendations`).expect(200)).body;
  const forget = async (userId: string) =>
    (await request(one).delete(`/v1/users/${userId}/behaviour`).expect(202)).body;
  const turn = (userId: string, personalised: boolean) =>
    request(one).patch(`/v1/users/${userId}`).send({ personalised }).expect(200);
  const later = (askedAt: string) => new Date(Date.parse(askedAt) + 1000).toISOString();
  const purchase = { type: 'purchase', itemId: 'i0', skuId: 'i0-M' };
  const itemIds = ({ items }: Answer) => items.map(({ itemId }) => itemId);
  /** What somebody gets of whom nothing is known, but for the name. */
  const ofNobody = async (userId: string) => ({ ...(await ask(one, 'nobody')), userId });
  const bothAnswer = async (userId: string) => [await ask(other, userId), await ask(one, userId)];

  it('lets nothing of before count from the next request on: no like, no purchase, no size', async () => {
    await post(event('ann'), event('ann', purchase));
    for (const answer of await bothAnswer('ann')) {
      expect(answer.personalised).toBe(true);
      expect(itemIds(answer)).not.toContain('i0');
      expect(answer.items[0]?.skuId).toMatch(/-M$/);
    }
    const receipt = await forget('ann');
    expect(receipt).toEqual({
      userId: 'ann',
      askedAt: expect.stringMatching(/Z$/),
      done: expect.arrayContaining(['the log of answers does not name the user']),
      withNextBuild: expect.arrayContaining([expect.stringContaining('the events up to askedAt')]),
    });
    const nobody = await ofNobody('ann');
    expect(await bothAnswer('ann')).toEqual([nobody, nobody]);
    expect(itemIds(nobody as Answer)).toContain('i0');
    expect((nobody as Answer).items[0]?.skuId).toMatch(/-L$/);
  });

  it('counts what the user does afterwards, and not what comes in late', async () => {
    await post(event('bob', { itemId: 'i1' }));
    const { askedAt } = await forget('bob');
    await post(event('bob', { itemId: 'i2' }));
    const nobody = await ofNobody('bob');
    expect(await bothAnswer('bob')).toEqual([nobody, nobody]);
    await post(event('bob', { occurredAt: later(askedAt) }));
    for (const answer of await bothAnswer('bob')) {
      expect(answer.personalised).toBe(true);
      // The block of i7, and not that of i1 and i2.
      expect(itemIds(answer).slice(0, 5).sort()).toEqual(['i10', 'i11', 'i6', 'i8', 'i9']);
    }
  });

  it('leaves nothing to go on from when the switch was off and is on again', async () => {
    await post(event('cem'), event('cem', purchase));
    await turn('cem', false);
    await forget('cem');
    expect((await ask(other, 'cem')).personalised).toBe(false);
    await turn('cem', true);
    const nobody = await ofNobody('cem');
    expect(await bothAnswer('cem')).toEqual([nobody, nobody]);
    await new FeatureService(first.database).build();
    // Popularity is what the build found, as soon as both have read it.
    await eventually(async () => {
      const built = JSON.stringify(await ofNobody('cem'));
      return (await bothAnswer('cem')).every((answer) => JSON.stringify(answer) === built);
    });
  });

  it('deletes features, tags and outcomes at once, and tags stay removed', async () => {
    await post(event('dee', { properties: { channel: 'app' } }), event('dee', purchase));
    await new FeatureService(first.database).build();
    await request(one).delete('/v1/users/dee/tags/price').expect(200);
    const tags = async (app: Express) => (await request(app).get('/v1/users/dee/tags')).body;
    const kinds = (await tags(other)).tags.map(({ tag }: { tag: string }) => tag);
    expect(kinds).toContain('category');
    expect(kinds).not.toContain('price');
    const ofDee = (table: string) =>
      first.database.query(`select from ${table} where user_id = 'dee'`);
    for (const table of ['user_features', 'user_sku_outcomes', ...tagTables]) {
      expect(await ofDee(table)).not.toEqual([]);
    }
    await forget('dee');
    expect(await tags(other)).toMatchObject({ tags: [], removed: [{ tag: 'price' }] });
    for (const table of ['user_features', 'user_sku_outcomes', ...tagTables]) {
      expect(await ofDee(table)).toEqual([]);
    }
  });

  it('takes the name out of the log of answers', async () => {
    await first.database.query(
      `select ensure_recommendation_log_partitions(now() - interval '40 days', now())`,
    );
    await first.database.query(
      `insert into recommendation_log (shown_at, request_id, user_id, session_id, variant, item_ids,
         scores, sources, source_numbers)
       select now() - days * interval '1 day', 'of eve ' || days, name, 's', 'v', '{i1}', '{1}',
         '{newest}', '{0}'
       from unnest(array[0, 1, 39]) as days, unnest(array['eve', 'fay']) as name`,
    );
    await forget('eve');
    expect(
      await first.database.query(
        `select user_id, session_id, count(*) as answers from recommendation_log
         where request_id like 'of eve%' group by 1, 2 order by 1`,
      ),
    ).toEqual([
      { user_id: 'fay', session_id: 's', answers: 3 },
      { user_id: null, session_id: null, answers: 3 },
    ]);
  });

  it('keeps the ids of what is deleted, so that what is sent again does not come back', async () => {
    const like = event('gus');
    expect(await post(like)).toMatchObject({ accepted: 1 });
    await forget('gus');
    await new FeatureService(first.database).build();
    const left = () => first.database.query(`select from events where user_id = 'gus'`);
    expect(await left()).toEqual([]);
    expect(await post(like)).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await left()).toEqual([]);
    expect((await ask(other, 'gus')).personalised).toBe(false);
  });

  it('is remembered for a user who is not known, with the switch and the profile as they are', async () => {
    const { askedAt } = await forget('hal');
    await post(event('hal'));
    expect((await ask(other, 'hal')).personalised).toBe(false);
    const again = await forget('hal');
    expect(Date.parse(again.askedAt)).toBeGreaterThanOrEqual(Date.parse(askedAt));
    await request(one)
      .put('/v1/users')
      .send({ users: [{ userId: 'hal', gender: 'male' }] })
      .expect(200);
    const [hal] = await first.database.query(
      `select personalised, marketing_consent, gender, forget_before from users where user_id = 'hal'`,
    );
    expect(hal).toEqual({
      ...{ personalised: true, marketing_consent: false, gender: 'male' },
      forget_before: new Date(again.askedAt),
    });
  });

  it('never goes back when a user asks at the same time', async () => {
    const receipts = await Promise.all(Array.from({ length: 8 }, () => forget('ida')));
    const latest = receipts
      .map(({ askedAt }) => askedAt)
      .sort()
      .at(-1);
    const [row] = await first.database.query<{ at: Date }>(
      `select forget_before as at from users where user_id = 'ida'`,
    );
    expect(row?.at.toISOString()).toBe(latest);
  });
});
