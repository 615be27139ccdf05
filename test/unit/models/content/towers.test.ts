import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Towers } from '../../../../models/content/content-encoder.ts';
import { foldedUsers, rankHidden } from '../../../../models/content/content-ranking.ts';
import { encoderFromTensors, encoderTensors } from '../../../../models/content/encoder-tensors.ts';
import { chooseContent, fitContent } from '../../../../models/content/fit-content.ts';
import {
  applyTower,
  type TowerWeights,
  towerParts,
  towerShapes,
} from '../../../../models/content/tower.ts';
import { towersConfigSchema } from '../../../../models/content/towers-config.ts';
import { trainTowers } from '../../../../models/content/train-towers.ts';
import { seededRandom } from '../../../../models/dataset/seeded-random.ts';
import { meanNdcg } from '../../../../models/evaluation/evaluate-model.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import type { AlsModel } from '../../../../models/recommenders/als-model.ts';
import type { FitProgress } from '../../../../models/recommenders/model.ts';
import {
  type LoadedTensorFlow,
  loadTensorFlow,
} from '../../../../scripts/training/tensorflow-backend.ts';
import { plantedBuckets, plantedContent } from '../../../helpers/planted-content.ts';

const part = plantedContent();
const settings = {
  buckets: plantedBuckets,
  towers: towersConfigSchema.parse({
    batch: 32,
    evenNegatives: 16,
    embedding: 8,
    hidden: 8,
    epochs: 4,
    dropout: 0.2,
  }),
};
let loaded: LoadedTensorFlow;
let als: AlsModel;

beforeAll(async () => {
  loaded = await loadTensorFlow('wasm');
  als = (await createAlsTrainer({ dimensions: 8 }).fit(part.train, { seed: 1 })) as AlsModel;
});

function task(validate: (towers: Towers) => number) {
  const ridge = new Float32Array(part.train.items.size * als.dimensions);
  const heldOut = new Uint8Array(part.train.items.size);
  return { data: part.train, als, ridge, heldOut, buckets: settings.buckets, validate };
}

describe('the towers', () => {
  it('put hidden items where those who want them are, and what beats what is chosen', async () => {
    const chosen = await chooseContent(part, als, settings, loaded.tf, { seed: 1 });
    expect(chosen.towers?.scores.length).toBeGreaterThan(1);
    const choice = { ...chosen.choice, epochs: 4 };
    const fitted = await fitContent(part.train, als, choice, settings, loaded.tf, { seed: 1 });
    expect(fitted.parameters.towers).toBeDefined();
    const ranking = { limit: 5, seed: 1, recent: 20 };
    const list = rankHidden(fitted, part, foldedUsers(als, part), ranking);
    // Five of the ten are of the user's category; by chance a list of five has .5 of the best.
    expect(meanNdcg(list, part.test)).toBeGreaterThan(0.6);
    const categories = Array.from(list.items, (place) => (part.hidden[place] ?? 0) % 2);
    const right = categories.filter((category, at) => {
      return category === (part.test.users[Math.floor(at / 5)] ?? 0) % 2;
    });
    expect(right.length / categories.length).toBeGreaterThan(0.9);
  });

  it('are the same bytes for the same seed, and others for another', async () => {
    let counted = 0;
    const train = (seed: number) =>
      trainTowers(
        loaded.tf,
        { ...settings.towers, epochs: 1 },
        task(() => counted++),
        { seed },
      );
    const first = await train(1);
    expect(await train(1)).toMatchObject({ towers: first.towers, losses: first.losses });
    expect((await train(2)).towers?.itemTable).not.toEqual(first.towers?.itemTable);
  });

  it('end when validation has not gained, and are those of the best epoch', async () => {
    const seen: Towers[] = [];
    const scores = [0, 3, 5, 4, 4, 9];
    const config = { ...settings.towers, epochs: 6, patience: 2 };
    const validate = (towers: Towers) => {
      seen.push(towers);
      return scores[seen.length - 1] ?? 0;
    };
    const trained = await trainTowers(loaded.tf, config, task(validate), { seed: 1 });
    expect(trained.scores).toEqual([0, 3, 5, 4, 4]);
    expect(trained.towers).toBe(seen[2]);
  });

  it('are none where training made validation worse', async () => {
    let score = 1;
    const config = { ...settings.towers, epochs: 1 };
    const trained = await trainTowers(
      loaded.tf,
      config,
      task(() => score--),
      { seed: 1 },
    );
    expect(trained.towers).toBeUndefined();
  });

  it('tell how far they are, leave no tensor behind, and stop when told to', async () => {
    const before = loaded.tf.memory().numTensors;
    const told: FitProgress[] = [];
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = trainTowers(
      loaded.tf,
      settings.towers,
      task(() => 0),
      {
        seed: 1,
        signal: controller.signal,
        onProgress: (progress) => {
          told.push(progress);
          if (progress.done === 5) controller.abort(reason);
        },
      },
    );
    await expect(running).rejects.toBe(reason);
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5]);
    expect(told.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(loaded.tf.memory().numTensors).toBe(before);
  });

  it('are saved with the same vectors as before', async () => {
    const { tf } = loaded;
    const { choice } = await chooseContent(part, als, settings, undefined, { seed: 1 });
    const trained = { ...choice, epochs: 2 };
    const encoder = await fitContent(part.train, als, trained, settings, tf, { seed: 1 });
    const again = encoderFromTensors(encoderTensors(encoder));
    expect(again.encodeItem(part.train.itemBags, 6)).toEqual(
      encoder.encodeItem(part.train.itemBags, 6),
    );
  });
});

/** Each backend that can be had here; the others say why they cannot. */
const backends = await Promise.all(
  (['wasm', 'tensorflow'] as const).map(async (name) => {
    const missing = await loadTensorFlow(name).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { name, missing, load: async () => (await loadTensorFlow(name)).tf };
  }),
);
/** Slow, and always there: at least two backends are compared. */
const plain = {
  name: 'cpu',
  missing: undefined,
  load: async () => {
    const { tf } = await loadTensorFlow('wasm');
    await tf.setBackend('cpu');
    return tf;
  },
};

describe('a saved tower', () => {
  for (const { name, missing, load } of [...backends, plain]) {
    const run = missing === undefined ? it : it.skip;
    const why = missing === undefined ? '' : ` (skipped: ${missing})`;

    run(`scores on the backend ${name} as it does without TensorFlow.js${why}`, async () => {
      const size = { inputs: 40, hidden: 64, outputs: 64 };
      const random = seededRandom(5);
      const shapes = towerShapes(size);
      const tower = Object.fromEntries(
        towerParts.map((part) => {
          const [rows, columns] = shapes[part];
          return [part, Float32Array.from({ length: rows * columns }, () => random() - 0.5)];
        }),
      ) as unknown as TowerWeights;
      const input = Float32Array.from({ length: size.inputs }, () => 2 * random() - 1);
      const library = await load();
      expect(library.getBackend()).toBe(name);
      const expected = library.tidy(() => {
        const of = (name: keyof TowerWeights) => library.tensor2d(tower[name], [...shapes[name]]);
        const row = library.tensor2d(input, [1, size.inputs]);
        const hidden = library.relu(library.add(library.matMul(row, of('inner')), of('innerBias')));
        const out = library.add(library.matMul(hidden, of('outer')), of('outerBias'));
        return library.add(out, library.matMul(row, of('straight'))).dataSync();
      });
      const ours = applyTower(tower, input);
      const furthest = ours.reduce(
        (most, value, n) => Math.max(most, Math.abs(value - (expected[n] ?? Number.NaN))),
        0,
      );
      expect(furthest).toBeLessThan(1e-4);
      // So that any two of them agree within 1e-3.
      expect(Math.max(...ours.map(Math.abs))).toBeGreaterThan(1);
    });
  }
});
