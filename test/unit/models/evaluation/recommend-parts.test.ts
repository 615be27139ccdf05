import { beforeAll, describe, expect, it } from '@jest/globals';
import { recommendAll } from '../../../../models/evaluation/recommend-all.ts';
import { recommendParts } from '../../../../models/evaluation/recommend-parts.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { createItemNeighboursTrainer } from '../../../../models/recommenders/item-neighbours.ts';
import type { FitProgress } from '../../../../models/recommenders/model.ts';
import { createPopularityTrainer } from '../../../../models/recommenders/popularity.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { twoBlocks } from '../../../helpers/recommender-suite.ts';

/** User 0 has nothing, so that only popularity knows what to say. */
const interactions = randomInteractions({ rows: 150, columns: 90, longest: 20, seed: 3 });
const users = Uint32Array.from({ length: 140 }, (_, at) => (at * 7) % 150);
let hybrid: HybridModel;

beforeAll(async () => {
  const dataset = { ...twoBlocks(), interactions };
  const trainers = [
    { trainer: createPopularityTrainer(), weight: 0 },
    { trainer: createItemNeighboursTrainer({ neighbours: 20 }), weight: 1 },
    { trainer: createAlsTrainer({ dimensions: 8, epochs: 2 }), weight: 0.5 },
  ];
  const components = trainers.map(async ({ trainer, weight }) => {
    return { model: await trainer.fit(dataset, { seed: 1 }), weight };
  });
  hybrid = new HybridModel(await Promise.all(components));
});

describe('recommendParts', () => {
  it('gives the lists of the hybrid and of each weighted component by itself', async () => {
    const { whole, components } = await recommendParts(hybrid, interactions, users, { limit: 6 });
    expect(whole).toEqual(await recommendAll(hybrid, interactions, users, { limit: 6 }));
    expect([...components.keys()]).toEqual(['item-neighbours', 'als']);
    for (const { model } of hybrid.components.slice(1)) {
      const alone = await recommendAll(model, interactions, users, { limit: 6 });
      expect(components.get(model.kind)).toEqual(alone);
    }
  });

  it('takes a weighted popularity for a component', async () => {
    const weighted = new HybridModel(hybrid.components.map(({ model }) => ({ model, weight: 1 })));
    const { whole, components } = await recommendParts(weighted, interactions, users, { limit: 3 });
    expect(whole).toEqual(await recommendAll(weighted, interactions, users, { limit: 3 }));
    expect(components.size).toBe(3);
  });

  it('reports progress up to its end and stops with the reason of its signal', async () => {
    const steps: FitProgress[] = [];
    const onProgress = (step: FitProgress) => steps.push(step);
    await recommendParts(hybrid, interactions, users, { limit: 3, onProgress });
    expect(steps.at(-1)).toEqual({ done: 140, total: 140 });
    const signal = AbortSignal.abort(new Error('enough'));
    const stopped = recommendParts(hybrid, interactions, users, { limit: 3, signal });
    await expect(stopped).rejects.toThrow('enough');
  });
});
