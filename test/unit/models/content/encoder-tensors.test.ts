import { beforeAll, describe, expect, it } from '@jest/globals';
import { ContentEncoder } from '../../../../models/content/content-encoder.ts';
import { alsOf, newUserQuery, scoreOfNew } from '../../../../models/content/content-queries.ts';
import { encoderFromTensors, encoderTensors } from '../../../../models/content/encoder-tensors.ts';
import { fitContent } from '../../../../models/content/fit-content.ts';
import { towersConfigSchema } from '../../../../models/content/towers-config.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import type { AlsModel } from '../../../../models/recommenders/als-model.ts';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import type { Model, Tensor } from '../../../../models/recommenders/model.ts';
import { fromParts, toParts } from '../../../../models/recommenders/model-codec.ts';
import { loadTensorFlow } from '../../../../scripts/training/tensorflow-backend.ts';
import { plantedBuckets, plantedContent } from '../../../helpers/planted-content.ts';

const { train } = plantedContent();
const dress = { categoryPath: ['dress'], title: 'item', colours: [], attributes: {} };
const trousers = { ...dress, categoryPath: ['trousers'] };
const woman = { gender: 'female', attributes: {} };
const settings = {
  buckets: plantedBuckets,
  towers: towersConfigSchema.parse({ batch: 32, evenNegatives: 8, embedding: 4, hidden: 4 }),
};
const choice = {
  itemRegularisation: 1,
  userRegularisation: 1,
  appealRegularisation: 1,
  appeal: { known: 0.1, new: 0.3 },
  profileWeight: 2,
  epochs: 0,
  strength: 1,
};

let als: AlsModel;
let ridge: ContentEncoder;
let towers: ContentEncoder;
let hybrid: Model;

beforeAll(async () => {
  als = (await createAlsTrainer({ dimensions: 8 }).fit(train, { seed: 1 })) as AlsModel;
  ridge = await fitContent(train, als, choice, settings, undefined, { seed: 1 });
  const { tf } = await loadTensorFlow('wasm');
  const withTowers = { ...choice, epochs: 1 };
  towers = await fitContent(train, als, withTowers, settings, tf, { seed: 1 });
  const weights = { 'item-neighbours': 1, als: 1 };
  hybrid = await createHybridTrainer({ als: { dimensions: 8 }, weights }).fit(train, { seed: 1 });
});

describe('an encoder', () => {
  it('is the same again from its tensors, with towers and without', () => {
    for (const encoder of [ridge, towers]) {
      const again = encoderFromTensors(encoderTensors(encoder));
      expect(again.parameters).toEqual(encoder.parameters);
      expect(again.encodeNewItem(dress)).toEqual(encoder.encodeNewItem(dress));
      expect(again.encodeProfile(woman)).toEqual(encoder.encodeProfile(woman));
    }
    expect(towers.parameters.towers).toBeDefined();
  });

  it('refuses tensors that are missing or misshapen, by their names', () => {
    const tensors = encoderTensors(towers);
    for (const name of Object.keys(tensors)) {
      if (name === 'towers.units') continue;
      const { [name]: _, ...rest } = tensors;
      expect(() => encoderFromTensors(rest)).toThrow(`"${name}"`);
    }
    const bias: Tensor = { shape: [3], data: new Float32Array(3) };
    expect(() => encoderFromTensors({ ...tensors, 'item.bias': bias })).toThrow('"item.bias"');
  });

  it('stands in an artifact beside its model, and fits no other', () => {
    const parts = toParts({ model: hybrid, items: train.items, content: ridge });
    expect([...parts.keys()]).toContain('content');
    expect(fromParts('hybrid', parts).content?.parameters).toEqual(ridge.parameters);
    const alone = toParts({ model: als, items: train.items });
    expect(fromParts('als', alone).content).toBeUndefined();
    const other = new ContentEncoder({ ...ridge.parameters, dimensions: 9 });
    const wrong = new Map(parts).set('content', encoderTensors(other));
    expect(() => fromParts('hybrid', wrong)).toThrow(TypeError);
  });

  it('gives the same item the same vector, known from a row of features or as content', () => {
    const content = { categoryPath: ['dress'], title: 'item 0', colours: [], attributes: {} };
    expect(ridge.encodeNewItem(content)).toEqual(ridge.encodeItem(train.itemBags, 0));
  });

  it('has no vector for a profile with nothing in it', () => {
    expect(ridge.encodeProfile({ attributes: {} })).toBeUndefined();
  });
});

describe('what a model says with an encoder', () => {
  const history = { items: Uint32Array.of(0, 2, 4), weights: Float32Array.of(1, 1, 1) };

  it('puts a new item of the kind that was liked above one of another', () => {
    for (const model of [als, hybrid]) {
      const query = model.query(history);
      const scores = [dress, trousers].map((item) => {
        return scoreOfNew(query, ridge.encodeNewItem(item), 0);
      }) as [number, number];
      expect(scores[0]).toBeGreaterThan(scores[1]);
    }
  });

  it('scores an item that has the vector of a known one as ALS scores that', () => {
    const query = als.query(history);
    const factor = als.parameters.itemFactors.subarray(6 * 8, 7 * 8);
    const known = new Float32Array(1);
    query.scoreItems(Uint32Array.of(6), known);
    const vector = Float32Array.from([...factor, 2]);
    expect(scoreOfNew(query, vector, 0)).toBeCloseTo(known[0] ?? Number.NaN, 5);
    expect(scoreOfNew(query, vector, 0.5)).toBeCloseTo((known[0] ?? 0) + 1, 5);
  });

  it('gives what the components do not know 0 of theirs: Σ factor · (0 − mean)', () => {
    const query = hybrid.query(history);
    const nothing = new Float32Array(9);
    const scores = new Float32Array(60);
    query.score(scores);
    const score = scoreOfNew(query, nothing, 0) ?? Number.NaN;
    expect(score).toBeLessThan(Math.max(...scores));
    expect(Number.isFinite(score)).toBe(true);
  });

  it('ranks for a new user by the profile beside popularity', () => {
    const vector = ridge.encodeProfile(woman);
    if (!vector) throw new Error('no vector');
    const query = newUserQuery(hybrid, ridge, vector);
    const scores = new Float32Array(60);
    query?.score(scores);
    const mean = (rest: number) =>
      scores.reduce((sum, score, item) => (item % 2 === rest ? sum + score : sum), 0) / 30;
    expect(mean(0)).toBeGreaterThan(mean(1));
  });

  it('says nothing of a new user where profiles were found to say nothing', () => {
    const silent = new ContentEncoder({ ...ridge.parameters, profileWeight: 0 });
    expect(newUserQuery(hybrid, silent, new Float32Array(8).fill(1))).toBeUndefined();
  });

  it('scores no new item where there is no ALS to score it with', async () => {
    const weights = { 'item-neighbours': 1, als: 0 };
    const without = await createHybridTrainer({ weights }).fit(train, { seed: 1 });
    expect(alsOf(without)).toBeUndefined();
    const query = without.query(history);
    expect(scoreOfNew(query, ridge.encodeNewItem(dress), 0)).toBeUndefined();
    expect(newUserQuery(without, ridge, new Float32Array(8))).toBeUndefined();
  });
});
