import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { recommendAll } from '../../../../models/evaluation/recommend-all.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import { noItem, TopItems } from '../../../../models/recommenders/top-items.ts';
import { historyOf, scoresOf, twoBlocks } from '../../../helpers/recommender-suite.ts';

const model = new PopularityModel(Float32Array.of(3, 5, 4, 5));
const train = buildInteractions(
  [
    [0, 1],
    [1, 0],
    [1, 1],
    [1, 2],
  ],
  2,
  4,
);

describe('recommendAll', () => {
  it('ranks what the user does not have, ties by index, also for a user without history', async () => {
    const { items } = await recommendAll(model, train, Uint32Array.of(0, 1, 7), { limit: 2 });
    expect([...items]).toEqual([3, 2, 3, noItem, 1, 3]);
  });

  it('stops with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const ranking = recommendAll(model, train, Uint32Array.of(0), { limit: 2, signal });
    await expect(ranking).rejects.toThrow('enough');
  });

  it('gives the same lists by the batch path of ALS as one by one', async () => {
    const dataset = twoBlocks();
    const als = await createAlsTrainer({ dimensions: 4, regularisation: 0.1 }).fit(dataset, {
      seed: 1,
    });
    const users = Uint32Array.of(0, 3, 5, 9, 11);
    const { items } = await recommendAll(als, dataset.interactions, users, {
      limit: 3,
      threads: 2,
    });
    const top = new TopItems(3);
    users.forEach((user, row) => {
      const history = historyOf(dataset.interactions, user);
      const scores = scoresOf(als, history);
      for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY;
      const expected = top.list(scores).map(({ item }) => item);
      expect([...items.subarray(3 * row, 3 * row + 3)]).toEqual(expected);
    });
  });
});
