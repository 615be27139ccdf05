import { describe, expect, it } from '@jest/globals';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { createItemNeighboursTrainer } from '../../../../models/recommenders/item-neighbours.ts';
import type { Trainer } from '../../../../models/recommenders/model.ts';
import { createPopularityTrainer } from '../../../../models/recommenders/popularity.ts';
import { scoreMany } from '../../../../models/recommenders/score-many.ts';
import { createSpectralTrainer } from '../../../../models/recommenders/spectral.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { historyFrom, historyOf, scoresOf, twoBlocks } from '../../../helpers/recommender-suite.ts';

/** More items than a block of rows, and not in fours; more users than a block of vectors. */
const interactions = randomInteractions({ rows: 90, columns: 2_101, longest: 40, seed: 8 });

const trainers: Record<string, Trainer> = {
  als: createAlsTrainer({ dimensions: 12, epochs: 2 }),
  spectral: createSpectralTrainer({ dimensions: 20 }),
  'item-neighbours': createItemNeighboursTrainer({ neighbours: 5 }),
  popularity: createPopularityTrainer(),
};

function fit(kind: string) {
  const trainer = trainers[kind] as Trainer;
  return trainer.fit({ ...twoBlocks(), interactions }, { seed: 2 });
}

describe('scoreMany', () => {
  it.each([
    ['ALS', ['als'], 90],
    ['an odd number of histories', ['spectral'], 3],
    ['a blend of what is multiplied and what is not', ['als', 'spectral', 'item-neighbours'], 90],
    ['popularity where nothing else knows the history', ['popularity', 'item-neighbours'], 4],
  ])('is to the bit what each query scores: %s', async (_, kinds, count) => {
    const components = [];
    for (const [at, kind] of kinds.entries()) {
      components.push({ model: await fit(kind), weight: kind === 'popularity' ? 0 : 0.3 + at });
    }
    const [only] = components;
    const model = components.length > 1 ? new HybridModel(components) : only?.model;
    if (!model) throw new Error('no model');
    const histories = Array.from({ length: count }, (_none, user) =>
      user === 3 ? historyFrom([]) : historyOf(interactions, user),
    );
    const out = new Float32Array(count * model.itemCount).fill(7);
    scoreMany(
      histories.map((history) => model.query(history)),
      out,
    );
    for (const [n, history] of histories.entries()) {
      const row = out.subarray(n * model.itemCount, (n + 1) * model.itemCount);
      expect(
        Buffer.from(row.slice().buffer).equals(Buffer.from(scoresOf(model, history).buffer)),
      ).toBe(true);
    }
  });
});
