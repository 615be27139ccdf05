import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createFeatureService } from '../../../services/create-services.ts';
import { insertEvents, insertItems } from '../../helpers/small-shop.ts';
import { createTestService, type TestService } from '../../helpers/test-service.ts';

const now = new Date('2026-03-01T12:00:00Z');
const occurredAt = '2026-03-01T11:00:00Z';

interface Answer {
  readonly personalised: boolean;
  readonly items: { itemId: string; source: string; reasons: { code: string }[] }[];
}

describe('a user of whom only the profile is known', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService({ now: () => now });
    await insertItems(
      service.database,
      ['heels', 'boots', 'loafers', 'sandals'].map((itemId) => ({ itemId, title: itemId })),
    );
    const women = ['w1', 'w2'].map((userId) => ({ userId, gender: 'female', birthYear: 1994 }));
    const men = ['m1', 'm2', 'm3'].map((userId) => ({ userId, gender: 'male', birthYear: 1971 }));
    const asking = [
      { userId: 'new-woman', gender: 'female', birthYear: 1999 },
      { userId: 'new-man', gender: 'male', birthYear: 1979 },
      { userId: 'old-man', gender: 'male', birthYear: 1951 },
      { userId: 'off-woman', gender: 'female', birthYear: 1999, personalised: false },
    ];
    const users = [...women, ...men, ...asking];
    await request(service.app).put('/v1/users').send({ users }).expect(200);
    const liked = (userId: string, itemId: string) => ({
      userId,
      itemId,
      type: 'like',
      occurredAt,
    });
    await insertEvents(service.database, [
      ...women.map(({ userId }) => liked(userId, 'heels')),
      ...men.map(({ userId }) => liked(userId, 'loafers')),
      liked('m1', 'boots'),
    ]);
    await createFeatureService(service.database).build();
  });
  afterAll(() => service.close());

  const ask = async (userId: string, query = ''): Promise<Answer> => {
    const path = `/v1/users/${userId}/recommendations${query}`;
    return (await request(service.app).get(path).expect(200)).body;
  };
  const shown = async (userId: string, query = '') =>
    (await ask(userId, query)).items.map(({ itemId, source }) => `${itemId} ${source}`);

  it('is shown what people like them like, then what everybody does', async () => {
    expect((await shown('new-woman')).slice(0, 2)).toEqual(['heels segment', 'loafers popularity']);
    expect((await shown('new-man')).slice(0, 3)).toEqual([
      ...['loafers segment', 'boots segment', 'heels popularity'],
    ]);
    expect((await ask('new-woman')).items[0]?.reasons).toMatchObject([{ code: 'profile' }]);
  });

  it('is shown what everybody likes where nobody like them has done anything, or the switch is off', async () => {
    expect((await shown('old-man'))[0]).toBe('loafers popularity');
    expect((await shown('off-woman'))[0]).toBe('loafers popularity');
    expect((await shown('nobody'))[0]).toBe('loafers popularity');
  });

  it('is shown a room’s shelf by it too', async () => {
    await request(service.app).put('/v1/rooms/r').send({}).expect(200);
    const items = ['sandals', 'boots', 'loafers', 'heels'].map((itemId) => ({ itemId }));
    await request(service.app).put('/v1/rooms/r/shelf').send({ items }).expect(200);
    const place = async (userId: string, itemId: string) =>
      (await ask(userId, '?roomId=r')).items.findIndex((item) => item.itemId === itemId);
    expect(await place('new-woman', 'heels')).toBeLessThan(await place('new-man', 'heels'));
  });

  it('has its segment’s trends added to with new events only', async () => {
    const trendOf = async () => {
      const [row] = await service.database.query<{ trend: number }>(
        `select trend from segment_item_trends
         where item_id = 'heels' and segment = 'female 1990'`,
      );
      return row?.trend ?? Number.NaN;
    };
    const before = await trendOf();
    await createFeatureService(service.database).build();
    expect(await trendOf()).toBe(before);
    await insertEvents(service.database, [
      { userId: 'w1', itemId: 'heels', type: 'like', occurredAt },
      { userId: 'w2', itemId: 'heels', type: 'like', occurredAt },
    ]);
    await createFeatureService(service.database).build();
    // Twice as much of the same age: one more in log₂.
    expect(await trendOf()).toBeCloseTo(before + 1, 9);
    await createFeatureService(service.database).build({ full: true });
    expect(await trendOf()).toBeCloseTo(before + 1, 9);
  });
});
