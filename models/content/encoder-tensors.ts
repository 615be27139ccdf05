import type { Tensor } from '../recommenders/model.ts';
import { TensorReader } from '../recommenders/tensor-reader.ts';
import { ContentEncoder, type Towers, userInputs } from './content-encoder.ts';
import type { LinearMap } from './ridge.ts';
import { readTower, type TowerSize, towerTensors } from './tower.ts';

/** What `encoderFromTensors` makes the encoder of again. */
export function encoderTensors({ parameters }: ContentEncoder): Record<string, Tensor> {
  const { buckets, dimensions, itemMap, userMap, appealMap, appeal, profileWeight, towers } =
    parameters;
  return {
    shape: { shape: [2], data: Uint32Array.of(buckets, dimensions) },
    weights: { shape: [3], data: Float32Array.of(appeal.known, appeal.new, profileWeight) },
    ...prefixed('item', mapTensors(itemMap)),
    ...prefixed('user', mapTensors(userMap)),
    ...prefixed('appeal', mapTensors(appealMap)),
    ...(towers && prefixed('towers', towersTensors(towers, buckets, dimensions))),
  };
}

/** @throws TypeError naming the tensor that is missing or misshapen */
export function encoderFromTensors(tensors: Readonly<Record<string, Tensor>>): ContentEncoder {
  const reader = new TensorReader(tensors);
  const [buckets = 0, dimensions = 0] = reader.uint32('shape', [2]);
  const [known = 0, ofNew = 0, profileWeight = 0] = reader.float32('weights', [3]);
  return new ContentEncoder({
    buckets,
    dimensions,
    itemMap: readMap(reader, 'item', dimensions),
    userMap: readMap(reader, 'user', dimensions),
    appealMap: readMap(reader, 'appeal', 1),
    appeal: { known, new: ofNew },
    profileWeight,
    ...('towers.units' in tensors && { towers: readTowers(reader, buckets, dimensions) }),
  });
}

function mapTensors({ buckets, rows, bias }: LinearMap): Record<string, Tensor> {
  return {
    buckets: { shape: [buckets.length], data: buckets },
    rows: { shape: [buckets.length, bias.length], data: rows },
    bias: { shape: [bias.length], data: bias },
  };
}

function readMap(reader: TensorReader, name: string, outputs: number): LinearMap {
  const buckets = reader.uint32(`${name}.buckets`, [-1]);
  return {
    buckets,
    rows: reader.float32(`${name}.rows`, [buckets.length, outputs]),
    bias: reader.float32(`${name}.bias`, [outputs]),
  };
}

interface TowersSize {
  readonly buckets: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly dimensions: number;
}

function sizesOf({
  embedding,
  hidden,
  dimensions,
}: TowersSize): Record<'item' | 'user', TowerSize> {
  return {
    item: { inputs: embedding, hidden, outputs: dimensions },
    user: { inputs: userInputs(embedding, dimensions), hidden, outputs: dimensions },
  };
}

function towersTensors(towers: Towers, buckets: number, dimensions: number) {
  const { embedding, hidden, itemTable, userTable, itemUnit, userUnit, strength } = towers;
  const sizes = sizesOf({ buckets, embedding, hidden, dimensions });
  return {
    shape: { shape: [2], data: Uint32Array.of(embedding, hidden) },
    units: { shape: [3], data: Float32Array.of(itemUnit, userUnit, strength) },
    itemTable: { shape: [buckets, embedding], data: itemTable },
    userTable: { shape: [buckets, embedding], data: userTable },
    ...prefixed('item', towerTensors(towers.item, sizes.item)),
    ...prefixed('user', towerTensors(towers.user, sizes.user)),
  };
}

function readTowers(reader: TensorReader, buckets: number, dimensions: number): Towers {
  const [embedding = 0, hidden = 0] = reader.uint32('towers.shape', [2]);
  const [itemUnit = 1, userUnit = 1, strength = 1] = reader.float32('towers.units', [3]);
  const sizes = sizesOf({ buckets, embedding, hidden, dimensions });
  return {
    embedding,
    hidden,
    itemTable: reader.float32('towers.itemTable', [buckets, embedding]),
    userTable: reader.float32('towers.userTable', [buckets, embedding]),
    item: readTower(reader, 'towers.item', sizes.item),
    user: readTower(reader, 'towers.user', sizes.user),
    itemUnit,
    userUnit,
    strength,
  };
}

function prefixed(name: string, tensors: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([inner, tensor]) => [`${name}.${inner}`, tensor]),
  );
}
