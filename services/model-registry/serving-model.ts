import { isDeepStrictEqual } from 'node:util';
import { ArtifactError, decodeArtifact } from '../../models/artifact/artifact.ts';
import { type Manifest, manifestName } from '../../models/artifact/manifest.ts';
import type { ContentEncoder } from '../../models/content/content-encoder.ts';
import type { EventWeights } from '../../models/dataset/event-weights.ts';
import { eventWeightsSchema } from '../../models/dataset/event-weights-config.ts';
import type { IdMap } from '../../models/dataset/id-map.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { fromParts } from '../../models/recommenders/model-codec.ts';
import { ExactRetriever } from '../../models/retrieval/exact-retriever.ts';
import type { Retriever } from '../../models/retrieval/retriever.ts';

/** A published model in memory, ready to answer. It never changes. */
export interface ServingModel {
  readonly version: string;
  readonly model: Model;
  /** The model's items: their ids by dense index and back. */
  readonly items: IdMap;
  /** Where the artifact has one: vectors for items and users that the model does not know. */
  readonly content?: ContentEncoder;
  /** What the events were weighed by that it has learnt from; missing where it does not say. */
  readonly weights?: EventWeights;
  /** Finds a query's best items by an exact scan. */
  readonly retriever: Retriever;
}

/**
 * Makes a model from the files of its artifact, every byte of them checked.
 *
 * @param registered the manifest that the registry has for this version
 * @throws ArtifactError naming the file that is missing, truncated, altered or not readable
 */
export function decodeServingModel(
  files: ReadonlyMap<string, Uint8Array>,
  registered: unknown,
): ServingModel {
  const manifest = files.get(manifestName);
  if (manifest === undefined) throw new ArtifactError(manifestName, 'is missing');
  const artifact = decodeArtifact(manifest, files);
  if (!isDeepStrictEqual(artifact.manifest, registered)) {
    throw new ArtifactError(manifestName, 'is not the one that was registered');
  }
  const { model, items, content } = fromParts(artifact.manifest.kind, artifact.parts);
  const scores = new Float32Array(model.itemCount);
  // What cannot score a viewer without a history is not fit to answer anybody.
  model.query({ items: new Uint32Array(0), weights: new Float32Array(0) }).score(scores);
  // What a model makes when it is first asked for likeness is made here, not in a request.
  if (model.itemCount > 0) model.similar(0, 1);
  const { version } = artifact.manifest;
  const retriever = new ExactRetriever(model);
  const weights = weightsOf(artifact.manifest);
  return {
    version,
    model,
    items,
    retriever,
    ...(weights && { weights }),
    ...(content && { content }),
  };
}

/**
 * The weights that a manifest says a model was trained with.
 *
 * @throws ArtifactError when they are malformed
 */
export function weightsOf({ eventWeights }: Manifest): EventWeights | undefined {
  if (eventWeights === undefined) return undefined;
  const parsed = eventWeightsSchema.safeParse(eventWeights);
  if (parsed.success) return parsed.data;
  throw new ArtifactError(manifestName, `has malformed eventWeights: ${parsed.error.message}`);
}
