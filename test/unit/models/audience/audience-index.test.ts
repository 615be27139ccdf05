import { beforeAll, describe, expect, it } from '@jest/globals';
import { AudienceIndex } from '../../../../models/audience/audience-index.ts';
import { partsOf } from '../../../../models/audience/audience-parts.ts';
import { AudienceUsersBuilder } from '../../../../models/audience/audience-users.ts';
import { UserIdsBuilder } from '../../../../models/audience/user-ids.ts';
import { rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import type { Model } from '../../../../models/recommenders/model.ts';
import { createSlimTrainer } from '../../../../models/recommenders/slim.ts';
import { twoBlocks } from '../../../helpers/recommender-suite.ts';

const dataset = twoBlocks();
const now = 1e9;
const question = { newItems: new Map<string, Float32Array>(), now };
/** Users of the first block are u00 to u05, those of the second u06 to u11. */
const idOf = (user: number) => `u${String(user).padStart(2, '0')}`;

function indexOf(model: Model): AudienceIndex {
  const builder = new AudienceUsersBuilder(12, partsOf(model));
  const ids = new UserIdsBuilder();
  for (let user = 0; user < 12; user++) {
    const { indices: items, values: weights } = rowOf(dataset.interactions, user);
    ids.add(idOf(user));
    builder.add({ items, weights }, now);
  }
  const items = dataset.items;
  return new AudienceIndex({ users: builder.build(), ids: ids.build(), items, seed: 1 });
}

describe('an index of users', () => {
  let index: AudienceIndex;
  beforeAll(async () => {
    const trainer = createHybridTrainer({ als: { dimensions: 4 } });
    index = indexOf(await trainer.fit(dataset, { seed: 1 }));
  });

  it('ranks the users of a block first, over the average user', () => {
    const ranking = index.forShelf({ itemIds: ['i7', 'i8', 'gone', 'i7'], ...question });
    expect(ranking.items).toEqual(Uint32Array.of(7, 8));
    const { ids, scores } = index.page(ranking, 0, 6);
    expect([...ids].sort()).toEqual([6, 7, 8, 9, 10, 11].map(idOf));
    for (const score of scores) expect(score).toBeGreaterThan(1);
  });

  it('pages through a ranking as through the whole of it', () => {
    const ranking = index.forShelf({ itemIds: ['i0', 'i9'], ...question });
    const whole = index.page(ranking, 0, 12).ids;
    const parts = [0, 5, 10].flatMap((from) => index.page(ranking, from, 5).ids);
    expect(parts).toEqual(whole);
    expect(whole).toHaveLength(ranking.ranked);
    expect(index.page(ranking, 12, 5).ids).toEqual([]);
  });

  it('ranks those of a set only, in the same order', () => {
    const ranking = index.forShelf({ itemIds: ['i0', 'i9'], ...question });
    const set = index.find(['u03', 'u10', 'u04', 'nobody', 'u10']);
    expect(set).toMatchObject({ given: 4, unknown: ['nobody'] });
    const within = index.page(ranking, 0, 10, set).ids;
    const all = index.page(ranking, 0, 12).ids;
    expect(within).toEqual(all.filter((id) => ['u03', 'u04', 'u10'].includes(id)));
  });

  it('says why by ids', () => {
    const ranking = index.forShelf({ itemIds: ['i7', 'i8'], ...question });
    const [why] = index.why(ranking, Uint32Array.of(7), 2);
    expect(why?.best[0]?.itemId).toBe('i7');
    for (const { itemId } of why?.from ?? []) {
      expect(['i6', 'i8', 'i9', 'i10', 'i11']).toContain(itemId);
    }
  });

  it('finds those like seeds of one block, and leaves the seeds out', () => {
    const ranking = index.forSeeds(index.find(['u00', 'u01', 'u02']));
    if (!ranking) throw new Error('nothing was found');
    const { ids, scores, similarity } = index.page(ranking, 0, 3);
    expect([...ids].sort()).toEqual(['u03', 'u04', 'u05']);
    expect(scores[0]).toBeGreaterThan(1);
    expect(similarity?.[0]).toBeGreaterThan(0.9);
    expect(ranking.ranked).toBe(9);
  });

  it('finds those of both tastes of seeds, whose mean is of neither', () => {
    const ranking = index.forSeeds(index.find(['u00', 'u01', 'u06', 'u07']));
    const { similarity } = index.page(ranking ?? fail(), 0, 8);
    for (const cosine of similarity ?? []) expect(cosine).toBeGreaterThan(0.9);
  });

  it('leaves out those who are less alike than asked for', () => {
    const ranking = index.forSeeds(index.find(['u00', 'u01']), 0.5);
    const ids = index.page(ranking ?? fail(), 0, 12).ids;
    expect([...ids].sort()).toEqual(['u02', 'u03', 'u04', 'u05']);
  });

  it('knows nobody like seeds without a history', () => {
    expect(index.forSeeds(index.find(['nobody']))).toBeUndefined();
  });

  it('has no space where the model has no vectors', async () => {
    const slim = indexOf(await createSlimTrainer().fit(dataset, { seed: 1 }));
    expect(slim.forSeeds(slim.find(['u00']))).toBeUndefined();
    const ranking = slim.forShelf({ itemIds: ['i1'], ...question });
    expect(ranking.ranked).toBeGreaterThan(0);
  });

  it('refuses ids that are not of the users', async () => {
    const builder = new AudienceUsersBuilder(
      12,
      partsOf(await createSlimTrainer().fit(dataset, { seed: 1 })),
    );
    const options = { users: builder.build(), items: dataset.items, seed: 1 };
    const ids = new UserIdsBuilder();
    ids.add('a');
    expect(() => new AudienceIndex({ ...options, ids: ids.build() })).toThrow('1 ids for 0 users');
  });
});

function fail(): never {
  throw new Error('nothing was found');
}
