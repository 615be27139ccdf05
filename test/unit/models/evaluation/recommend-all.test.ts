import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { recommendAll } from '../../../../models/evaluation/recommend-all.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import { noItem } from '../../../../models/recommenders/top-items.ts';

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
});
