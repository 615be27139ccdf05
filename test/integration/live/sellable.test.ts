import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { seededRandom } from '../../../models/dataset/seeded-random.ts';
import { createApp } from '../../../services/create-app.ts';
import { createServices, type Services } from '../../../services/create-services.ts';
import { activateArtifact, encodeTwoBlocks } from '../../helpers/published-model.ts';
import { insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');
const itemIds = Array.from({ length: 12 }, (_, n) => `i${n}`);
const sizes = ['S', 'M', 'L'];
const rooms = ['r0', 'r1'];

/**
 * Something that has to be true of what is shown (in stock, not hidden, on the shelf): what it is
 * after the last change that was acknowledged, and how many changes have begun.
 */
class Fact {
  holds: boolean;
  begun = 0;
  underWay = 0;

  constructor(holds: boolean) {
    this.holds = holds;
  }

  /** What is certain now, for as long as no further change begins. */
  certain(): { holds: boolean; begun: number } | undefined {
    return this.underWay > 0 ? undefined : { holds: this.holds, begun: this.begun };
  }
}

describe('with stock, items and shelves changing all the time', () => {
  let first: TestService;
  let second: Services;
  let dataDir: string;
  let apps: Express[];
  const facts = new Map<string, Fact>();
  const random = seededRandom(20_261_122);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;

  beforeAll(async () => {
    first = await createTestService({ now: () => now });
    await insertItems(
      first.database,
      itemIds.map((itemId) => ({
        ...{ itemId, category: ['dresses'], price: 10, trend: 1 },
        skus: sizes.map((size, order) => ({ skuId: `${itemId}-${size}`, size, order, stock: 3 })),
      })),
    );
    await activateArtifact(first.database, await encodeTwoBlocks({ version: 'blocks' }));
    for (const room of rooms) {
      await request(first.app).put(`/v1/rooms/${room}`).send({}).expect(200);
      const items = itemIds.map((itemId) => ({ itemId }));
      await request(first.app).put(`/v1/rooms/${room}/shelf`).send({ items }).expect(200);
    }
    dataDir = await mkdtemp(join(tmpdir(), 'wardrobe-test-data-'));
    const logger = pino({ level: 'silent' });
    const options = { databaseUrl: first.url, poolSize: 5, dataDir, logger, now: () => now };
    second = await createServices(options);
    await first.services.models.refresh();
    apps = [first.app, createApp(second, { checkResponses: true })];
    for (const itemId of itemIds) {
      facts.set(`visible ${itemId}`, new Fact(true));
      for (const size of sizes) facts.set(`stock ${itemId}-${size}`, new Fact(true));
      for (const room of rooms) facts.set(`${room} ${itemId}`, new Fact(true));
    }
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const fact = (name: string) => {
    const found = facts.get(name);
    if (found === undefined) throw new Error(`no fact ${name}`);
    return found;
  };
  /** Makes a change, and keeps account of what is certain meanwhile. */
  const change = async (names: ReadonlyMap<string, boolean>, work: () => Promise<unknown>) => {
    const changing = Array.from(names, ([name, holds]) => ({ of: fact(name), holds }));
    for (const { of } of changing) {
      of.begun += 1;
      of.underWay += 1;
    }
    await work();
    for (const { of, holds } of changing) {
      of.holds = holds;
      of.underWay -= 1;
    }
  };

  // One writer of each kind, so that the order of the changes to a fact is known.
  let sequence = 0;
  const changeStock = () => {
    const levels = new Map(
      Array.from({ length: 6 }, () => [`${pick(itemIds)}-${pick(sizes)}`, random() < 0.4 ? 2 : 0]),
    );
    sequence += 1;
    const stocks = Array.from(levels, ([skuId, stock]) => ({ skuId, stock, sequence }));
    const names = new Map(stocks.map(({ skuId, stock }) => [`stock ${skuId}`, stock > 0]));
    return change(names, () =>
      request(pick(apps)).patch('/v1/skus/stock').send({ stocks }).expect(200),
    );
  };
  const changeItem = () => {
    const itemId = pick(itemIds);
    const hidden = random() < 0.5;
    const item = { itemId, categoryPath: ['dresses'], price: 10, hidden };
    return change(new Map([[`visible ${itemId}`, !hidden]]), () =>
      request(pick(apps))
        .put('/v1/items')
        .send({ items: [item] })
        .expect(200),
    );
  };
  const changeShelf = () => {
    const room = pick(rooms);
    const on = itemIds.filter(() => random() < 0.6);
    const names = new Map(itemIds.map((itemId) => [`${room} ${itemId}`, on.includes(itemId)]));
    return change(names, () =>
      request(pick(apps))
        .put(`/v1/rooms/${room}/shelf`)
        .send({ items: on.map((itemId) => ({ itemId })) })
        .expect(200),
    );
  };

  /** What of an answer was certainly not so from before it was asked for until it had come. */
  const askAndCheck = async () => {
    const room = random() < 0.7 ? pick(rooms) : undefined;
    const path = `/v1/users/user-${Math.floor(random() * 5)}/recommendations`;
    const before = new Map(Array.from(facts, ([name, of]) => [name, of.certain()]));
    const { body } = await request(pick(apps))
      .get(path)
      .query({ limit: 5, ...(room && { roomId: room }) })
      .expect(200);
    const shown = body.items as { itemId: string; skuId: string }[];
    const wrong = shown.flatMap(({ itemId, skuId }) =>
      [`stock ${skuId}`, `visible ${itemId}`, ...(room ? [`${room} ${itemId}`] : [])].filter(
        (name) => {
          const certain = before.get(name);
          return certain && !certain.holds && certain.begun === fact(name).begun;
        },
      ),
    );
    return { shown: shown.length, wrong };
  };

  it('nothing is ever shown that could not be bought at the time', async () => {
    const until = async (rounds: number, work: () => Promise<unknown>) => {
      for (let n = 0; n < rounds; n++) await work();
    };
    let shown = 0;
    let partial = 0;
    const wrong: string[] = [];
    const ask = async () => {
      const answer = await askAndCheck();
      shown += answer.shown;
      if (answer.shown < 5) partial += 1;
      wrong.push(...answer.wrong);
    };
    await Promise.all([
      until(150, changeStock),
      until(100, changeItem),
      until(100, changeShelf),
      ...Array.from({ length: 4 }, () => until(100, ask)),
    ]);
    expect(wrong).toEqual([]);
    // Something was shown, and often there was not enough: the changes were felt.
    expect(shown).toBeGreaterThan(200);
    expect(partial).toBeGreaterThan(20);
  });

  it('the other process knows of a change as soon as it is acknowledged', async () => {
    const [one, other] = apps as [Express, Express];
    const items = itemIds.map((itemId) => ({ itemId, categoryPath: ['dresses'], price: 10 }));
    await request(one).put('/v1/items').send({ items }).expect(200);
    await request(one)
      .put('/v1/rooms/r0/shelf')
      .send({ items: [{ itemId: 'i0' }] })
      .expect(200);
    for (let n = 0; n < 10; n++) {
      const stock = n % 2;
      sequence += 1;
      const stocks = sizes.map((size) => ({ skuId: `i0-${size}`, stock, sequence }));
      await request(one).patch('/v1/skus/stock').send({ stocks }).expect(200);
      const { body } = await request(other)
        .get('/v1/users/u/recommendations?roomId=r0')
        .expect(200);
      expect(body.items).toHaveLength(stock);
    }
  });
});
