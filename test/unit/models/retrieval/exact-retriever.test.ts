import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { normalFactors } from '../../../../models/recommenders/als-start.ts';
import { HybridModel } from '../../../../models/recommenders/hybrid-model.ts';
import { HybridQuery, termOf } from '../../../../models/recommenders/hybrid-query.ts';
import { createItemNeighboursTrainer } from '../../../../models/recommenders/item-neighbours.ts';
import type { Model, Query, Trainer } from '../../../../models/recommenders/model.ts';
import {
  createPopularityTrainer,
  PopularityModel,
} from '../../../../models/recommenders/popularity.ts';
import { createSpectralTrainer } from '../../../../models/recommenders/spectral.ts';
import { TopItems } from '../../../../models/recommenders/top-items.ts';
import { createUserNeighboursTrainer } from '../../../../models/recommenders/user-neighbours.ts';
import { ExactRetriever } from '../../../../models/retrieval/exact-retriever.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { historyFrom, historyOf, twoBlocks } from '../../../helpers/recommender-suite.ts';

const itemCount = 17_003;
const interactions = randomInteractions({ rows: 90, columns: itemCount, longest: 60, seed: 8 });

const trainers: Record<string, Trainer> = {
  als: createAlsTrainer({ dimensions: 12, epochs: 2 }),
  spectral: createSpectralTrainer({ dimensions: 20 }),
  'item-neighbours': createItemNeighboursTrainer({ neighbours: 30 }),
  'user-neighbours': createUserNeighboursTrainer({ neighbours: 5 }),
  popularity: createPopularityTrainer(),
};

async function modelOf(kinds: readonly string[]): Promise<Model> {
  const components = [];
  for (const [at, kind] of kinds.entries()) {
    const trainer = trainers[kind] as Trainer;
    const model = await trainer.fit({ ...twoBlocks(), interactions }, { seed: 2 });
    components.push({ model, weight: 0.4 + at });
  }
  const [only] = components;
  return components.length > 1 || !only ? new HybridModel(components) : only.model;
}

/** Scores everything, and chooses. */
function expected(query: Query, itemCount: number, count: number, exclude: Iterable<number>) {
  const scores = new Float32Array(itemCount);
  query.score(scores);
  for (const item of exclude) scores[item] = Number.NEGATIVE_INFINITY;
  return new TopItems(count).list(scores);
}

/** A few items of few different vectors, so that most scores are shared by many. */
function coarseAls(): AlsModel {
  const random = seededRandom(4);
  return new AlsModel({
    dimensions: 3,
    itemFactors: Float32Array.from({ length: 3 * itemCount }, () => Math.floor(3 * random()) - 1),
    eigenvalues: Float32Array.of(3, 2, 1),
    unobservedWeight: 0.1,
    regularisation: 1,
    exponent: 1,
  });
}

describe('ExactRetriever', () => {
  it.each([
    [['als']],
    [['spectral']],
    [['item-neighbours']],
    [['user-neighbours']],
    [['popularity']],
    [['als', 'item-neighbours']],
    [['item-neighbours', 'als', 'user-neighbours']],
    [['als', 'spectral', 'item-neighbours', 'popularity']],
  ])('gives to the bit what scoring all items gives: %s', async (kinds) => {
    const model = await modelOf(kinds);
    const retriever = new ExactRetriever(model);
    for (let user = 0; user < 40; user++) {
      const history = historyOf(interactions, user);
      const query = model.query(history);
      const count = [1, 7, 60, 400][user % 4] as number;
      expect(retriever.top(query, count, history.items)).toEqual(
        expected(query, itemCount, count, history.items),
      );
    }
  });

  it('gives equal items in the order of their indices', () => {
    const model = coarseAls();
    const retriever = new ExactRetriever(model);
    const query = model.query(historyFrom([1, 77]));
    expect(retriever.top(query, 300, [5])).toEqual(expected(query, itemCount, 300, [5]));
    const hybrid = new HybridModel([{ model, weight: 1e-4 }]);
    const rounded = hybrid.query(historyFrom([3, 9]));
    expect(new ExactRetriever(hybrid).top(rounded, 40, [])).toEqual(
      expected(rounded, itemCount, 40, []),
    );
  });

  it('gives all there are when more are asked for', () => {
    const model = coarseAls();
    const query = model.query(historyFrom([1]));
    const all = new ExactRetriever(model).top(query, itemCount + 5, [0, 1, 2]);
    expect(all).toHaveLength(itemCount - 3);
    expect(all).toEqual(expected(query, itemCount, itemCount + 5, [0, 1, 2]));
  });

  it('answers a query of a new user: a vector beside popularity', () => {
    const als = new AlsModel({
      dimensions: 16,
      itemFactors: normalFactors(itemCount, 16, 1, 9),
      eigenvalues: new Float32Array(16).fill(itemCount / 16),
      unobservedWeight: 0.1,
      regularisation: 1,
      exponent: 1,
    });
    const random = seededRandom(6);
    const counts = Float32Array.from({ length: itemCount }, () => Math.floor(3 / random()));
    const popularity = new PopularityModel(counts);
    const model = new HybridModel([
      { model: als, weight: 1 },
      { model: popularity, weight: 0 },
    ]);
    const nothing = historyFrom([]);
    const query = new HybridQuery(nothing, itemCount, [
      termOf(als, als.queryOf(normalFactors(1, 16, 1, 3)), 1.5),
      termOf(popularity, popularity.query(nothing), 1),
    ]);
    const retriever = new ExactRetriever(model);
    for (let round = 0; round < 3; round++) {
      expect(retriever.top(query, 50, [])).toEqual(expected(query, itemCount, 50, []));
    }
  });

  it('answers where there is no history and all scores are the same', () => {
    const model = coarseAls();
    const query = model.query(historyFrom([]));
    const top = new ExactRetriever(model).top(query, 3, [1]);
    expect(top).toEqual([0, 2, 3].map((item) => ({ item, score: 0 })));
  });

  it('refuses a count below 1 and an item that the model does not have', () => {
    const model = coarseAls();
    const query = model.query(historyFrom([1]));
    const retriever = new ExactRetriever(model);
    expect(() => retriever.top(query, 0, [])).toThrow(RangeError);
    expect(() => retriever.top(query, 1, [itemCount])).toThrow(RangeError);
    expect(retriever.top(query, 9, [])).toEqual(expected(query, itemCount, 9, []));
  });
});
