import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BuiltService, startBuiltService } from '../helpers/built-service.ts';
import { activateArtifact, encodeTwoBlocks } from '../helpers/published-model.ts';
import { insertItems } from '../helpers/small-shop.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

interface Answer {
  readonly personalised: boolean;
  readonly modelVersion: string | null;
  readonly items: { itemId: string; skuId: string; source: string }[];
}

describe('two processes on one database', () => {
  let sent = 0;
  let test: TestDatabase;
  let one: BuiltService;
  let other: BuiltService;
  let folder: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'wardrobe-two-'));
    await insertItems(
      test.database,
      Array.from({ length: 12 }, (_, n) => ({ itemId: `i${n}`, title: `Item ${n}`, price: 20 })),
    );
    await activateArtifact(test.database, await encodeTwoBlocks({ version: 'blocks' }));
    // No chance in the order: what is looked at is what moves it.
    const environment = { DATABASE_URL: test.url };
    [one, other] = await Promise.all([
      startBuiltService({ ...environment, DATA_DIR: join(folder, 'one') }),
      startBuiltService({ ...environment, DATA_DIR: join(folder, 'other') }),
    ]);
    await send(one, 'PUT', '/v1/rooms/r', { title: 'Two' });
    const items = ['i0', 'i1', 'i2', 'i6', 'i7', 'i8'].map((itemId) => ({ itemId }));
    await send(one, 'PUT', '/v1/rooms/r/shelf', { items });
  });
  afterAll(async () => {
    for (const service of [one, other]) service?.process.kill('SIGTERM');
    for (const service of [one, other]) await service?.ended;
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const send = async (service: BuiltService, method: string, path: string, body: object) => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  };
  const did = (service: BuiltService, ...events: Record<string, unknown>[]) =>
    send(service, 'POST', '/v1/events', {
      events: events.map((event) => ({
        eventId: `two-${sent++}`,
        occurredAt: new Date().toISOString(),
        type: 'like',
        ...event,
      })),
    });
  /** One request id for all: the order hangs on nothing else. */
  const ask = async (service: BuiltService, userId: string, query = ''): Promise<Answer> => {
    const url = `${service.url}/v1/users/${userId}/recommendations${query}`;
    const response = await fetch(url, { headers: { 'X-Request-Id': 'the-same' } });
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  };

  it('give the same answer to the same request', async () => {
    await did(one, { userId: 'ann', itemId: 'i1' });
    for (const query of ['', '?roomId=r']) {
      const answer = await ask(one, 'ann', query);
      expect(answer.modelVersion).toBe('blocks');
      expect(answer.items.length).toBeGreaterThan(3);
      expect(await ask(other, 'ann', query)).toEqual(answer);
    }
  });

  it('know of an event as soon as the other has accepted it', async () => {
    for (const [n, [writer, reader]] of [
      [one, other],
      [other, one],
    ].entries()) {
      const userId = `ben-${n}`;
      const before = await ask(reader as BuiltService, userId, '?roomId=r');
      expect(before.personalised).toBe(false);
      await did(writer as BuiltService, { userId, itemId: 'i9', type: 'cart' });
      const after = await ask(reader as BuiltService, userId, '?roomId=r');
      expect(after.personalised).toBe(true);
      expect(['i6', 'i7', 'i8']).toContain(after.items[0]?.itemId);
    }
  });

  it('share what goes on in a room', async () => {
    const before = await ask(other, 'guest', '?roomId=r');
    const last = before.items.at(-1)?.itemId;
    await did(
      one,
      ...Array.from({ length: 12 }, (_, n) => {
        return { userId: `buyer-${n}`, itemId: last, roomId: 'r', type: 'purchase' };
      }),
    );
    const after = await ask(other, 'guest', '?roomId=r');
    expect(after.items[0]?.itemId).toBe(last);
  });

  it('know at once that the switch is off, and that something is sold out', async () => {
    await did(one, { userId: 'cat', itemId: 'i6' });
    expect(await ask(other, 'cat')).toMatchObject({ personalised: true });
    await send(one, 'PATCH', '/v1/users/cat', { personalised: false });
    expect(await ask(other, 'cat')).toMatchObject({ personalised: false });

    const shown = await ask(other, 'guest', '?roomId=r');
    const [first] = shown.items;
    await send(one, 'PATCH', `/v1/skus/${first?.skuId}/stock`, { stock: 0, sequence: 1 });
    const without = await ask(other, 'guest', '?roomId=r');
    expect(without.items.map(({ itemId }) => itemId)).not.toContain(first?.itemId);
  });

  it('go on without each other', async () => {
    await did(one, { userId: 'dan', itemId: 'i6', type: 'cart' });
    one.process.kill('SIGKILL');
    await one.ended;
    expect(await ask(other, 'dan', '?roomId=r')).toMatchObject({ personalised: true });
  });
});
