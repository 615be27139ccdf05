import { describe, expect, it } from '@jest/globals';
import { inverse, Matrix } from 'ml-matrix';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { rowOf, type SparseMatrix } from '../../../../models/dataset/sparse-matrix.ts';
import { solveSlimReference } from '../../../../models/kernels/slim-reference.ts';
import {
  createSlimTrainer,
  fitSlim,
  slimConfigSchema,
} from '../../../../models/recommenders/slim.ts';
import { SlimModel } from '../../../../models/recommenders/slim-model.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import { historyFrom, recommenderSuite, scoresOf } from '../../../helpers/recommender-suite.ts';

recommenderSuite('slim', {
  trainer: () => createSlimTrainer(),
  fromTensors: SlimModel.fromTensors,
  personal: true,
});

const plain = { userExponent: 0, itemExponent: 0, outputExponent: 0 };

function datasetOf(interactions: SparseMatrix) {
  return { users: new IdMap(), items: new IdMap(), interactions };
}

/** Users {0, 1}, {0, 1}, {0, 2}: G has the rows 3 2 1, 2 2 0 and 1 0 1, and a mean diagonal of 2. */
const three = datasetOf(
  buildInteractions([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 2],
  ]),
);

/** Weights by target: element [j, t] is what having j adds to the score of t. */
function weightsOf(model: SlimModel): number[][] {
  return Array.from({ length: model.itemCount }, (_, item) => {
    return [...scoresOf(model, historyFrom([item]))];
  });
}

function rounded(rows: number[][]): number[][] {
  return rows.map((row) => row.map((value) => Math.round(value * 1e5) / 1e5));
}

describe('slim', () => {
  it('solves (G_NN + λI) B = G_Nt for each target, worked out by hand', async () => {
    const trainer = createSlimTrainer({ ...plain, regularisation: 0.5 });
    const model = (await trainer.fit(three, { seed: 1 })) as SlimModel;
    // λ = 1. Item 0 from 1 and 2, which share no user: 2 / (2 + 1) and 1 / (1 + 1); items 1 and 2
    // from 0: 2 / (3 + 1) and 1 / (3 + 1).
    expect(rounded(weightsOf(model))).toEqual([
      [0, 0.5, 0.25],
      [0.66667, 0, 0],
      [0.5, 0, 0],
    ]);
  });

  it('predicts an item from its K nearest by cosine only', async () => {
    const trainer = createSlimTrainer({ ...plain, regularisation: 0.5, neighbours: 1 });
    const model = (await trainer.fit(three, { seed: 1 })) as SlimModel;
    // Of item 0: 2 / √(3 · 2) = .82 with item 1, 1 / √3 = .58 with item 2.
    expect(rounded(weightsOf(model))).toEqual([
      [0, 0.5, 0.25],
      [0.66667, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('scales by the sums of weights of users and items', async () => {
    const interactions = buildInteractions([
      [0, 0, 2],
      [0, 1, 3],
    ]);
    const trainer = createSlimTrainer({
      userExponent: 1,
      itemExponent: 1,
      outputExponent: 2,
      regularisation: 1,
    });
    const model = await trainer.fit(datasetOf(interactions), { seed: 1 });
    // X = (2 / 5 / 2, 3 / 5 / 3) = (.2, .2), so B = .04 / (.04 + .04) = ½; then 2⁻¹ · ½ · 3².
    expect(scoresOf(model, historyFrom([0]))[1]).toBeCloseTo(2.25, 5);
    expect(scoresOf(model, historyFrom([1], [4]))[0]).toBeCloseTo((4 / 3) * 0.5 * 4, 5);
  });

  it('is EASE where every item is a neighbour', async () => {
    // 12 items that all occur together: B_jt = −P_jt / P_tt with P = (G + λI)⁻¹ (Steck 2019, eq. 8).
    const drawn = randomInteractions({ rows: 80, columns: 12, longest: 20, seed: 4 });
    const trainer = createSlimTrainer({ ...plain, regularisation: 0.3 });
    const model = (await trainer.fit(datasetOf(drawn), { seed: 1 })) as SlimModel;
    const x = Matrix.zeros(80, 12);
    for (let user = 0; user < 80; user++) {
      const { indices, values } = rowOf(drawn, user);
      for (const [at, item] of indices.entries()) x.set(user, item, values[at] ?? 0);
    }
    const gram = x.transpose().mmul(x);
    expect(gram.min()).toBeGreaterThan(0);
    const lambda = (0.3 * gram.trace()) / 12;
    const p = inverse(Matrix.add(gram, Matrix.eye(12).mul(lambda)));
    const expected = Array.from({ length: 12 }, (_, j) =>
      Array.from({ length: 12 }, (_, t) => (j === t ? 0 : -p.get(j, t) / p.get(t, t))),
    );
    const actual = weightsOf(model);
    for (const [j, row] of expected.entries()) {
      for (const [t, weight] of row.entries()) expect(actual[j]?.[t]).toBeCloseTo(weight, 5);
    }
  });

  it('is the same with the plain reference', async () => {
    const drawn = randomInteractions({ rows: 60, columns: 40, longest: 12, seed: 9 });
    const config = slimConfigSchema.parse({ neighbours: 10 });
    const reference = await fitSlim(config, datasetOf(drawn), solveSlimReference, { seed: 1 });
    const model = await createSlimTrainer({ neighbours: 10 }).fit(datasetOf(drawn), { seed: 1 });
    const { values, ...graph } = model.toTensors();
    const { values: expected, ...graphExpected } = reference.toTensors();
    expect(graph).toEqual(graphExpected);
    for (const [at, value] of (expected?.data ?? []).entries()) {
      expect(values?.data[at]).toBeCloseTo(value, 5);
    }
  });

  it('learns from a seeded sample of a history that is too long', async () => {
    const items = Array.from({ length: 40 }, (_, item) => item);
    const long = buildInteractions(items.map((item) => [0, item] as const));
    const fit = async (seed: number) => {
      const trainer = createSlimTrainer({ longestHistory: 5 });
      return (await trainer.fit(datasetOf(long), { seed })).toTensors();
    };
    const tensors = await fit(1);
    expect(tensors.indices?.data.length).toBe(5 * 4);
    expect(await fit(1)).toEqual(tensors);
    expect(await fit(2)).not.toEqual(tensors);
  });

  it('bears weights whose products vanish in single precision', async () => {
    const drawn = randomInteractions({ rows: 40, columns: 20, longest: 9, seed: 2 });
    const faint = { ...drawn, values: drawn.values.map((value, at) => (at < 90 ? 1e-30 : value)) };
    const model = await createSlimTrainer().fit(datasetOf(faint), { seed: 1 });
    const { indices, values } = model.toTensors();
    expect(values?.data.every(Number.isFinite)).toBe(true);
    const even = await createSlimTrainer().fit(datasetOf(drawn), { seed: 1 });
    expect(indices).toEqual(even.toTensors().indices);
  });

  it('knows an item that nobody has, and a catalogue of one', async () => {
    const model = await createSlimTrainer().fit(datasetOf(buildInteractions([[0, 0]], 1, 3)), {
      seed: 1,
    });
    expect([...scoresOf(model, historyFrom([0, 2]))]).toEqual([0, 0, 0]);
    expect(model.similar(2, 5)).toEqual([]);
    const one = await createSlimTrainer().fit(datasetOf(buildInteractions([[0, 0]])), { seed: 1 });
    expect([...scoresOf(one, historyFrom([0]))]).toEqual([0]);
  });

  it('refuses an unknown setting, values out of range and data that is none', async () => {
    const config = { k: 3 } as Parameters<typeof createSlimTrainer>[0];
    expect(() => createSlimTrainer(config)).toThrow('k');
    expect(() => createSlimTrainer({ neighbours: 0 })).toThrow('neighbours');
    expect(() => createSlimTrainer({ regularisation: 0 })).toThrow('regularisation');
    expect(() => createSlimTrainer({ longestHistory: 1 })).toThrow('longestHistory');
    const bad = { ...three.interactions, values: new Float32Array(6).fill(Number.NaN) };
    const fit = createSlimTrainer().fit(datasetOf(bad), { seed: 1 });
    await expect(fit).rejects.toThrow('weight 0 is NaN');
  });

  it('stops on the way with the reason of its signal', async () => {
    const drawn = randomInteractions({ rows: 200, columns: 300, longest: 12, seed: 9 });
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));
    const context = { seed: 1, onProgress, signal: abort.signal };
    await expect(createSlimTrainer().fit(datasetOf(drawn), context)).rejects.toThrow('enough');
  });
});
