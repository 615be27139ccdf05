import { describe, expect, it } from '@jest/globals';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { transpose } from '../../../../models/dataset/sparse-matrix.ts';
import { createUserNeighboursTrainer } from '../../../../models/recommenders/user-neighbours.ts';
import { UserNeighboursModel } from '../../../../models/recommenders/user-neighbours-model.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import {
  historyFrom,
  historyOf,
  meanAndDeviation,
  recommenderSuite,
  scoresOf,
} from '../../../helpers/recommender-suite.ts';

recommenderSuite('user neighbours', {
  trainer: () => createUserNeighboursTrainer(),
  fromTensors: UserNeighboursModel.fromTensors,
  personal: true,
});

/**
 * Users: {0, 1}, {1, 2, 3 twice}, {3}; sums 2, 4, 1. Items: 0 of one user, 1 of two, 2 of one, 3
 * with a sum of 3.
 */
const dataset = {
  users: new IdMap(),
  items: new IdMap(),
  interactions: buildInteractions([
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
    [1, 3, 2],
    [2, 3],
  ]),
};

type Config = Parameters<typeof createUserNeighboursTrainer>[0];

function fit(config: Config) {
  return createUserNeighboursTrainer(config).fit(dataset, { seed: 1 });
}

describe('user neighbours', () => {
  it('are (|h|^-a Σ hⱼ dⱼ^-b R |u|^-a)^p times what they had, worked out by hand', async () => {
    const model = await fit({ userExponent: 0.5, itemExponent: 1, power: 2 });
    // |h| = 4, h = 3 × item 1, 1 × item 3. User 0: 3/2 / √2; user 1: (3/2 + 2/3) / √4; user 2: 1/3.
    const [s0, s1, s2] = [1.5 / Math.SQRT2, (1.5 + 2 / 3) / 2, 1 / 3].map((s) => (s / 2) ** 2);
    const scores = scoresOf(model, historyFrom([1, 3], [3, 1]));
    expect(scores[0]).toBeCloseTo(s0 ?? 0, 6);
    expect(scores[1]).toBeCloseTo((s0 ?? 0) + (s1 ?? 0), 6);
    expect(scores[2]).toBeCloseTo(s1 ?? 0, 6);
    expect(scores[3]).toBeCloseTo(2 * (s1 ?? 0) + (s2 ?? 0), 6);
  });

  it('are the K nearest only', async () => {
    const history = historyFrom([1, 3], [3, 1]);
    const nearest = scoresOf(await fit({ neighbours: 1 }), history);
    expect([...nearest].map((score) => score > 0)).toEqual([false, true, true, true]);
    expect(nearest[3]).toBeCloseTo(2 * (nearest[1] ?? 0), 6);
  });

  it('are looked for among those of whom an item says most', async () => {
    const history = historyFrom([3]);
    // Item 3 is of users 1 (2 / √4) and 2 (1 / √1): equal, and the first is kept.
    const one = scoresOf(await fit({ usersPerItem: 1 }), history);
    expect([...one].map((score) => score > 0)).toEqual([false, true, true, true]);
    // By the sum itself, user 1 is at 2 / 4 and user 2 at 1.
    const other = scoresOf(await fit({ usersPerItem: 1, userExponent: 1 }), history);
    expect([...other].map((score) => score > 0)).toEqual([false, false, false, true]);
  });

  it('share a score out over the items of the history', async () => {
    const model = await fit({ power: 2, userExponent: 0 });
    // Item 2 is of user 1 alone, who shares 1/2 by item 1 and 2/3 by item 3.
    const query = model.query(historyFrom([0, 1, 3]));
    const [first = Number.NaN, second = Number.NaN, third = Number.NaN] = query.contributions(2);
    expect(first).toBe(0);
    expect(second + third).toBeCloseTo((1 / 2 + 2 / 3) ** 2, 6);
    expect(third / second).toBeCloseTo(4 / 3, 6);
  });

  it('know nothing of a history that nobody shares', async () => {
    const lonely = buildInteractions([[0, 0]], 1, 3);
    const model = await createUserNeighboursTrainer().fit(
      { ...dataset, interactions: lonely },
      { seed: 1 },
    );
    const query = model.query(historyFrom([2]));
    expect([...scoresOf(model, historyFrom([2]))]).toEqual([0, 0, 0]);
    expect([...query.contributions(0)]).toEqual([0]);
    expect(query.moments()).toEqual({ mean: 0, scale: 0 });
    expect(model.similar(2, 5)).toEqual([]);
  });

  it('have the mean and spread of a scan, to 1e-5', async () => {
    const interactions = randomInteractions({ rows: 300, columns: 500, longest: 40, seed: 2 });
    const trainer = createUserNeighboursTrainer({ neighbours: 30, usersPerItem: 8 });
    const model = await trainer.fit({ ...dataset, interactions }, { seed: 1 });
    for (const user of [1, 5, 77, 299]) {
      const history = historyOf(interactions, user);
      const [mean, deviation] = meanAndDeviation(scoresOf(model, history), history);
      const moments = model.query(history).moments();
      expect(moments.mean / mean).toBeCloseTo(1, 5);
      expect(moments.scale * deviation).toBeCloseTo(1, 5);
    }
  });

  it('come back from an artifact without the users who had nothing', async () => {
    const interactions = buildInteractions([[1, 1]], 4, 3);
    const model = await createUserNeighboursTrainer().fit(
      { ...dataset, interactions },
      { seed: 1 },
    );
    const again = UserNeighboursModel.fromTensors(model.toTensors());
    expect(again.itemCount).toBe(3);
    expect([...scoresOf(again, historyFrom([1]))]).toEqual([0, 1, 0]);
  });

  it('refuse weights, parameters and tensors that cannot be', async () => {
    const model = await fit({});
    expect(() => model.query(historyFrom([1], [0]))).toThrow('weight 0 is 0');
    expect(() => createUserNeighboursTrainer({ neighbours: 0 })).toThrow('neighbours');
    const parameters = { neighbours: 1, usersPerItem: 1, userExponent: 0, itemExponent: 0 };
    const byItem = transpose(dataset.interactions);
    const make = (changed: object) => () =>
      new UserNeighboursModel(byItem, { ...parameters, power: 1, ...changed });
    expect(make({ power: Number.NaN })).toThrow('power is NaN; expected 0 or more');
    expect(make({ usersPerItem: 0 })).toThrow('usersPerItem is 0');
    const tensors = model.toTensors();
    const values = { shape: [6], data: Float32Array.of(1, 1, -1, 1, 1, 1) };
    expect(() => UserNeighboursModel.fromTensors({ ...tensors, values })).toThrow('weight 2 is -1');
    const indices = { shape: [6], data: Uint32Array.of(0, 1, 1, 1, 1, 2) };
    expect(() => UserNeighboursModel.fromTensors({ ...tensors, indices })).toThrow(
      '"indices" is not ascending below 3 in row 1',
    );
    const interactions = { ...dataset.interactions, values: new Float32Array(6) };
    const fitted = createUserNeighboursTrainer().fit({ ...dataset, interactions }, { seed: 1 });
    await expect(fitted).rejects.toThrow('weight 0 is 0');
  });
});
