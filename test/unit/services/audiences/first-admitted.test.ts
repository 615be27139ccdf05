import { describe, expect, it } from '@jest/globals';
import type { Admission, AdmittedUser } from '../../../../services/audiences/audience-store.ts';
import type { AudienceThread } from '../../../../services/audiences/audience-thread.ts';
import { firstAdmitted } from '../../../../services/audiences/first-admitted.ts';

const ranked = Array.from({ length: 5000 }, (_, n) => `u${n}`);
const admission: Admission = {
  consent: true,
  tiers: undefined,
  holdout: { share: 0.1, seed: 's' },
  knownAt: new Date(0),
};

/** @param may who may be named; 'held': would be */
function walk(limit: number, may: (place: number) => boolean | 'held') {
  const asked: number[] = [];
  const thread = {
    ask: async ({ from, count }: { from: number; count: number }) => {
      asked.push(count);
      const ids = ranked.slice(from, from + count);
      const users = Uint32Array.from(ids, (id) => Number(id.slice(1)));
      return { ids, users, scores: Float32Array.from(users, (user) => 5000 - user) };
    },
  } as unknown as AudienceThread;
  const store = {
    admitted: async (ids: readonly string[]) =>
      ids.flatMap((userId): AdmittedUser[] => {
        const is = may(Number(userId.slice(1)));
        return is === false ? [] : [{ userId, tier: null, heldOut: is === 'held' }];
      }),
  };
  return firstAdmitted(store, { thread, ranking: 1, within: undefined, limit }, admission).then(
    (named) => ({ ...named, asked }),
  );
}

describe('the first users who may be named', () => {
  it('are those of the first block where it is enough', async () => {
    const { users, heldOut, asked } = await walk(3, (place) => place % 2 === 1);
    expect(users).toMatchObject([
      { userId: 'u1', score: 4999, user: 1 },
      { userId: 'u3', score: 4997 },
      { userId: 'u5', score: 4995 },
    ]);
    expect([heldOut, asked]).toEqual([0, [256]]);
  });

  it('are looked for further down in growing blocks, to the end', async () => {
    const { users, asked } = await walk(3, (place) => place === 2000 || place === 4999);
    expect(users.map(({ userId }) => userId)).toEqual(['u2000', 'u4999']);
    expect(asked).toEqual([256, 1024, 4096, 16_384]);
  });

  it('count who is held out among them, and nobody after them', async () => {
    const { users, heldOut } = await walk(2, (place) => (place % 2 === 0 ? 'held' : true));
    expect(users.map(({ userId }) => userId)).toEqual(['u1', 'u3']);
    expect(heldOut).toBe(2);
  });
});
