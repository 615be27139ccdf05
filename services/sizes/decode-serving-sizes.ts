import { isDeepStrictEqual } from 'node:util';
import { ArtifactError, decodeArtifact } from '../../models/artifact/artifact.ts';
import { manifestName } from '../../models/artifact/manifest.ts';
import { sizeModelOf } from '../../models/sizing/size-artifact.ts';
import type { SizeModel } from '../../models/sizing/size-model.ts';
import type { Garment } from '../../models/sizing/size-types.ts';

/** A published model of sizes in memory, ready to answer. It never changes. */
export interface PublishedSizes {
  readonly version: string;
  readonly model: SizeModel;
}

const probe: Garment = {
  ...{ itemId: '', category: null, brand: null },
  run: {
    scale: 'women-top',
    sizes: [
      { label: 'S', position: 1, length: 0 },
      { label: 'M', position: 2, length: 0 },
    ],
  },
};

/**
 * Makes a model of sizes from the files of its artifact, every byte of them checked.
 *
 * @param registered the manifest that the registry has for this version
 * @throws ArtifactError naming the file that is missing, truncated, altered or not readable
 */
export function decodeServingSizes(
  files: ReadonlyMap<string, Uint8Array>,
  registered: unknown,
): PublishedSizes {
  const manifest = files.get(manifestName);
  if (manifest === undefined) throw new ArtifactError(manifestName, 'is missing');
  const artifact = decodeArtifact(manifest, files);
  if (!isDeepStrictEqual(artifact.manifest, registered)) {
    throw new ArtifactError(manifestName, 'is not the one that was registered');
  }
  const model = sizeModelOf(artifact);
  // What cannot answer for somebody unknown and an item without outcomes is not fit to answer anybody.
  const wearer = model.wearerEvidence({}, [], 0);
  const chances = model.predict(wearer, model.itemEvidence(probe, [], 0));
  if (!chances.every(({ chosen, fit }) => Number.isFinite(chosen) && Number.isFinite(fit))) {
    throw new ArtifactError('sizes.safetensors', 'does not answer in numbers');
  }
  return { version: artifact.manifest.version, model };
}
