import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import type { ManifestMetrics } from '../../models/artifact/manifest.ts';
import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import { IdMap } from '../../models/dataset/id-map.ts';
import { createItemNeighboursTrainer } from '../../models/recommenders/item-neighbours.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { toParts } from '../../models/recommenders/model-codec.ts';
import type { Database } from '../../services/database/database.ts';
import { ModelRegistryStore } from '../../services/model-registry/model-registry-store.ts';
import { twoBlocks } from './recommender-suite.ts';

export interface ArtifactOptions {
  readonly version?: string;
  readonly metrics?: ManifestMetrics | null;
  readonly content?: ContentEncoder;
  readonly data?: { readonly from: string; readonly to: string };
}

/** A model as an artifact in memory. */
export function encodeModel(
  model: Model,
  items: IdMap,
  { version, metrics = null, data, content }: ArtifactOptions = {},
): EncodedArtifact {
  return encodeArtifact({
    ...(version !== undefined && { version }),
    kind: model.kind,
    created: '2026-03-01T00:00:00.000Z',
    data: { from: null, to: null, users: 12, items: items.size, interactions: 60, ...data },
    configuration: {},
    seed: 1,
    metrics,
    backend: 'typescript',
    parts: toParts({ model, items, content }),
  });
}

/** Item neighbours of the two blocks of taste: items i0–i5 go together, and i6–i11. */
export async function encodeTwoBlocks(options: ArtifactOptions = {}): Promise<EncodedArtifact> {
  const dataset = twoBlocks();
  const model = await createItemNeighboursTrainer().fit(dataset, { seed: 1 });
  return encodeModel(model, new IdMap(dataset.items.ids()), options);
}

/** Registers and activates an artifact, whatever is active. */
export async function activateArtifact(
  database: Database,
  { manifest, files }: EncodedArtifact,
): Promise<void> {
  const store = new ModelRegistryStore(database);
  await store.register(manifest, files);
  await store.activate(manifest.version, await store.activeVersion());
}
