import { describe, expect, it } from '@jest/globals';
import { Matrix, solve } from 'ml-matrix';
import type { Dataset } from '../../../../models/dataset/dataset.ts';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import {
  buildInteractions,
  InteractionsBuilder,
} from '../../../../models/dataset/interactions-builder.ts';
import { rowOf, type SparseMatrix, transpose } from '../../../../models/dataset/sparse-matrix.ts';
import { AlsReference } from '../../../../models/kernels/als-reference.ts';
import { alsConfigSchema, createAlsTrainer, fitAls } from '../../../../models/recommenders/als.ts';
import { AlsModel } from '../../../../models/recommenders/als-model.ts';
import type { FitProgress, ParentModel } from '../../../../models/recommenders/model.ts';
import { createPopularityTrainer } from '../../../../models/recommenders/popularity.ts';
import { randomInteractions } from '../../../helpers/random-interactions.ts';
import {
  historyOf,
  recommenderSuite,
  scoresOf,
  twoBlocks,
} from '../../../helpers/recommender-suite.ts';

recommenderSuite('implicit ALS', {
  trainer: () => createAlsTrainer({ dimensions: 4, regularisation: 0.1, threads: 2 }),
  fromTensors: AlsModel.fromTensors,
  personal: true,
});

const small = randomInteractions({ rows: 40, columns: 25, longest: 15, seed: 3 });

function datasetOf(interactions: SparseMatrix) {
  return { ...twoBlocks(), interactions };
}

async function train(interactions: SparseMatrix, config: Parameters<typeof createAlsTrainer>[0]) {
  const steps: FitProgress[] = [];
  const trainer = createAlsTrainer({ userFactors: true, tolerance: 0, ...config });
  const model = await trainer.fit(datasetOf(interactions), {
    seed: 11,
    onProgress: (step) => steps.push(step),
  });
  return { model: model as AlsModel, losses: steps.map(({ loss }) => loss ?? Number.NaN), steps };
}

/** The factors of a side as an ml-matrix, with the λ that the model was trained with. */
function parts(model: AlsModel) {
  const { itemFactors, userFactors, foldIn } = model.toTensors();
  const matrix = (tensor: typeof itemFactors) =>
    Matrix.from1DArray(tensor?.shape[0] ?? 0, model.dimensions, Array.from(tensor?.data ?? []));
  const [unobserved = 0, lambda = 0, exponent = 0] = foldIn?.data ?? [];
  return {
    users: matrix(userFactors),
    items: matrix(itemFactors),
    lambdaOf: (pairs: number, others: number) => lambda * (pairs + unobserved * others) ** exponent,
    unobserved,
  };
}

/** The objective of Rendle et al. 2021 by two loops over all pairs. */
function bruteForceLoss(interactions: SparseMatrix, model: AlsModel): number {
  const { users, items, lambdaOf, unobserved } = parts(model);
  const scores = users.mmul(items.transpose());
  let loss = unobserved * scores.norm('frobenius') ** 2;
  for (let user = 0; user < users.rows; user++) {
    const { indices, values } = rowOf(interactions, user);
    for (const [at, item] of indices.entries()) {
      loss += (values[at] ?? 0) * (1 - scores.get(user, item)) ** 2;
    }
    loss += lambdaOf(indices.length, items.rows) * users.getRowVector(user).norm() ** 2;
  }
  for (let item = 0; item < items.rows; item++) {
    const { length } = rowOf(transpose(interactions), item).indices;
    loss += lambdaOf(length, users.rows) * items.getRowVector(item).norm() ** 2;
  }
  return loss;
}

/** (α₀ HᵀH + Σ c h hᵀ + λ I)⁻¹ Σ c h by ml-matrix in double precision. */
function exactVector(model: AlsModel, { indices, values }: ReturnType<typeof rowOf>): number[] {
  const { items, lambdaOf, unobserved } = parts(model);
  const left = items.transpose().mmul(items).mul(unobserved);
  left.add(Matrix.eye(model.dimensions).mul(lambdaOf(indices.length, items.rows)));
  const right = Matrix.zeros(model.dimensions, 1);
  for (const [at, item] of indices.entries()) {
    const h = items.getRowVector(item).transpose();
    left.add(h.mmul(h.transpose()).mul(values[at] ?? 0));
    right.add(h.mul(values[at] ?? 0));
  }
  return solve(left, right).to1DArray();
}

function relativeError(actual: ArrayLike<number>, expected: number[]): number {
  const difference = Math.hypot(...expected.map((value, at) => value - (actual[at] ?? Number.NaN)));
  return difference / Math.hypot(...expected);
}

describe('createAlsTrainer', () => {
  it('reports the objective, which equals its brute-force value', async () => {
    for (const config of [{ exponent: 0 }, { exponent: 1 }, { directLimit: 0, exponent: 0.5 }]) {
      const { model, losses } = await train(small, { dimensions: 6, epochs: 3, ...config });
      expect((losses.at(-1) ?? 0) / bruteForceLoss(small, model)).toBeCloseTo(1, 5);
    }
  });

  it.each([0, 4, 24])('never lets the loss rise (rows up to %i solved exactly)', async (limit) => {
    const interactions = randomInteractions({ rows: 300, columns: 120, longest: 60, seed: 9 });
    const config = { dimensions: 16, epochs: 10, directLimit: limit, cgSteps: 2 };
    const { losses, steps } = await train(interactions, config);
    expect(steps.map(({ done }) => done)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(steps.every(({ total }) => total === 20)).toBe(true);
    for (const [at, loss] of losses.entries()) {
      expect(loss).toBeLessThanOrEqual((losses[at - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-6));
    }
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? 0));
  });

  it('ends where both sides solve their exact normal equations', async () => {
    const { model } = await train(small, { dimensions: 3, epochs: 400, regularisation: 1 });
    const { users } = parts(model);
    for (let user = 2; user < 12; user++) {
      const row = rowOf(small, user);
      if (row.indices.length === 0) continue;
      expect(relativeError(users.getRow(user), exactVector(model, row))).toBeLessThan(1e-3);
    }
  });

  it('gives each side a mean λ with the configured geometric mean', async () => {
    for (const exponent of [0, 0.5, 1]) {
      const { model } = await train(small, {
        dimensions: 2,
        epochs: 1,
        exponent,
        regularisation: 3,
      });
      const { lambdaOf } = parts(model);
      const mean = (matrix: SparseMatrix) => {
        const rows = Array.from({ length: matrix.rows }, (_, row) => rowOf(matrix, row));
        const sum = rows.reduce((total, { indices }) => {
          return total + lambdaOf(indices.length, matrix.columns);
        }, 0);
        return sum / rows.length;
      };
      expect(Math.sqrt(mean(small) * mean(transpose(small)))).toBeCloseTo(3, 5);
    }
  });

  it('gives the same bytes on any number of threads, and others for another seed', async () => {
    const interactions = randomInteractions({ rows: 3000, columns: 400, longest: 60, seed: 2 });
    const tensors = async (threads: number, seed = 1) => {
      const trainer = createAlsTrainer({ dimensions: 12, epochs: 2, threads, userFactors: true });
      return (await trainer.fit(datasetOf(interactions), { seed })).toTensors();
    };
    const one = await tensors(1);
    expect(await tensors(2)).toEqual(one);
    expect(await tensors(3)).toEqual(one);
    expect(await tensors(1, 2)).not.toEqual(one);
  });

  it('scores as the plain reference does', async () => {
    const config = { dimensions: 8, epochs: 2, directLimit: 6, userFactors: true };
    const { model } = await train(small, config);
    const parsed = alsConfigSchema.parse(config);
    const sides = { users: small, items: transpose(small) };
    const backend = new AlsReference({ ...sides, dimensions: 8, directLimit: 6 });
    const reference = await fitAls(parsed, sides, backend, { seed: 11 });
    for (let user = 0; user < small.rows; user++) {
      const history = historyOf(small, user);
      const expected = Array.from(scoresOf(reference, history));
      if (history.items.length === 0) continue;
      expect(relativeError(scoresOf(model, history), expected)).toBeLessThan(1e-3);
    }
  });

  it('ends when an epoch hardly lowers the loss any more', async () => {
    const config = { dimensions: 4, epochs: 50 };
    const { losses, steps } = await train(small, { ...config, tolerance: 0.01 });
    const fall = (at: number) => ((losses[at - 1] ?? 0) - (losses[at] ?? 0)) / (losses[at] ?? 0);
    const itemHalves = losses.map((_, at) => at).filter((at) => at % 2 === 1);
    expect(losses.length).toBeLessThan(100);
    for (const at of itemHalves) expect(fall(at) < 0.01).toBe(at === losses.length - 1);
    expect(steps.at(-1)).toMatchObject({ done: losses.length, total: losses.length });
    const longer = await train(small, config);
    expect(longer.losses.slice(0, losses.length)).toEqual(losses);
  });

  describe('from a parent', () => {
    const interactions = randomInteractions({ rows: 300, columns: 120, longest: 60, seed: 9 });
    const config = { dimensions: 8, epochs: 50, tolerance: 0.002, threads: 2 };
    const idsOf = (ids: string[]) => new IdMap(ids);
    const names = Array.from({ length: 120 }, (_, item) => `item ${item}`);
    const dataset = { users: new IdMap(), items: idsOf(names), interactions };

    async function fitFrom(parent?: ParentModel, data: Dataset = dataset) {
      const losses: number[] = [];
      const model = await createAlsTrainer(config).fit(data, {
        seed: 11,
        onProgress: ({ loss }) => losses.push(loss ?? Number.NaN),
        ...(parent && { parent }),
      });
      return { model, losses };
    }

    it('begins about where it ended and stops by itself after an epoch', async () => {
      const cold = await fitFrom();
      const warm = await fitFrom({ model: cold.model, items: dataset.items });
      expect(cold.losses.length).toBeGreaterThan(8);
      expect(warm.losses).toHaveLength(2);
      expect((warm.losses[0] ?? 0) / (cold.losses.at(-1) ?? 0)).toBeCloseTo(1, 2);
      expect(warm.losses[1]).toBeLessThan(cold.losses.at(-1) ?? 0);
    });

    it('finds the items by their ids, whatever their order', async () => {
      const { model } = await fitFrom();
      const builder = new InteractionsBuilder();
      for (let user = 0; user < interactions.rows; user++) {
        const { indices, values } = rowOf(interactions, user);
        for (const [at, item] of indices.entries()) builder.add(user, 119 - item, values[at]);
      }
      const items = idsOf(names.toReversed());
      const data = { users: dataset.users, items, interactions: builder.build(300, 120) };
      const warm = await fitFrom({ model, items: dataset.items }, data);
      const same = await fitFrom({ model, items: dataset.items });
      expect((warm.losses[1] ?? 0) / (same.losses[1] ?? 0)).toBeCloseTo(1, 5);
    });

    it('begins new items at random, and anew where it knows no item', async () => {
      const { model, losses } = await fitFrom();
      const renamed = (from: number) =>
        idsOf(names.map((name, at) => (at < from ? name : `${at}`)));
      const half = await fitFrom({ model, items: renamed(60) });
      expect(half.losses.length).toBeGreaterThan(2);
      expect(half.losses[0]).toBeLessThan(losses[0] ?? 0);
      expect((await fitFrom({ model, items: renamed(0) })).losses).toEqual(losses);
    });

    it('gives the same bytes again, on any number of threads', async () => {
      const { model } = await fitFrom();
      const parent = { model, items: dataset.items };
      const tensors = async (threads: number) => {
        const trainer = createAlsTrainer({ ...config, threads });
        return (await trainer.fit(dataset, { seed: 3, parent })).toTensors();
      };
      expect(await tensors(3)).toEqual(await tensors(1));
    });

    it('refuses one of other dimensions, and has no use for one of another kind', async () => {
      const { model } = await fitFrom();
      const other = createAlsTrainer({ ...config, dimensions: 4 });
      const parent = { model, items: dataset.items };
      await expect(other.fit(dataset, { seed: 1, parent })).rejects.toThrow(
        'the parent has 8 dimensions; this fit has 4',
      );
      const popularity = await createPopularityTrainer().fit(dataset, { seed: 1 });
      const { losses } = await fitFrom({ model: popularity, items: dataset.items });
      expect(losses).toEqual((await fitFrom()).losses);
    });
  });

  it('stops between blocks with the reason of its signal', async () => {
    const abort = new AbortController();
    const done: number[] = [];
    const run = createAlsTrainer({ dimensions: 4, epochs: 50, tolerance: 0 }).fit(
      datasetOf(small),
      {
        seed: 1,
        signal: abort.signal,
        onProgress: (step) => {
          done.push(step.done);
          if (step.done === 3) abort.abort(new Error('Ctrl-C'));
        },
      },
    );
    await expect(run).rejects.toThrow('Ctrl-C');
    expect(done).toEqual([1, 2, 3]);
  });

  it('has no vector for a user and an item without interactions', async () => {
    const interactions = buildInteractions([[0, 0, 2]], 2, 2);
    const { model } = await train(interactions, { dimensions: 2, epochs: 2 });
    expect(parts(model).users.getRow(1)).toEqual([0, 0]);
    expect(parts(model).items.getRow(1)).toEqual([0, 0]);
  });

  it('refuses unknown keys and values out of range', () => {
    expect(() => createAlsTrainer({ factors: 3 } as object)).toThrow(/factors/);
    expect(() => createAlsTrainer({ dimensions: 0 })).toThrow(/dimensions/);
    expect(() => createAlsTrainer({ regularisation: 0 })).toThrow(/regularisation/);
    expect(() => createAlsTrainer({ unobservedWeight: Number.NaN })).toThrow(/unobservedWeight/);
  });

  it.each<[string, Partial<SparseMatrix>, string]>([
    ['a negative weight', { values: Float32Array.of(1, -2) }, 'weight 1 is -2'],
    ['a weight of zero', { values: Float32Array.of(0, 1) }, 'weight 0 is 0'],
    ['a NaN', { values: Float32Array.of(Number.NaN, 1) }, 'weight 0 is NaN'],
    ['an infinite weight', { values: Float32Array.of(1, Infinity) }, 'weight 1 is Infinity'],
    ['a column past the end', { indices: Uint32Array.of(0, 5) }, 'indices[1] is 5'],
    ['offsets that fall', { indptr: Uint32Array.of(0, 2, 1) }, 'indptr falls at row 1'],
    [
      'offsets for fewer rows',
      { indptr: Uint32Array.of(0, 2) },
      'expected 3 offsets from 0, got 2',
    ],
    [
      'fewer values than offsets say',
      { values: Float32Array.of(1) },
      'expected 2 indices and values',
    ],
    ['no rows', { rows: 0 }, 'interactions are 0 × 3: empty'],
  ])('refuses %s', async (_, change, message) => {
    const interactions = {
      rows: 2,
      columns: 3,
      indptr: Uint32Array.of(0, 1, 2),
      indices: Uint32Array.of(0, 1),
      values: Float32Array.of(1, 1),
      ...change,
    };
    await expect(train(interactions, { dimensions: 2 })).rejects.toThrow(message);
  });
});

describe('AlsModel', () => {
  const wide = randomInteractions({ rows: 80, columns: 300, longest: 200, seed: 21 });

  it.each([5, 16])(
    'folds a history in as the exact normal equations (%i dimensions)',
    async (d) => {
      const { model } = await train(wide, { dimensions: d, epochs: 4 });
      const lengths = new Set<boolean>();
      for (let user = 1; user < wide.rows; user++) {
        const row = rowOf(wide, user);
        if (row.indices.length === 0) continue;
        lengths.add(row.indices.length > 64);
        const vector = model.foldIn(historyOf(wide, user));
        expect(relativeError(vector, exactVector(model, row))).toBeLessThan(1e-4);
      }
      expect(lengths.size).toBe(2);
    },
  );

  it('scores by the dot product of the folded-in vector, and an empty history with zeros', async () => {
    const { model } = await train(wide, { dimensions: 7, epochs: 2 });
    const { items } = parts(model);
    const history = historyOf(wide, 17);
    const vector = Matrix.columnVector(model.foldIn(history));
    expect(relativeError(scoresOf(model, history), items.mmul(vector).to1DArray())).toBeLessThan(
      1e-5,
    );
    const empty = { items: new Uint32Array(), weights: new Float32Array() };
    expect(scoresOf(model, empty)).toEqual(new Float32Array(300));
    expect(model.query(empty).contributions(3)).toEqual(new Float32Array());
  });

  it('splits a score among a history of any length as Hu, Koren and Volinsky do', async () => {
    const { model } = await train(wide, { dimensions: 9, epochs: 3 });
    const { items, lambdaOf, unobserved } = parts(model);
    const all = Uint32Array.from({ length: 290 }, (_, item) => item);
    const long = { items: all, weights: Float32Array.from(all, (item) => 1 + (item % 3)) };
    const histories = [1, 10, 30, 31, 32, 33].map((user) => historyOf(wide, user));
    for (const history of [...histories, long]) {
      const gram = items.transpose().mmul(items).mul(unobserved);
      gram.add(Matrix.eye(9).mul(lambdaOf(history.items.length, 300)));
      for (const [at, item] of history.items.entries()) {
        const h = items.getRowVector(item).transpose();
        gram.add(h.mmul(h.transpose()).mul(history.weights[at] ?? 0));
      }
      const half = solve(gram, items.getRowVector(42).transpose());
      const expected = Array.from(history.items, (item, at) => {
        return (history.weights[at] ?? 0) * items.getRowVector(item).mmul(half).get(0, 0);
      });
      const actual = model.query(history).contributions(42);
      expect(relativeError(actual, expected)).toBeLessThan(1e-4);
      const score = scoresOf(model, history)[42] ?? Number.NaN;
      expect(actual.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 4);
    }
  });

  it('answers for several histories in turn', async () => {
    const { model } = await train(wide, { dimensions: 9, epochs: 2 });
    const users = Array.from({ length: 12 }, (_, user) => user + 2);
    const expected = users.map((user) => model.query(historyOf(wide, user)).contributions(7));
    const queries = users.map((user) => model.query(historyOf(wide, user)));
    for (const item of [3, 7]) {
      const parted = queries.map((query) => query.contributions(item));
      if (item === 7) expect(parted).toEqual(expected);
    }
  });

  it('finds similar items by cosine', () => {
    const model = new AlsModel({
      dimensions: 2,
      itemFactors: Float32Array.of(1, 0, 3, 4, 0, 2, -1, 0, 0, 0),
      eigenvalues: Float32Array.of(1, 1),
      unobservedWeight: 0.1,
      regularisation: 1,
      exponent: 0,
    });
    const similar = model.similar(0, 10);
    expect(similar.map(({ item }) => item)).toEqual([1, 2, 4, 3]);
    expect(similar.map(({ score }) => score)).toEqual([Math.fround(0.6), 0, 0, -1]);
  });

  it('keeps user factors only when asked', async () => {
    const { model } = await train(small, { dimensions: 3, epochs: 1 });
    expect(model.userFactors).toHaveLength(40 * 3);
    expect(AlsModel.fromTensors(model.toTensors()).userFactors).toEqual(model.userFactors);
    const { model: without } = await train(small, { dimensions: 3, epochs: 1, userFactors: false });
    expect(without.userFactors).toBeUndefined();
    expect(Object.keys(without.toTensors())).toEqual(['itemFactors', 'eigenvalues', 'foldIn']);
  });

  it('refuses a history with a weight that is not positive', async () => {
    const { model } = await train(small, { dimensions: 3, epochs: 1 });
    const items = Uint32Array.of(1, 2);
    for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const weights = Float32Array.of(1, bad);
      expect(() => model.foldIn({ items, weights })).toThrow(`weight 1 is ${bad}`);
    }
  });

  const good = {
    dimensions: 2,
    itemFactors: Float32Array.of(1, 2, 3, 4),
    eigenvalues: Float32Array.of(2, 1),
    unobservedWeight: 0.1,
    regularisation: 1,
    exponent: 1,
  };

  it.each([
    ['no whole number of dimensions', { dimensions: 1.5 }, 'dimensions is 1.5'],
    ['eigenvalues of another length', { eigenvalues: Float32Array.of(1) }, '1 eigenvalues for 2'],
    [
      'a broken row',
      { itemFactors: Float32Array.of(1, 2, 3) },
      'itemFactors: 3 numbers are no rows',
    ],
    ['broken user rows', { userFactors: Float32Array.of(1) }, 'userFactors: 1 numbers are no rows'],
    ['a NaN factor', { itemFactors: Float32Array.of(1, Number.NaN) }, 'not finite'],
    ['a negative eigenvalue', { eigenvalues: Float32Array.of(1, -1) }, 'negative or not finite'],
    ['no unobserved weight', { unobservedWeight: 0 }, 'unobservedWeight is 0'],
    ['a NaN λ', { regularisation: Number.NaN }, 'regularisation is NaN'],
    ['a negative exponent', { exponent: -1 }, 'exponent is -1'],
  ])('refuses parameters with %s', (_, change, message) => {
    expect(() => new AlsModel({ ...good, ...change })).toThrow(message);
  });

  it('fits more dimensions than there are items, whose Gram matrix is of low rank', async () => {
    // Sixty users of two blocks of ten items, each without a fifth of their block.
    const interactions = buildInteractions(
      Array.from({ length: 600 }, (_, n) => [Math.floor(n / 10), n % 10] as const)
        .filter(([user, item]) => (item + (user >> 1)) % 5 !== 0)
        .map(([user, item]) => [user, item + 10 * (user % 2)] as const),
    );
    const { losses } = await train(interactions, { dimensions: 128 });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });
});
