import { describe, expect, it } from '@jest/globals';
import { BlendPool, candidatesOf } from '../../../../models/evaluation/blend-pool.ts';
import { splitRandomly } from '../../../../models/evaluation/random-split.ts';
import { userMetrics } from '../../../../models/evaluation/ranking-metrics.ts';
import { recommendAll } from '../../../../models/evaluation/recommend-all.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { createItemNeighboursTrainer } from '../../../../models/recommenders/item-neighbours.ts';
import { createPopularityTrainer } from '../../../../models/recommenders/popularity.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { twoBlocks } from '../../../helpers/recommender-suite.ts';

describe('BlendPool', () => {
  it('gives each weighting the NDCG that a hybrid with these weights has', async () => {
    const interactions = randomInteractions({ rows: 60, columns: 80, longest: 20, seed: 5 });
    const { train, test } = splitRandomly(interactions, 0.3, 1);
    const dataset = { ...twoBlocks(), interactions: train };
    const models = [
      await createPopularityTrainer().fit(dataset, { seed: 1 }),
      await createItemNeighboursTrainer().fit(dataset, { seed: 1 }),
    ];
    const candidates = await candidatesOf(models, train, test.users, { limit: 5 });
    const pool = new BlendPool(candidates, test, 5);
    for (const weights of [
      [1, 0],
      [0.3, 0.7],
    ]) {
      const components = models.map((model, at) => ({ model, weight: weights[at] ?? 0 }));
      const ranked = await recommendAll(new HybridModel(components), train, test.users, {
        limit: 5,
      });
      const { ndcg } = userMetrics(ranked, test, new Uint32Array());
      const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
      expect(mean(pool.ndcg(weights))).toBeCloseTo(mean(ndcg), 6);
      expect(mean(ndcg)).toBeGreaterThan(0);
    }
  });
});
