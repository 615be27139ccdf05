import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import {
  createPopularityTrainer,
  PopularityModel,
} from '../../../../models/recommenders/popularity.ts';
import { historyFrom, recommenderSuite, scoresOf } from '../../../helpers/recommender-suite.ts';

recommenderSuite('popularity', {
  trainer: () => createPopularityTrainer(),
  fromTensors: PopularityModel.fromTensors,
  personal: false,
});

describe('popularity', () => {
  const interactions = buildInteractions([
    [0, 0, 9],
    [1, 1, 2],
    [2, 1, 3],
  ]);
  const dataset = { users: new IdMap(), items: new IdMap(), interactions };

  it('counts users, or adds their weights', async () => {
    const byUsers = await createPopularityTrainer().fit(dataset, { seed: 1 });
    expect([...scoresOf(byUsers, historyFrom([]))]).toEqual([1, 2]);
    const byWeight = await createPopularityTrainer({ count: 'weight' }).fit(dataset, { seed: 1 });
    expect([...scoresOf(byWeight, historyFrom([]))]).toEqual([9, 5]);
  });

  it('refuses an unknown setting', () => {
    const config = { by: 'users' } as Parameters<typeof createPopularityTrainer>[0];
    expect(() => createPopularityTrainer(config)).toThrow('by');
  });
});
