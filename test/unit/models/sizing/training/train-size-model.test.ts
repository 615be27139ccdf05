import { describe, expect, it } from '@jest/globals';
import type { SizeModel } from '../../../../../models/sizing/size-model.ts';
import {
  decodeSizeModel,
  encodeSizeModel,
} from '../../../../../models/sizing/size-model-tensors.ts';
import type { ItemOutcome, WearerOutcome } from '../../../../../models/sizing/size-types.ts';
import { defaultSizeConfig } from '../../../../../models/sizing/training/size-model-config.ts';
import type { SizeRow } from '../../../../../models/sizing/training/size-row.ts';
import { trainSizeModel } from '../../../../../models/sizing/training/train-size-model.ts';
import { placeOf, plantedGarment, plantedShop } from '../../../../helpers/planted-sizes.ts';

const config = {
  ...defaultSizeConfig,
  leastRows: 300,
  body: { ...defaultSizeConfig.body, rounds: 60, minRows: 20 },
  fit: { ...defaultSizeConfig.fit, rounds: 60, rate: 0.1, minRows: 20 },
  choice: { ...defaultSizeConfig.choice, rounds: 60, minRows: 20 },
};
const shop = plantedShop(3000, 7);
const { model } = trainSizeModel(shop.rows, config, 1);
const now = 1_704_100_000;
const empty = { shape: [0], data: new Uint8Array() };

const itemOutcomes = (rows: readonly SizeRow[], item: string): ItemOutcome[] =>
  rows
    .filter(({ garment }) => garment.itemId === item)
    .map(({ garment, position, length, fit, body, at }) => ({
      ...{ scale: garment.run.scale, position, length, fit, body, at },
    }));
const wearerOutcomes = (rows: readonly SizeRow[], wearer: string): WearerOutcome[] =>
  rows
    .filter((row) => row.wearer === wearer)
    .map(({ garment, position, length, fit, at }) => ({
      ...{ scale: garment.run.scale, position, length, fit, at, itemId: garment.itemId },
      ...{ category: garment.category, brand: garment.brand },
    }));
const itemOf = (by: SizeModel, item: string) =>
  by.itemEvidence(plantedGarment(item), itemOutcomes(shop.rows, item), now);
const best = (chances: ArrayLike<number>) =>
  Array.from(chances).reduce((top, chance, at, all) => (chance > (all[top] ?? 0) ? at : top), 0);

describe('trainSizeModel on a shop in which one knows why', () => {
  it('names the size that fits the body in the item, smaller or larger as the item runs', () => {
    let right = 0;
    let asked = 0;
    for (const [item, runs] of shop.runsSmall) {
      const evidence = itemOf(model, item);
      for (const weightKg of [52, 58, 64]) {
        const body = { heightCm: 166, weightKg };
        const wearer = model.wearerEvidence(body, [], now);
        asked++;
        if (Math.abs(best(model.choose(wearer, evidence)) - placeOf(body) - runs) <= 0.75) right++;
      }
    }
    expect(right / asked).toBeGreaterThan(0.9);
  });

  it('tells what would be too small and too large', () => {
    const wearer = model.wearerEvidence({ heightCm: 166, weightKg: 63 }, [], now);
    // item1 runs true, and 3 is the place of this body.
    const chances = model.predict(wearer, itemOf(model, 'item1'));
    expect(chances[3]?.fit).toBeGreaterThan(0.8);
    expect(chances[1]?.small).toBeGreaterThan(0.5);
    expect(chances[5]?.large).toBeGreaterThan(0.5);
    for (const { small, fit, large } of chances) expect(small + fit + large).toBeCloseTo(1, 9);
    const sum = chances.reduce((all, { chosen }) => all + chosen, 0);
    expect(sum).toBeCloseTo(1, 9);
    const alone = model.choose(wearer, itemOf(model, 'item1'));
    expect(Array.from(alone)).toEqual(chances.map(({ chosen }) => chosen));
  });

  it('goes by what a wearer kept when nothing is known of the body', () => {
    const kept = wearerOutcomes(shop.rows, 'wearer1').slice(0, 1);
    const of = (position: number) =>
      ['item1', 'item4', 'item7'].map((itemId) => ({
        ...({ scale: 'women-top', category: 'shirt', brand: null, length: 0, fit: 'fit' } as const),
        ...{ itemId, position, at: now - 86_400 },
      }));
    expect(kept).toBeDefined();
    const small = model.choose(model.wearerEvidence({}, of(1), now), itemOf(model, 'item10'));
    const large = model.choose(model.wearerEvidence({}, of(4), now), itemOf(model, 'item10'));
    expect(best(small)).toBeLessThan(best(large));
  });

  it('asks for what would tell most, and for nothing that is known', () => {
    const item = itemOf(model, 'item1');
    const none = model.wouldHelp(model.wearerEvidence({}, [], now), item);
    expect(none[0]).toBe('weightKg');
    const weighed = model.wearerEvidence({ weightKg: 60 }, [], now);
    expect(model.wouldHelp(weighed, item)).toContain('heightCm');
    expect(none).not.toContain('hipCm');
    const known = { heightCm: 166, weightKg: 60 };
    const worn = wearerOutcomes(shop.rows, shop.rows[0]?.wearer ?? '');
    expect(model.wouldHelp(model.wearerEvidence(known, worn, now), item)).toEqual([]);
  });

  it('is surer of a known body than of none', () => {
    const item = itemOf(model, 'item1');
    const known = model.choose(
      model.wearerEvidence({ heightCm: 166, weightKg: 57 }, [], now),
      item,
    );
    const none = model.choose(model.wearerEvidence({}, [], now), item);
    expect(model.confidence(none)).toBe('low');
    expect(['high', 'medium']).toContain(model.confidence(known));
  });
});

describe('evidence', () => {
  const outcomes = itemOutcomes(shop.rows, 'item2');
  const [first] = outcomes;
  if (!first) throw new Error('nobody took item2');

  it('says the same of outcomes at once, one after the other and in any order', () => {
    const garment = plantedGarment('item2');
    const wearer = model.wearerEvidence({ heightCm: 170, weightKg: 66 }, [], now);
    const atOnce = model.itemEvidence(garment, outcomes, now);
    let after = model.itemEvidence(garment, [], now);
    for (const outcome of outcomes) after = model.withItemOutcome(after, outcome);
    expect(after).toEqual(atOnce);
    const reversed = model.itemEvidence(garment, [...outcomes].reverse(), now);
    for (const [at, chances] of model.predict(wearer, reversed).entries()) {
      expect(chances.chosen).toBeCloseTo(model.predict(wearer, atOnce)[at]?.chosen ?? NaN, 9);
      expect(chances.small).toBeCloseTo(model.predict(wearer, atOnce)[at]?.small ?? NaN, 9);
    }
  });

  it('is not changed by an outcome that is added to it', () => {
    const before = model.itemEvidence(plantedGarment('item2'), outcomes, now);
    const wearer = model.wearerEvidence({}, [], now);
    const chances = model.predict(wearer, before);
    model.withItemOutcome(before, first);
    expect(model.predict(wearer, before)).toEqual(chances);
  });

  it('leaves out outcomes of another scale', () => {
    const garment = plantedGarment('item2');
    const other = { ...first, scale: 'shoes' };
    const without = model.itemEvidence(garment, outcomes, now);
    expect(model.itemEvidence(garment, [...outcomes, other], now)).toEqual(without);
    expect(model.withItemOutcome(without, other)).toBe(without);
  });
});

describe('a model in an artifact', () => {
  it('says the same when it comes back', () => {
    const back = decodeSizeModel(encodeSizeModel(model));
    const wearer = (of: SizeModel) =>
      of.wearerEvidence({ heightCm: 160, age: 30 }, wearerOutcomes(shop.rows, 'wearer5'), now);
    expect(back.predict(wearer(back), itemOf(back, 'item3'))).toEqual(
      model.predict(wearer(model), itemOf(model, 'item3')),
    );
    expect(back.parts.thresholds).toEqual(model.parts.thresholds);
    expect(back.wouldHelp(wearer(back), itemOf(back, 'item3'))).toEqual(
      model.wouldHelp(wearer(model), itemOf(model, 'item3')),
    );
  });

  it('names what is missing, and features of another version', () => {
    const tensors = encodeSizeModel(model);
    const { 'settings/numbers': _, ...without } = tensors;
    expect(() => decodeSizeModel(without)).toThrow(/settings\/numbers/);
    const other = { ...tensors, 'columns/fit.bytes': tensors['columns/choice.bytes'] ?? empty };
    const offsets = { ...other, 'columns/fit.offsets': tensors['columns/choice.offsets'] ?? empty };
    expect(() => decodeSizeModel(offsets)).toThrow(/train the model anew/);
  });

  it('is the same twice for the same rows and seed', () => {
    const again = trainSizeModel(shop.rows, config, 1).model;
    expect(encodeSizeModel(again)).toEqual(encodeSizeModel(model));
  });
});

describe('trainSizeModel on little', () => {
  it('answers by effects alone when there are too few rows for trees', () => {
    const { rows } = plantedShop(100, 3);
    const training = trainSizeModel(rows, config, 1);
    expect([training.fitRounds, training.choiceRounds]).toEqual([0, 0]);
    const of = training.model;
    const wearer = of.wearerEvidence({ weightKg: 60 }, [], now);
    const chances = of.predict(wearer, of.itemEvidence(plantedGarment('item1'), [], now));
    expect(chances.reduce((sum, { chosen }) => sum + chosen, 0)).toBeCloseTo(1, 9);
    for (const { small, fit, large } of chances) {
      expect(small + fit + large).toBeCloseTo(1, 9);
      expect(Math.min(small, fit, large)).toBeGreaterThan(0);
    }
    expect(
      decodeSizeModel(encodeSizeModel(of)).predict(
        wearer,
        of.itemEvidence(plantedGarment('item1'), [], now),
      ),
    ).toEqual(chances);
  });

  it('answers on a scale that it has never seen, in a run of one size and in an empty one', () => {
    const garment = { ...plantedGarment('new'), run: { scale: 'shoes', sizes: [] } };
    const wearer = model.wearerEvidence({ heightCm: 170 }, [], now);
    expect(model.predict(wearer, model.itemEvidence(garment, [], now))).toEqual([]);
    const size = (position: number) => ({ label: `${position}`, position, length: 0 }) as const;
    const shoes = { ...garment, run: { scale: 'shoes', sizes: [size(38), size(39)] } };
    const both = model.predict(wearer, model.itemEvidence(shoes, [], now));
    expect(both.map(({ chosen }) => chosen).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    expect(model.wouldHelp(wearer, model.itemEvidence(shoes, [], now))).toEqual(['purchases']);
    const one = { ...garment, run: { scale: 'women-top', sizes: [size(2)] } };
    expect(Array.from(model.choose(wearer, model.itemEvidence(one, [], now)))).toEqual([1]);
  });

  it('trains on wearers without measurements', () => {
    const rows = shop.rows.map((row) => ({ ...row, body: {} }));
    const { model: bodiless } = trainSizeModel(rows, config, 1);
    const wearer = bodiless.wearerEvidence({}, wearerOutcomes(rows, rows[0]?.wearer ?? ''), now);
    const chances = bodiless.predict(wearer, itemOf(bodiless, 'item1'));
    expect(chances.every(({ chosen }) => chosen > 0)).toBe(true);
    expect(
      bodiless.wouldHelp(bodiless.wearerEvidence({}, [], now), itemOf(bodiless, 'item1')),
    ).toEqual(['purchases']);
  });

  it('refuses to learn from nothing', () => {
    expect(() => trainSizeModel([], config, 1)).toThrow(RangeError);
  });
});
