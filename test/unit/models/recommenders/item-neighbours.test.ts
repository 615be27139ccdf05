import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { createItemNeighboursTrainer } from '../../../../models/recommenders/item-neighbours.ts';
import { ItemNeighboursModel } from '../../../../models/recommenders/item-neighbours-model.ts';
import { historyFrom, recommenderSuite, scoresOf } from '../../../helpers/recommender-suite.ts';

recommenderSuite('item neighbours', {
  trainer: () => createItemNeighboursTrainer(),
  fromTensors: ItemNeighboursModel.fromTensors,
  personal: true,
});

/** Users: {0, 1}, {0, 1, 2, 3}, {2}; item degrees 2, 2, 2, 1, user degrees 2, 4, 1. */
const dataset = {
  users: new IdMap(),
  items: new IdMap(),
  interactions: buildInteractions([
    ...[0, 1].map((item) => [0, item] as const),
    ...[0, 1, 2, 3].map((item) => [1, item] as const),
    [2, 2],
  ]),
};

describe('item neighbours', () => {
  it('are Di^-a Rᵀ Du^-b R Di^-c, worked out by hand', async () => {
    const trainer = createItemNeighboursTrainer({
      historyExponent: 0.5,
      userExponent: 1,
      targetExponent: 2,
    });
    const model = await trainer.fit(dataset, { seed: 1 });
    const scores = scoresOf(model, historyFrom([0], [2]));
    // Item 0 with 1: both users 0 and 1: 1/2 + 1/4; with 2 and 3: user 1 alone: 1/4.
    const half = 1 / Math.sqrt(2);
    expect(scores[0]).toBe(0);
    expect(scores[1]).toBeCloseTo((2 * half * 0.75) / 4, 6);
    expect(scores[2]).toBeCloseTo((2 * half * 0.25) / 4, 6);
    expect(scores[3]).toBeCloseTo((2 * half * 0.25) / 1, 6);
  });

  it('multiplies the weights of both ends and uses weighted degrees', async () => {
    const interactions = buildInteractions([
      [0, 0, 2],
      [0, 1, 3],
    ]);
    const trainer = createItemNeighboursTrainer({
      historyExponent: 1,
      userExponent: 1,
      targetExponent: 1,
    });
    const model = await trainer.fit({ ...dataset, interactions }, { seed: 1 });
    // 2⁻¹ · (2 · 5⁻¹ · 3) · 3⁻¹ = 1/5
    expect(scoresOf(model, historyFrom([0]))[1]).toBeCloseTo(0.2, 6);
  });

  it('keeps the K best of each item, the lower index among equals', async () => {
    const trainer = createItemNeighboursTrainer({ neighbours: 2, targetExponent: 0 });
    const model = await trainer.fit(dataset, { seed: 1 });
    expect(model.similar(0, 9).map(({ item }) => item)).toEqual([1, 2]);
    expect(model.toTensors().indptr?.data).toEqual(Uint32Array.of(0, 2, 4, 6, 8));
  });

  it('learns from a seeded sample of a long history, and from all of it for popularity', async () => {
    const long = Array.from({ length: 8 }, (_, item): [number, number] => [0, item]);
    const interactions = buildInteractions([...long, [1, 0], [1, 1]], 2, 8);
    const items = new IdMap(long.map(([, item]) => `i${item}`));
    const graph = async (longestHistory: number, seed: number) => {
      const trainer = createItemNeighboursTrainer({ longestHistory });
      return (await trainer.fit({ ...dataset, items, interactions }, { seed })).toTensors();
    };
    const edges = (tensors: Awaited<ReturnType<typeof graph>>) => tensors.indices?.data.length;
    expect(edges(await graph(8, 1))).toBe(8 * 7);
    // Three of the eight, and the pair of the second user.
    expect([6, 8]).toContain(edges(await graph(3, 1)));
    expect(await graph(3, 1)).toEqual(await graph(3, 1));
    expect(await graph(3, 2)).not.toEqual(await graph(3, 1));
  });

  it('refuses an unknown setting and values out of range', () => {
    const config = { k: 3 } as Parameters<typeof createItemNeighboursTrainer>[0];
    expect(() => createItemNeighboursTrainer(config)).toThrow('k');
    expect(() => createItemNeighboursTrainer({ neighbours: 0 })).toThrow('neighbours');
    expect(() => createItemNeighboursTrainer({ userExponent: -1 })).toThrow('userExponent');
  });

  it('refuses tensors that are no graph, by name', async () => {
    const tensors = (await createItemNeighboursTrainer().fit(dataset, { seed: 1 })).toTensors();
    const indptr = { shape: [5], data: Uint32Array.of(0, 9, 4, 6, 12) };
    const indices = { shape: [12], data: new Uint32Array(12).fill(77) };
    expect(() => ItemNeighboursModel.fromTensors({ ...tensors, indptr })).toThrow('"indptr"');
    expect(() => ItemNeighboursModel.fromTensors({ ...tensors, indices })).toThrow('"indices"');
    const values = { shape: [2], data: new Float32Array(2) };
    expect(() => ItemNeighboursModel.fromTensors({ ...tensors, values })).toThrow(
      'tensor "values" has shape 2; expected 12',
    );
  });
});
