import { type EncodedArtifact, encodeArtifact } from '../../models/artifact/artifact.ts';
import type { SizeMetrics } from '../../models/artifact/manifest.ts';
import { sizeModelParts } from '../../models/sizing/size-artifact.ts';
import type { SizeModel } from '../../models/sizing/size-model.ts';
import { defaultSizeConfig } from '../../models/sizing/training/size-model-config.ts';
import { trainSizeModel } from '../../models/sizing/training/train-size-model.ts';
import type { Database } from '../../services/database/database.ts';
import { ModelRegistryStore } from '../../services/model-registry/model-registry-store.ts';
import { plantedShop } from './planted-sizes.ts';

export interface SizeArtifactOptions {
  readonly version?: string;
  readonly to?: string;
  readonly sizeMetrics?: SizeMetrics;
}

/** A small model of sizes of the planted shop. */
export function plantedSizeModel(seed = 1): SizeModel {
  const growth = { rounds: 30, rate: 0.2, minRows: 20 };
  const config = {
    ...defaultSizeConfig,
    leastRows: 300,
    body: { ...defaultSizeConfig.body, ...growth },
    fit: { ...defaultSizeConfig.fit, ...growth },
    choice: { ...defaultSizeConfig.choice, ...growth },
  };
  return trainSizeModel(plantedShop(2000, seed).rows, config, seed).model;
}

/** A model of sizes as an artifact in memory. */
export function encodeSizes(
  model: SizeModel,
  { version, to = '2026-03-01T00:00:00.000Z', sizeMetrics }: SizeArtifactOptions = {},
): EncodedArtifact {
  return encodeArtifact({
    ...(version !== undefined && { version }),
    kind: 'sizes',
    created: '2026-03-01T00:00:00.000Z',
    data: { from: '2025-03-01T00:00:00.000Z', to, users: 600, items: 30, interactions: 2000 },
    configuration: {},
    seed: 1,
    metrics: null,
    ...(sizeMetrics && { sizeMetrics }),
    backend: 'typescript',
    parts: sizeModelParts(model),
  });
}

/** Registers and activates an artifact of sizes, whatever is active. */
export async function activateSizes(
  database: Database,
  { manifest, files }: EncodedArtifact,
): Promise<void> {
  const store = new ModelRegistryStore(database, 'sizes');
  await store.register(manifest, files);
  await store.activate(manifest.version, await store.activeVersion());
}
