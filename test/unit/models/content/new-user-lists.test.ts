import { describe, expect, it } from '@jest/globals';
import { chooseProfileWeight } from '../../../../models/content/choose-profile.ts';
import { ContentEncoder } from '../../../../models/content/content-encoder.ts';
import { fitContent } from '../../../../models/content/fit-content.ts';
import { withNewUsers } from '../../../../models/content/new-user-lists.ts';
import { towersConfigSchema } from '../../../../models/content/towers-config.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { countByColumn, rowOf } from '../../../../models/dataset/sparse-matrix.ts';
import { testSetOf } from '../../../../models/evaluation/test-set.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import type { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import { plantedBuckets, plantedContent } from '../../../helpers/planted-content.ts';

const { train } = plantedContent();
const settings = { buckets: plantedBuckets, towers: towersConfigSchema.parse({}) };
const choice = {
  itemRegularisation: 1,
  userRegularisation: 1,
  appealRegularisation: 1,
  appeal: { known: 0, new: 0 },
  profileWeight: 1,
  epochs: 0,
  strength: 1,
};

async function fitted() {
  const als = (await createAlsTrainer({ dimensions: 8 }).fit(train, { seed: 1 })) as AlsModel;
  const encoder = await fitContent(train, als, choice, settings, undefined, { seed: 1 });
  return { als, encoder };
}

describe('lists of new users', () => {
  it('come from the profile, and those of others stay', async () => {
    const { als, encoder } = await fitted();
    // User 0 has a history, user 1 (a man) has none.
    const histories = buildInteractions([[0, 0]], 80, 60);
    const lists = { limit: 3, items: Uint32Array.of(9, 9, 9, 9, 9, 9) };
    const users = Uint32Array.of(0, 1);
    const renewed = withNewUsers(lists, users, histories, als, encoder, train.userBags);
    expect(Array.from(renewed.items.subarray(0, 3))).toEqual([9, 9, 9]);
    const made = Array.from(renewed.items.subarray(3));
    expect(made.every((item) => item % 2 === 1)).toBe(true);
    expect(new Set(made).size).toBe(3);
  });

  it('stay as they were where profiles say nothing', async () => {
    const { als, encoder } = await fitted();
    const silent = new ContentEncoder({ ...encoder.parameters, profileWeight: 0 });
    const lists = { limit: 1, items: Uint32Array.of(5) };
    const histories = buildInteractions([], 80, 60);
    expect(withNewUsers(lists, Uint32Array.of(1), histories, als, silent, train.userBags)).toBe(
      lists,
    );
  });
});

describe('chooseProfileWeight', () => {
  const test = testSetOf(train.interactions);
  const popularity = new PopularityModel(Float32Array.from(countByColumn(train.interactions)));

  it('takes profiles that tell what their users want', async () => {
    const { als, encoder } = await fitted();
    const task = { als, popularity, encoder, profiles: train.userBags, test, limit: 5, seed: 1 };
    const chosen = chooseProfileWeight(task);
    expect(chosen.weight).toBeGreaterThan(0);
    expect(chosen.weight).toBe(chosen.searched);
    expect(chosen.gain.low).toBeGreaterThan(0);
  });

  it('keeps to popularity where profiles tell nothing', async () => {
    const { als, encoder } = await fitted();
    // Everybody has the profile of the user after the next but one: half of them of the other sex.
    const { indptr, buckets, weights } = train.userBags;
    const shifted = Uint32Array.from(buckets.keys(), (at) => {
      return buckets[(at + (Math.floor(at / 2) % 2)) % buckets.length] ?? 0;
    });
    const profiles = { rows: train.userBags.rows, indptr, weights, buckets: shifted };
    const task = { als, popularity, encoder, profiles, test, limit: 5, seed: 1 };
    expect(rowOf(train.interactions, 0).indices.length).toBeGreaterThan(0);
    expect(chooseProfileWeight(task).weight).toBe(0);
  });
});
