import { ArtifactError, type Parts } from '../artifact/artifact.ts';
import { decodeIds, encodeIds } from '../artifact/id-tensors.ts';
import { type Manifest, manifestName } from '../artifact/manifest.ts';
import type { Tensors } from '../artifact/tensor-types.ts';
import type { ContentEncoder } from '../content/content-encoder.ts';
import { alsOf } from '../content/content-queries.ts';
import { encoderFromTensors, encoderTensors } from '../content/encoder-tensors.ts';
import { IdMap } from '../dataset/id-map.ts';
import { componentFromTensors } from './component-codec.ts';
import { HybridModel } from './hybrid-model.ts';
import type { Model, ModelKind, Tensor } from './model.ts';

const idPart = 'ids';
const contentPart = 'content';

/** A fitted model and the external ids of its items. */
export interface TrainedModel {
  readonly model: Model;
  readonly items: IdMap;
  /** Puts items and users that the model does not know into the space of its ALS factors. */
  readonly content?: ContentEncoder | undefined;
}

/**
 * The parts (files) of an artifact: `ids` with the items' ids, one part for each component, named
 * after its kind, for a hybrid one with the weights, and `content` with an encoder. Users have no part: no model needs their
 * ids to answer. Only `user-neighbours` keeps what single users had (see UserNeighboursModel); from
 * the others a user who is erased leaves nothing to erase here.
 */
export function toParts({ model, items, content }: TrainedModel): Parts {
  const parts = new Map<string, Record<string, Tensor>>();
  for (const [name, tensor] of Object.entries(model.toTensors())) {
    const slash = name.indexOf('/');
    const part = slash < 0 ? model.kind : name.slice(0, slash);
    const tensors = parts.get(part) ?? {};
    tensors[name.slice(slash + 1)] = tensor;
    parts.set(part, tensors);
  }
  if (content) parts.set(contentPart, encoderTensors(content));
  return new Map<string, Tensors>([...parts, [idPart, encodeIds('items', items.ids())]]);
}

/**
 * The model that `toParts` took apart.
 *
 * @throws TypeError naming the part and tensor that is missing, misshapen or does not fit the ids,
 *   and ArtifactError when the artifact is one of sizes
 */
export function fromParts(kind: Manifest['kind'], parts: Parts): TrainedModel {
  if (kind === 'sizes') {
    throw new ArtifactError(manifestName, 'is of a model of sizes, not one that recommends');
  }
  const items = new IdMap(decodeIds('items', parts.get(idPart) ?? {}));
  const tensors: Record<string, Tensor> = {};
  for (const [part, content] of parts) {
    if (part === idPart || part === contentPart) continue;
    const prefix = part === kind ? '' : `${part}/`;
    for (const [name, tensor] of Object.entries(content)) {
      tensors[prefix + name] = narrowed(`${part}/${name}`, tensor);
    }
  }
  const model = modelFromTensors(kind, tensors);
  if (model.itemCount !== items.size) {
    throw new TypeError(`the model has ${model.itemCount} items and ${items.size} distinct ids`);
  }
  const encoder = parts.get(contentPart);
  return { model, items, ...(encoder && { content: readEncoder(model, encoder) }) };
}

function readEncoder(model: Model, tensors: Tensors): ContentEncoder {
  const own = Object.entries(tensors).map(([name, tensor]) => {
    return [name, narrowed(`${contentPart}/${name}`, tensor)] as const;
  });
  const encoder = encoderFromTensors(Object.fromEntries(own));
  const dimensions = alsOf(model)?.dimensions;
  if (encoder.dimensions !== dimensions) {
    throw new TypeError(
      `content is of ${encoder.dimensions} dimensions and the model's ALS of ${dimensions ?? 'none'}`,
    );
  }
  return encoder;
}

/** @throws TypeError naming the tensor that is missing or misshapen */
export function modelFromTensors(
  kind: ModelKind,
  tensors: Readonly<Record<string, Tensor>>,
): Model {
  return kind === 'hybrid' ? HybridModel.fromTensors(tensors) : componentFromTensors(kind, tensors);
}

function narrowed(name: string, { shape, data }: Tensors[string]): Tensor {
  const isKnown =
    data instanceof Float32Array || data instanceof Uint32Array || data instanceof Uint8Array;
  if (!isKnown) throw new TypeError(`tensor "${name}" is none of float32, uint32 and uint8`);
  return { shape, data };
}
