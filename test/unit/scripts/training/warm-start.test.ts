import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type EncodedArtifact, encodeArtifact } from '../../../../models/artifact/artifact.ts';
import { manifestName } from '../../../../models/artifact/manifest.ts';
import { sha256 } from '../../../../models/artifact/sha256.ts';
import { IdMap } from '../../../../models/dataset/id-map.ts';
import { buildInteractions } from '../../../../models/dataset/interactions-builder.ts';
import { createAlsTrainer } from '../../../../models/recommenders/als.ts';
import { createHybridTrainer } from '../../../../models/recommenders/hybrid.ts';
import type { Model, ModelKind } from '../../../../models/recommenders/model.ts';
import { toParts } from '../../../../models/recommenders/model-codec.ts';
import { createPopularityTrainer } from '../../../../models/recommenders/popularity.ts';
import { completeSettings, type Settings } from '../../../../scripts/training/trainers.ts';
import {
  describeParent,
  parentOf,
  readWarmStart,
  settingsOf,
  type WarmStart,
} from '../../../../scripts/training/warm-start.ts';
import { writeArtifactFolder } from '../../../../services/model-registry/artifact-folder.ts';
import { withFolder } from '../../../helpers/dataset-folder.ts';

const als = { dimensions: 4, epochs: 1 };
const dataset = {
  users: new IdMap(['u', 'v']),
  items: new IdMap(['hat', 'cap', 'tie']),
  interactions: buildInteractions([
    [0, 0],
    [0, 1],
    [1, 2],
  ]),
};
const data = {
  dataset,
  window: { from: null, to: null },
  validation: {
    dataset,
    test: { users: new Uint32Array(), relevant: dataset.interactions },
    kind: 'random' as const,
  },
};

async function artifact(model: Model, configuration: Settings): Promise<EncodedArtifact> {
  return encodeArtifact({
    kind: model.kind,
    version: 'parent',
    created: '2026-03-01T00:00:00.000Z',
    data: {
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
      users: 2,
      items: 3,
      interactions: 3,
    },
    configuration,
    seed: 1,
    metrics: null,
    backend: 'wasm-simd',
    parts: toParts({ model, items: dataset.items }),
  });
}

/** An artifact, read back from a folder. */
async function parentWith(kind: 'als' | 'hybrid' | 'popularity'): Promise<WarmStart> {
  const trainer = {
    als: () => createAlsTrainer(als),
    hybrid: () => createHybridTrainer({ als }),
    popularity: () => createPopularityTrainer(),
  }[kind]();
  const configuration = completeSettings(
    kind,
    kind === 'als' ? als : kind === 'hybrid' ? { als } : {},
  );
  const encoded = await artifact(await trainer.fit(dataset, { seed: 1 }), configuration);
  return withFolder({}, async (folder) => {
    await writeArtifactFolder(join(folder, 'parent'), encoded);
    const read = await readWarmStart(join(folder, 'parent'));
    expect(read.sha256).toBe(sha256(encoded.files.get(manifestName) ?? ''));
    return read;
  });
}

describe('readWarmStart', () => {
  it('gives the model, its manifest and the hash that names all of it', async () => {
    const { manifest, parent } = await parentWith('hybrid');
    expect(manifest.version).toBe('parent');
    expect(parent.model.kind).toBe('hybrid');
    expect(parent.items.ids()).toEqual(['hat', 'cap', 'tie']);
  });

  it('says which file is broken, and refuses a folder without a manifest', async () => {
    const encoded = await artifact(await createAlsTrainer(als).fit(dataset, { seed: 1 }), {});
    await withFolder({}, async (folder) => {
      await writeArtifactFolder(join(folder, 'parent'), encoded);
      await writeFile(join(folder, 'parent', 'als.safetensors'), 'short');
      await expect(readWarmStart(join(folder, 'parent'))).rejects.toThrow(
        /--warm-start .*als\.safetensors is truncated/,
      );
      await expect(readWarmStart(folder)).rejects.toThrow('has no manifest.json');
    });
  });
});

describe('settingsOf', () => {
  it("takes the parent's settings for the same kind, and those of ALS across kinds", async () => {
    const hybrid = await parentWith('hybrid');
    expect(settingsOf(hybrid, 'hybrid')).toMatchObject({ als, weights: { als: 1 } });
    expect(settingsOf(hybrid, 'als')).toMatchObject(als);
    expect(settingsOf(await parentWith('als'), 'hybrid')).toMatchObject({ als });
  });
});

describe('parentOf', () => {
  const settings = (kind: ModelKind, changed: Settings = {}) =>
    completeSettings(kind, kind === 'hybrid' ? { als, ...changed } : { ...als, ...changed });

  it('is the ALS of a hybrid or ALS itself, for either kind', async () => {
    for (const kind of ['als', 'hybrid'] as const) {
      const warm = await parentWith(kind);
      expect(parentOf(warm, 'als', settings('als'), data).model.kind).toBe('als');
      expect(parentOf(warm, 'hybrid', settings('hybrid'), data).model.kind).toBe('als');
    }
  });

  it('refuses where no ALS is there or none is fitted, and other dimensions', async () => {
    const warm = await parentWith('als');
    expect(() => parentOf(warm, 'popularity', {}, data)).toThrow('this popularity does not fit');
    const weightless = settings('hybrid', { weights: { als: 0 } });
    expect(() => parentOf(warm, 'hybrid', weightless, data)).toThrow('this hybrid does not fit');
    expect(() => parentOf(warm, 'als', settings('als', { dimensions: 8 }), data)).toThrow(
      'parent has 4 dimensions, the settings say 8',
    );
    const popularity = await parentWith('popularity');
    expect(() => parentOf(popularity, 'als', settings('als'), data)).toThrow(
      'parent (popularity) has not',
    );
  });

  it('refuses a parent that has seen the test', async () => {
    const warm = await parentWith('als');
    const from = (cutoff: string) => ({
      ...data,
      heldOut: {
        test: data.validation.test,
        unseenItems: new IdMap(),
        split: {
          kind: 'time' as const,
          cutoff,
          fingerprint: '0'.repeat(64),
          users: 0,
          interactions: 0,
        },
      },
    });
    const at = (cutoff: string) => parentOf(warm, 'als', settings('als'), from(cutoff));
    expect(() => at('2026-01-31T23:00:00.000Z')).toThrow('parent has seen part of the test');
    expect(() => at('2026-02-01T00:00:00.000Z')).toThrow('parent has seen part of the test');
    expect(at('2026-02-01T00:00:00.001Z').model.kind).toBe('als');
  });
});

describe('describeParent', () => {
  it('counts the items that the parent knows', async () => {
    const warm = await parentWith('als');
    const items = new IdMap(['tie', 'new', 'hat']);
    const described = describeParent(
      warm,
      { ...data, dataset: { ...dataset, items } },
      warm.parent,
    );
    expect(described).toEqual({
      version: 'parent',
      sha256: warm.sha256,
      components: ['als'],
      items: 2,
    });
  });
});
