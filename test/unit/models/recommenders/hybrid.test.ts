import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { createHybridTrainer, hybridConfigSchema } from '../../../../models/recommenders/hybrid.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { ItemNeighboursModel } from '../../../../models/recommenders/item-neighbours-model.ts';
import type { History, Model } from '../../../../models/recommenders/model.ts';
import { PopularityModel } from '../../../../models/recommenders/popularity.ts';
import {
  historyFrom,
  recommenderSuite,
  scoresOf,
  twoBlocks,
} from '../../../helpers/recommender-suite.ts';

const config = {
  als: { dimensions: 4, regularisation: 0.1 },
  weights: { popularity: 0.1, 'item-neighbours': 1, als: 2 },
};

recommenderSuite('hybrid', {
  trainer: () => createHybridTrainer(config),
  fromTensors: HybridModel.fromTensors,
  personal: true,
  offset,
});

/** What is not from the history: the means taken away, and popularity, which looks at none. */
function offset(model: Model, history: History): Float32Array {
  const rest = new Float32Array(model.itemCount);
  for (const { model: component, weight } of (model as HybridModel).components) {
    const scores = scoresOf(component, history);
    const { mean, scale } = component.query(history).moments();
    const isPopularity = component.kind === 'popularity';
    for (let item = 0; item < rest.length; item++) {
      rest[item] =
        (rest[item] ?? 0) + weight * scale * ((isPopularity ? (scores[item] ?? 0) : 0) - mean);
    }
  }
  return rest;
}

/** Item 0 leads to 1 with 3 and to 2 with 1; popularity is 5, 1, 2, 3. */
const graph = new ItemNeighboursModel(
  buildInteractions(
    [
      [0, 1, 3],
      [0, 2, 1],
    ],
    4,
    4,
  ),
);
const popularity = new PopularityModel(Float32Array.of(5, 1, 2, 3));

function blend(ofPopularity: number, ofGraph: number): HybridModel {
  return new HybridModel([
    { model: popularity, weight: ofPopularity },
    { model: graph, weight: ofGraph },
  ]);
}

describe('hybrid', () => {
  it('adds weighted standard scores over the items not in the history, worked out by hand', () => {
    // Candidates 1, 2, 3. Popularity 1, 2, 3: mean 2, deviation √(2/3). Graph 3, 1, 0: mean 4/3,
    // deviation √(14/9).
    const scores = scoresOf(blend(2, 3), historyFrom([0]));
    const edges = [0, 3, 1, 0];
    const expected = [1, 2, 3].map((item) => {
      const ofPopularity = (item - 2) / Math.sqrt(2 / 3);
      const ofGraph = ((edges[item] ?? 0) - 4 / 3) / Math.sqrt(14 / 9);
      return 2 * ofPopularity + 3 * ofGraph;
    });
    expect([...scores.subarray(1)]).toEqual(expected.map((score) => expect.closeTo(score, 5)));
  });

  it('falls back to popularity where no weighted component knows the history', () => {
    const scores = scoresOf(blend(0, 1), historyFrom([3]));
    // Candidates 0, 1, 2 with popularity 5, 1, 2: mean 8/3, deviation √(26/9).
    const expected = [5, 1, 2].map((count) => (count - 8 / 3) / Math.sqrt(26 / 9));
    expect([...scores.subarray(0, 3)]).toEqual(expected.map((score) => expect.closeTo(score, 5)));
  });

  it('lists similar items by the personal components', () => {
    expect(blend(1, 1).similar(0, 3)).toEqual([
      { item: 1, score: 1 },
      { item: 2, score: expect.closeTo(1 / 3, 6) },
    ]);
  });

  it('refuses components that do not fit together', () => {
    const other = new PopularityModel(new Float32Array(3));
    const component = (model: Model, weight: number) => ({ model, weight });
    const make = (...components: ReturnType<typeof component>[]) => {
      return () => new HybridModel(components);
    };
    expect(make(component(other, 1), component(graph, 1))).toThrow('over 3 and 4 items');
    expect(make(component(other, 1), component(other, 1))).toThrow('a component twice');
    expect(make(component(blend(1, 1), 1))).toThrow('a hybrid cannot be one of a hybrid');
    expect(make(component(other, -1))).toThrow('weight of popularity is -1');
    expect(make(component(other, 0))).toThrow('no component has a weight above 0');
  });

  it('refuses unknown settings at every level', () => {
    expect(() => hybridConfigSchema.parse({ svd: {} })).toThrow('svd');
    expect(() => hybridConfigSchema.parse({ als: { rank: 3 } })).toThrow('rank');
    expect(() => hybridConfigSchema.parse({ weights: { svd: 1 } })).toThrow('svd');
  });

  it('reports one progress over all components', async () => {
    const steps: number[] = [];
    await createHybridTrainer(config).fit(twoBlocks(), {
      seed: 1,
      onProgress: ({ done, total }) => steps.push(done / total),
    });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
  });
});
