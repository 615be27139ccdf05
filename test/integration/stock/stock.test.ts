import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

describe('stock', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
    const skus = Array.from({ length: 60 }, (_, n) => ({ skuId: `s${n}`, stock: 5 }));
    await insertItems(service.database, [{ itemId: 'dress', skus }]);
  });
  afterAll(() => service.close());

  const patch = (skuId: string, body: object) =>
    request(service.app).patch(`/v1/skus/${skuId}/stock`).send(body);
  const bulk = (...stocks: object[]) =>
    request(service.app).patch('/v1/skus/stock').send({ stocks });
  const put = (...skus: object[]) => request(service.app).put('/v1/skus').send({ skus });
  const held = async (skuId: string) => {
    const [row] = await service.database.query(
      'select stock, stock_sequence::text as sequence from skus where sku_id = $1::text',
      [skuId],
    );
    return row;
  };

  it('is set to what comes with a higher sequence number', async () => {
    await patch('s0', { stock: 3, sequence: 7 }).expect(200, {
      skuId: 's0',
      applied: true,
      stock: 3,
      sequence: '7',
    });
    await patch('s0', { stock: 0, sequence: 8 }).expect(200);
    expect(await held('s0')).toEqual({ stock: 0, sequence: '8' });
  });

  it('ignores an older number and an equal one, and says what holds', async () => {
    await patch('s1', { stock: 3, sequence: 7 });
    for (const sequence of [6, 7, 0]) {
      await patch('s1', { stock: 9, sequence }).expect(200, {
        skuId: 's1',
        applied: false,
        reason: 'older_sequence',
        stock: 3,
        sequence: '7',
      });
    }
    expect(await held('s1')).toEqual({ stock: 3, sequence: '7' });
  });

  it('takes numbers past 2^53 as texts, and refuses them as numbers', async () => {
    const big = (2n ** 63n - 1n).toString();
    await patch('s2', { stock: 1, sequence: '9007199254740993' }).expect(200);
    const between = await patch('s2', { stock: 2, sequence: '9007199254740992' });
    expect(between.body).toMatchObject({ applied: false, sequence: '9007199254740993' });
    expect((await patch('s2', { stock: 3, sequence: big })).body).toMatchObject({
      applied: true,
      sequence: big,
    });
    for (const sequence of [2 ** 53, (2n ** 63n).toString(), -1, '-1', '', '1.5', 1.5, null]) {
      const refused = await patch('s2', { stock: 1, sequence });
      expect(refused.status).toBe(400);
      expect(refused.body.errors).toMatchObject([{ path: 'sequence' }]);
    }
  });

  it('answers 404 for a SKU that is not known', async () => {
    const { body } = await patch('nothing', { stock: 1, sequence: 1 }).expect(404);
    expect(body.detail).toBe('there is no SKU "nothing"');
  });

  it('says of each of many what became of it, in their order', async () => {
    await patch('s3', { stock: 3, sequence: 10 });
    const { body } = await bulk(
      { skuId: 's3', stock: 1, sequence: 10 },
      { skuId: 'nothing', stock: 1, sequence: 1 },
      { skuId: 's4', stock: 0, sequence: '0012' },
    ).expect(200);
    expect(body).toEqual({
      applied: 1,
      ignored: 1,
      unknown: 1,
      results: [
        { skuId: 's3', applied: false, reason: 'older_sequence', stock: 3, sequence: '10' },
        { skuId: 'nothing', applied: false, reason: 'unknown_sku', stock: null, sequence: null },
        { skuId: 's4', applied: true, stock: 0, sequence: '12' },
      ],
    });
  });

  it('takes the highest number of a SKU that is given more than once', async () => {
    const { body } = await bulk(
      { skuId: 's5', stock: 1, sequence: 1 },
      { skuId: 's5', stock: 3, sequence: 3 },
      { skuId: 's5', stock: 4, sequence: 3 },
      { skuId: 's5', stock: 2, sequence: 2 },
    ).expect(200);
    expect(body.results.map(({ applied }: { applied: boolean }) => applied)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(await held('s5')).toEqual({ stock: 3, sequence: '3' });
  });

  it('refuses the whole call when one element is malformed, naming it', async () => {
    const { body } = await bulk(
      { skuId: 's6', stock: 1, sequence: 1 },
      { skuId: 's7', stock: -1, sequence: 1 },
    ).expect(400);
    expect(body.errors).toMatchObject([{ path: 'stocks[1].stock' }]);
    expect(await held('s6')).toEqual({ stock: 5, sequence: null });
    await bulk().expect(400);
    await bulk(
      ...Array.from({ length: 1001 }, () => ({ skuId: 's6', stock: 1, sequence: 1 })),
    ).expect(400);
  });

  it('of a PUT holds until the next higher number; what was late before stays late', async () => {
    await patch('s8', { stock: 3, sequence: 10 });
    await put({ skuId: 's8', itemId: 'dress', stock: 50 }).expect(200);
    expect(await held('s8')).toEqual({ stock: 50, sequence: '10' });
    expect((await patch('s8', { stock: 4, sequence: 9 })).body).toMatchObject({
      applied: false,
      stock: 50,
    });
    expect((await patch('s8', { stock: 4, sequence: 10 })).body).toMatchObject({ applied: false });
    await patch('s8', { stock: 2, sequence: 11 }).expect(200);
    await put({ skuId: 's8', itemId: 'dress', colour: 'red' }).expect(200);
    expect(await held('s8')).toEqual({ stock: 2, sequence: '11' });
  });

  it('ends at the highest number of each SKU, whoever writes at once and in whatever order', async () => {
    const random = seededRandom(5);
    const shuffled = () =>
      Array.from({ length: 50 }, (_, n) => ({ skuId: `s${n + 10}`, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ skuId }) => skuId);
    const calls = Array.from({ length: 40 }, (_, n) => {
      const sequence = ((n * 17) % 40) + 1;
      if (n % 8 === 7) return put(...shuffled().map((skuId) => ({ skuId, itemId: 'dress' })));
      return bulk(...shuffled().map((skuId) => ({ skuId, stock: sequence * 2, sequence })));
    });
    const answers = await Promise.all(calls);
    for (const { status } of answers) expect(status).toBe(200);
    const sequences = answers.flatMap((_, n) => (n % 8 === 7 ? [] : [((n * 17) % 40) + 1]));
    const highest = Math.max(...sequences);
    const rows = await service.database.query(
      `select distinct stock, stock_sequence::text as sequence from skus
       where sku_id = any($1::text[])`,
      [shuffled()],
    );
    expect(rows).toEqual([{ stock: highest * 2, sequence: String(highest) }]);
  });

  it('is compared with what a call left that was waited for', async () => {
    let late: Promise<unknown> = Promise.resolve();
    await service.database.transaction(async (transaction) => {
      await transaction.query(
        `update skus set stock = 20, stock_sequence = 20 where sku_id = 's9'`,
      );
      late = Promise.all([
        patch('s9', { stock: 19, sequence: 19 }),
        patch('s9', { stock: 21, sequence: 21 }),
      ]);
      await untilWaiting(service, 2);
    });
    await late;
    expect(await held('s9')).toEqual({ stock: 21, sequence: '21' });
  });
});

async function untilWaiting(service: TestService, sessions: number): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    const [row] = await service.database.query<{ waiting: number }>(
      `select count(*) as waiting from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (row?.waiting === sessions) return;
  }
  throw new Error('nobody waits');
}
