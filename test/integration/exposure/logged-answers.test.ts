import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import request from 'supertest';
import { createApp } from '../../../services/create-app.ts';
import { createServices } from '../../../services/create-services.ts';
import { rankingSettingsSchema } from '../../../services/recommendations/ranking-settings.ts';
import { eventually } from '../../helpers/eventually.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');

interface Logged {
  readonly request: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly shownAt: Date;
  readonly items: string[];
  readonly sources: string[];
}

describe('answers that are logged', () => {
  let service: TestService;
  beforeEach(async () => {
    const ranking = rankingSettingsSchema.parse({
      policy: { explorationShare: 0.3, explorationFloor: 3 },
    });
    service = await createTestService({ now: () => now, ranking });
    const items = Array.from({ length: 30 }, (_, n) => ({ itemId: `i${n}`, trend: 30 - n }));
    await insertItems(service.database, items);
    // The last ten few have seen.
    await service.database.query(
      `update item_features set impressions = 1000, clicks = 50 where trend > 10`,
    );
    await service.database.query(
      `insert into users (user_id, personalised) values ('on', true), ('off', false)`,
    );
  });
  afterEach(() => service.close());

  const ask = (path: string, requestId: string) =>
    request(service.app).get(path).set('X-Request-Id', requestId).expect(200);
  const logged = async (count: number) => {
    const read = () =>
      service.database.query<Logged>(
        `select request_id as request, user_id as user, session_id as session,
           shown_at as "shownAt", item_ids as items,
           array(select sources[n] from unnest(source_numbers) n) as sources
         from recommendation_log order by request_id`,
      );
    await eventually(async () => (await read()).length === count);
    return read();
  };

  it('are there with what was shown, and by whose name unless the switch is off', async () => {
    const { body: on } = await ask('/v1/users/on/recommendations?limit=8', 'r1');
    const { body: off } = await ask('/v1/users/off/recommendations?limit=8', 'r2');
    const { body: session } = await request(service.app)
      .post('/v1/recommendations')
      .set('X-Request-Id', 'r3')
      .send({ sessionId: 's', limit: 8 })
      .expect(200);
    const rows = await logged(3);
    expect(rows.map((row) => [row.request, row.user, row.session])).toEqual([
      ['r1', 'on', null],
      ['r2', null, null],
      ['r3', null, 's'],
    ]);
    for (const [n, { items }] of [on, off, session].entries()) {
      expect(rows[n]?.shownAt).toEqual(now);
      expect(rows[n]?.items).toEqual(items.map(({ itemId }: { itemId: string }) => itemId));
      expect(rows[n]?.sources).toEqual(items.map(({ source }: { source: string }) => source));
    }
  });

  it('are made again by the same request id', async () => {
    const answers = new Map<string, string>();
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'a', 'b', 'c', 'd', 'e', 'f']) {
      const { body } = await ask('/v1/users/on/recommendations?limit=20', id);
      const items = JSON.stringify(body.items);
      expect(answers.get(id) ?? items).toBe(items);
      answers.set(id, items);
      const explored = body.items.filter(
        ({ source }: { source: string }) => source === 'exploration',
      );
      expect(explored.length).toBeLessThanOrEqual(6);
      expect(body.items[0].source).not.toBe('exploration');
    }
    expect(new Set(answers.values()).size).toBeGreaterThan(1);
    expect([...answers.values()].some((items) => items.includes('"exploration"'))).toBe(true);
  });

  it('are counted, and written when the service stops', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wardrobe-test-data-'));
    const services = await createServices({
      ...{ databaseUrl: service.url, poolSize: 2, dataDir, now: () => now },
      logger: pino({ level: 'silent' }),
    });
    const app = createApp(services);
    await request(app)
      .get('/v1/users/on/recommendations?limit=3')
      .set('X-Request-Id', 'last')
      .expect(200);
    await services.close();
    await rm(dataDir, { recursive: true });
    const [row] = await service.database.query('select request_id from recommendation_log');
    expect(row).toEqual({ request_id: 'last' });
    const metrics = await services.metrics.registry.metrics();
    expect(metrics).toContain('recommendation_log_answers_total{outcome="written"} 1');
  });
});
