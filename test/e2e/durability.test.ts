import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startBuiltService } from '../helpers/built-service.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/test-database.ts';

const event = (eventId: string) => ({
  eventId,
  type: 'click',
  userId: 'u1',
  itemId: 'i1',
  occurredAt: '2026-03-15T12:00:00Z',
});

interface Answer {
  readonly accepted: number;
  readonly duplicates: number;
}

async function post(url: string, ids: readonly string[]): Promise<Answer> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ events: ids.map(event) }),
  });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

describe('acknowledged events', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const storedIds = async () => {
    const rows = await test.database.query<{ id: string }>('select event_id as id from events');
    return rows.map(({ id }) => id);
  };

  it('are all there after the process was killed while it was writing', async () => {
    const service = await startBuiltService({ DATABASE_URL: test.url });
    const acknowledged: string[] = [];
    const sent = new Set<string>();
    const client = async (name: number) => {
      for (let call = 0; ; call += 1) {
        const ids = Array.from({ length: 20 }, (_value, index) => `${name}-${call}-${index}`);
        for (const id of ids) sent.add(id);
        try {
          await post(service.url, ids);
        } catch {
          return;
        }
        acknowledged.push(...ids);
        // In the midst of the work: other calls are being read, written and answered now.
        if (acknowledged.length >= 4000) service.process.kill('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_value, name) => client(name)));
    expect((await service.ended).signal).toBe('SIGKILL');
    const stored = new Set(await storedIds());
    expect(acknowledged.length).toBeGreaterThanOrEqual(4000);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter((id) => !sent.has(id))).toEqual([]);
  });

  it('are counted once by two processes that are sent the same ones at the same time', async () => {
    const before = (await storedIds()).length;
    const services = await Promise.all([
      startBuiltService({ DATABASE_URL: test.url }),
      startBuiltService({ DATABASE_URL: test.url }),
    ]);
    // Half of a call overlaps with the one before it; every call goes to both, in two orders.
    const calls = Array.from({ length: 40 }, (_value, call) =>
      Array.from({ length: 100 }, (_event, index) => `shared-${call * 50 + index}`),
    );
    const answers = await Promise.all(
      services.flatMap(({ url }, place) =>
        calls.map((ids) => post(url, place === 0 ? ids : [...ids].reverse())),
      ),
    );
    const total = (name: keyof Answer) => answers.reduce((sum, answer) => sum + answer[name], 0);
    const distinct = new Set(calls.flat()).size;
    expect([total('accepted'), total('duplicates')]).toEqual([distinct, 2 * 40 * 100 - distinct]);
    const ids = await storedIds();
    expect(ids.length - before).toBe(distinct);
    expect(new Set(ids).size).toBe(ids.length);
    for (const service of services) service.process.kill('SIGTERM');
    const ends = await Promise.all(services.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });
});
