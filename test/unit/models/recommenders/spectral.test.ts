import { describe, expect, it } from '@jest/globals';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { SvdReference } from '../../../../models/kernels/svd-reference.ts';
import {
  createSpectralTrainer,
  fitSpectral,
  spectralConfigSchema,
} from '../../../../models/recommenders/spectral.ts';
import { SpectralModel } from '../../../../models/recommenders/spectral-model.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import {
  historyFrom,
  historyOf,
  meanAndDeviation,
  recommenderSuite,
  scoresOf,
  twoBlocks,
} from '../../../helpers/recommender-suite.ts';

recommenderSuite('spectral low-pass', {
  trainer: () => createSpectralTrainer({ dimensions: 2, threads: 2 }),
  fromTensors: SpectralModel.fromTensors,
  personal: true,
});

/** Users {0, 1} and {1, 2}: item sums 1, 2, 1, and item 3 of nobody. */
const two = buildInteractions(
  [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
  ],
  2,
  4,
);
/** Users × items, and the other way round: the basis is of users, and of items. */
const wide = randomInteractions({ rows: 120, columns: 300, longest: 30, seed: 7 });
const tall = randomInteractions({ rows: 300, columns: 120, longest: 30, seed: 7 });

type Config = Parameters<typeof createSpectralTrainer>[0];

async function fit(config: Config, interactions = two, seed = 1): Promise<SpectralModel> {
  const dataset = { ...twoBlocks(), interactions };
  return (await createSpectralTrainer(config).fit(dataset, { seed })) as SpectralModel;
}

describe('spectral low-pass', () => {
  // A = [1/√2, 1/2, 0; 0, 1/2, 1/√2] has σ² = 1 with v = (1, √2, 1) / 2, and σ² = ½ with
  // v = (1, 0, −1) / √2.
  it('is h Di^-½ V Vᵀ Di^½, worked out by hand', async () => {
    const one = await fit({ dimensions: 1 });
    expect([...one.parameters.singularValues]).toEqual([expect.closeTo(1, 5)]);
    const smooth = [0.25, 0.5, 0.25, 0].map((score) => expect.closeTo(score, 5));
    expect([...scoresOf(one, historyFrom([0]))]).toEqual(smooth);
    expect([...scoresOf(one, historyFrom([1]))]).toEqual(smooth);
    const both = await fit({ dimensions: 2 });
    expect(both.parameters.singularValues[1]).toBeCloseTo(Math.SQRT1_2, 5);
    const scores = [...scoresOf(both, historyFrom([0], [2]))];
    expect(scores).toEqual([1.5, 1, -0.5, 0].map((score) => expect.closeTo(score, 5)));
  });

  it('takes the exponents that it is given', async () => {
    const model = await fit({ dimensions: 1, targetExponent: 1 });
    // v₀ v · Di = ½ · (1 · 1, √2 · 2, 1 · 1) / 2
    const scores = [...scoresOf(model, historyFrom([0]))];
    const expected = [0.25, Math.SQRT1_2, 0.25, 0].map((score) => expect.closeTo(score, 5));
    expect(scores).toEqual(expected);
    // With a = b = 0, A = R: σ² = 3 with v = (1, 2, 1) / √6.
    const plain = await fit({ dimensions: 1, userExponent: 0, itemExponent: 0, targetExponent: 0 });
    expect(plain.parameters.singularValues[0]).toBeCloseTo(Math.sqrt(3), 5);
    const [first, second] = scoresOf(plain, historyFrom([1]));
    expect([first, second]).toEqual([expect.closeTo(1 / 3, 5), expect.closeTo(2 / 3, 5)]);
  });

  it('has no more dimensions than the data', async () => {
    const model = await fit({ dimensions: 256 });
    expect(model.parameters.dimensions).toBe(2);
  });

  it.each([
    ['users', wide],
    ['items', tall],
  ])('scores as the plain TypeScript reference does, from a basis of %s', async (_, data) => {
    const config = { dimensions: 24, tolerance: 1e-5, restarts: 50 };
    const model = await fit({ ...config, threads: 2 }, data);
    const reference = await fitSpectral(
      spectralConfigSchema.parse(config),
      { ...twoBlocks(), interactions: data },
      (problem) => new SvdReference(problem),
      { seed: 5 },
    );
    for (const user of [2, 50, 119]) {
      const history = historyOf(data, user);
      const expected = scoresOf(reference, history);
      const largest = Math.max(...expected.map(Math.abs));
      scoresOf(model, history).forEach((score, item) => {
        expect(Math.abs(score - (expected[item] ?? Number.NaN))).toBeLessThan(2e-3 * largest);
      });
    }
  });

  it('has the mean and spread of a scan, to 1e-5', async () => {
    const model = await fit({ dimensions: 40 }, wide);
    for (const user of [1, 2, 60, 119]) {
      const history = historyOf(wide, user);
      const [mean, deviation] = meanAndDeviation(scoresOf(model, history), history);
      const moments = model.query(history).moments();
      expect(Math.abs(moments.mean - mean)).toBeLessThan(1e-5 * deviation);
      expect(moments.scale * deviation).toBeCloseTo(1, 5);
    }
  });

  it('is the same whatever the number of threads', async () => {
    const one = await fit({ dimensions: 40, threads: 1 }, wide);
    const three = await fit({ dimensions: 40, threads: 3 }, wide);
    expect(three.toTensors()).toEqual(one.toTensors());
  });

  it('refuses parameters, interactions and tensors that cannot be', async () => {
    expect(() => createSpectralTrainer({ dimensions: 0 })).toThrow('dimensions');
    const values = two.values.map(() => Number.NaN);
    await expect(fit({}, { ...two, values })).rejects.toThrow('weight 0 is NaN');
    const { parameters } = await fit({ dimensions: 2 });
    const make = (changed: object) => () => new SpectralModel({ ...parameters, ...changed });
    expect(make({ dimensions: 0 })).toThrow('dimensions is 0');
    expect(make({ inputScales: new Float32Array(3) })).toThrow('8 numbers for 3 items of 2 dim');
    expect(make({ eigenvalues: new Float32Array(3) })).toThrow('eigenvalues: 3 numbers for 2');
    const notFinite = parameters.itemVectors.map(() => Number.POSITIVE_INFINITY);
    expect(make({ itemVectors: notFinite })).toThrow('itemVectors has a number that is not finite');
  });
});
