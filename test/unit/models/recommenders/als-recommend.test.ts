import { beforeAll, describe, expect, it } from '@jest/globals';
import type { SparseMatrix } from '../../../../models/dataset/sparse-matrix.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import type { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { recommendMany } from '../../../../models/recommenders/als-recommend.ts';
import { noItem, TopItems } from '../../../../models/recommenders/top-items.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { historyOf, scoresOf, twoBlocks } from '../../../helpers/recommender-suite.ts';

/** 203 items fill tiles of 4 and end in a broken one; 131 users fill two tasks and a part. */
const histories = randomInteractions({ rows: 131, columns: 203, longest: 150, seed: 4 });
let model: AlsModel;

beforeAll(async () => {
  const trainer = createAlsTrainer({ dimensions: 20, epochs: 3 });
  model = (await trainer.fit({ ...twoBlocks(), interactions: histories }, { seed: 1 })) as AlsModel;
});

function oneByOne(matrix: SparseMatrix, limit: number, excludeHistory: boolean) {
  const lists = Array.from({ length: matrix.rows }, (_, row) => {
    const history = historyOf(matrix, row);
    const scores = scoresOf(model, history);
    if (excludeHistory) for (const item of history.items) scores[item] = Number.NEGATIVE_INFINITY;
    const items = new Uint32Array(limit);
    new TopItems(limit).select(scores, items);
    return { items, scores: Float32Array.from(items, (item) => scores[item] ?? -Infinity) };
  });
  return {
    items: Uint32Array.from(lists.flatMap(({ items }) => [...items])),
    scores: Float32Array.from(lists.flatMap(({ scores }) => [...scores])),
  };
}

describe('recommendMany', () => {
  it.each([
    { limit: 20, excludeHistory: true, threads: 1 },
    { limit: 20, excludeHistory: true, threads: 3 },
    { limit: 7, excludeHistory: false, threads: 2 },
    { limit: 1, excludeHistory: true, threads: 2 },
  ])('gives the lists of one by one, to the bit: %j', async (options) => {
    const lists = await recommendMany(model, histories, options);
    expect(lists).toEqual(oneByOne(histories, options.limit, options.excludeHistory));
  });

  it('ends a list early when the items are used up', async () => {
    const lists = await recommendMany(model, histories, {
      limit: 210,
      excludeHistory: true,
      threads: 1,
    });
    expect(lists).toEqual(oneByOne(histories, 210, true));
    expect(lists.items[209]).toBe(noItem);
    expect(lists.scores[209]).toBe(Number.NEGATIVE_INFINITY);
  });

  it('stops with the reason of its signal', async () => {
    const options = { limit: 5, excludeHistory: true, threads: 1 };
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(recommendMany(model, histories, { ...options, signal })).rejects.toThrow('enough');
  });

  it('refuses no limit, other items and malformed histories', async () => {
    const options = { limit: 5, excludeHistory: true, threads: 1 };
    const none = recommendMany(model, histories, { ...options, limit: 0 });
    await expect(none).rejects.toThrow('limit 0 is not ≥ 1');
    const others = recommendMany(model, { ...histories, columns: 204 }, options);
    await expect(others).rejects.toThrow('histories of 204 items; the model has 203');
    const values = histories.values.map(() => -1);
    const negative = recommendMany(model, { ...histories, values }, options);
    await expect(negative).rejects.toThrow('weight 0 is -1');
  });
});
