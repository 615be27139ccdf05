import { ArtifactError, type DecodedArtifact, type Parts } from '../artifact/artifact.ts';
import { manifestName } from '../artifact/manifest.ts';
import type { SizeModel } from './size-model.ts';
import { decodeSizeModel, encodeSizeModel } from './size-model-tensors.ts';

const part = 'sizes';

/** The parts (files) of an artifact of the kind `sizes`: one. */
export function sizeModelParts(model: SizeModel): Parts {
  return new Map([[part, encodeSizeModel(model)]]);
}

/**
 * The model that `sizeModelParts` took apart.
 *
 * @throws ArtifactError when the artifact is of another kind, has no such part, or one that does not fit
 */
export function sizeModelOf({ manifest, parts }: DecodedArtifact): SizeModel {
  if (manifest.kind !== 'sizes') {
    throw new ArtifactError(manifestName, `is of a model of ${manifest.kind}, not of sizes`);
  }
  const tensors = parts.get(part);
  if (tensors === undefined) throw new ArtifactError(manifestName, `names no part ${part}`);
  try {
    return decodeSizeModel(tensors);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new ArtifactError(`${part}.safetensors`, `does not fit: ${error.message}`, {
      cause: error,
    });
  }
}
