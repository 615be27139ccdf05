import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Towers } from '../../../../models/content/content-encoder.ts';
import { ContentEncoder } from '../../../../models/content/content-encoder.ts';
import { foldedUsers, rankHidden } from '../../../../models/content/content-ranking.ts';
import { chooseContent, fitContent } from '../../../../models/content/fit-content.ts';
import { applyTower } from '../../../../models/content/tower.ts';
import { towersConfigSchema } from '../../../../models/content/towers-config.ts';
import { trainTowers } from '../../../../models/content/train-towers.ts';
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

  it('score the same without TensorFlow.js', async () => {
    const { tf } = loaded;
    const { choice: chosen } = await chooseContent(part, als, settings, undefined, { seed: 1 });
    const choice = { ...chosen, epochs: 2 };
    const encoder = await fitContent(part.train, als, choice, settings, tf, { seed: 1 });
    const { towers } = encoder.parameters;
    if (!towers) throw new Error('no towers');
    const input = encoder.embed(part.train.itemBags, 6);
    const { inner, innerBias, outer, straight, outerBias } = towers.item;
    const matrix = (values: Float32Array, rows: number) =>
      tf.tensor2d(values, [rows, values.length / rows]);
    const expected = tf.tidy(() => {
      const hidden = tf.relu(
        tf.add(tf.matMul(matrix(input, 1), matrix(inner, towers.embedding)), innerBias),
      ) as ReturnType<typeof matrix>;
      const through = tf.matMul(hidden, matrix(outer, towers.hidden));
      const past = tf.matMul(matrix(input, 1), matrix(straight, towers.embedding));
      return tf.add(tf.add(through, past), outerBias).dataSync();
    });
    const ours = applyTower(towers.item, input);
    expect(Array.from(ours, (value) => value.toFixed(4))).toEqual(
      Array.from(expected, (value) => value.toFixed(4)),
    );
    expect(new ContentEncoder(encoder.parameters).encodeItem(part.train.itemBags, 6)).toEqual(
      encoder.encodeItem(part.train.itemBags, 6),
    );
  });
});
