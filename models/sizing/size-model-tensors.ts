import { decodeIds, encodeIds } from '../artifact/id-tensors.ts';
import type { Tensors, TypedTensor } from '../artifact/tensor-types.ts';
import { type BodyScale, BodySizes } from './body/body-sizes.ts';
import { measures } from './body/measures.ts';
import { BrandTable } from './brand-table.ts';
import { decodeCalibration, encodeCalibration } from './calibration/calibration-tensors.ts';
import { choiceColumns } from './features/choice-features.ts';
import { fitColumns } from './features/fit-features.ts';
import { RateTable } from './rate-table.ts';
import { SizeModel } from './size-model.ts';
import type { TreeEnsemble } from './trees/tree-ensemble.ts';
import { decodeTrees, encodeTrees } from './trees/tree-tensors.ts';

/**
 * A model of sizes as it stands in an artifact: `rates/…`, `brands/…`, `bodies/…` with one
 * `body-trees-<n>/…` a scale that has them, `fit/…`, `choice/…` and `settings/…`.
 */
export function encodeSizeModel({ parts }: SizeModel): Tensors {
  const { thresholds, sharpness } = parts;
  const settings = [sharpness, thresholds.low, thresholds.high, thresholds.purchaseGain];
  return {
    ...prefixed('rates', parts.rates.toTensors()),
    ...prefixed('brands', parts.brands.toTensors()),
    ...encodeBodies(parts.bodies),
    ...prefixed('calibration', encodeCalibration(parts.fitCalibration)),
    ...(parts.fitTrees && prefixed('fit', encodeTrees(parts.fitTrees))),
    ...(parts.choiceTrees && prefixed('choice', encodeTrees(parts.choiceTrees))),
    ...prefixed('columns', encodeIds('fit', fitColumns)),
    ...prefixed('columns', encodeIds('choice', choiceColumns)),
    'settings/numbers': { shape: [settings.length], data: Float64Array.from(settings) },
  };
}

/**
 * The model that `encodeSizeModel` took apart.
 *
 * @throws TypeError naming the tensor that is missing, misshapen or was made for other features
 */
export function decodeSizeModel(tensors: Tensors): SizeModel {
  checkColumns(tensors, 'fit', fitColumns);
  checkColumns(tensors, 'choice', choiceColumns);
  const [sharpness, low, high, purchaseGain] = numbers(tensors, 'settings/numbers', 4);
  return new SizeModel({
    rates: RateTable.fromTensors(within(tensors, 'rates')),
    brands: BrandTable.fromTensors(within(tensors, 'brands')),
    bodies: decodeBodies(tensors),
    fitTrees: treesOf(tensors, 'fit', fitColumns.length),
    choiceTrees: treesOf(tensors, 'choice', choiceColumns.length),
    fitCalibration: decodeCalibration(within(tensors, 'calibration'), 3),
    sharpness: sharpness!,
    thresholds: { low: low!, high: high!, purchaseGain: purchaseGain! },
  });
}

/** Measures and body types by name, and the scales with what is one number each. */
function encodeBodies({ scales, bodyTypes }: BodySizes): Tensors {
  const all = [...scales.values()];
  const errors = all.flatMap((scale) => [...scale.errors]);
  const starts = [0];
  for (const scale of all) starts.push(starts.at(-1)! + scale.errors.length);
  const trees = all.map(({ trees: of }, at) =>
    of ? prefixed(`body-trees-${at}`, encodeTrees(of)) : {},
  );
  return {
    ...prefixed('bodies', {
      ...encodeIds('scales', [...scales.keys()]),
      ...encodeIds('types', [...bodyTypes.keys()]),
      ...encodeIds('measures', measures),
      typeNumbers: vector(Float64Array.from(bodyTypes.values())),
      rows: vector(Float64Array.from(all, ({ rows }) => rows)),
      means: vector(Float64Array.from(all, ({ mean }) => mean)),
      common: vector(Float64Array.from(all, ({ common }) => common)),
      errorStarts: vector(Float64Array.from(starts)),
      errors: vector(Float64Array.from(errors)),
    }),
    ...Object.assign({}, ...trees),
  };
}

function decodeBodies(tensors: Tensors): BodySizes {
  const own = within(tensors, 'bodies');
  checkNames('bodies/measures', decodeIds('measures', own), measures);
  const names = decodeIds('scales', own);
  const types = decodeIds('types', own);
  const typeNumbers = numbers(own, 'typeNumbers', types.length);
  const rows = numbers(own, 'rows', names.length);
  const means = numbers(own, 'means', names.length);
  const common = numbers(own, 'common', names.length);
  const starts = numbers(own, 'errorStarts', names.length + 1);
  const errors = numbers(own, 'errors', starts[names.length]!);
  const scales = names.map((name, at): [string, BodyScale] => {
    const trees = treesOf(tensors, `body-trees-${at}`, measures.length);
    const ofScale = Float32Array.from(errors.slice(starts[at], starts[at + 1]));
    if (ofScale.length !== 2 ** countBits(common[at]!)) {
      throw new TypeError(`tensor "bodies/errors" does not have one for each subset of "${name}"`);
    }
    const scale = {
      rows: rows[at]!,
      mean: means[at]!,
      trees,
      common: common[at]!,
      errors: ofScale,
    };
    return [name, scale];
  });
  return new BodySizes(new Map(scales), new Map(types.map((type, at) => [type, typeNumbers[at]!])));
}

function treesOf(tensors: Tensors, prefix: string, columns: number): TreeEnsemble | null {
  const own = within(tensors, prefix);
  if (Object.keys(own).length === 0) return null;
  const trees = decodeTrees(own);
  if (trees.columns === columns) return trees;
  throw new TypeError(`"${prefix}" has trees over ${trees.columns} columns; expected ${columns}`);
}

function checkColumns(tensors: Tensors, name: string, columns: readonly string[]): void {
  checkNames(`columns/${name}`, decodeIds(name, within(tensors, 'columns')), columns);
}

function checkNames(what: string, found: readonly string[], expected: readonly string[]): void {
  if (found.length === expected.length && found.every((name, at) => name === expected[at])) return;
  throw new TypeError(`${what} are others than those of this version; train the model anew`);
}

function countBits(number: number): number {
  return number.toString(2).replaceAll('0', '').length;
}

function vector(data: Float64Array): TypedTensor {
  return { shape: [data.length], data };
}

function numbers(tensors: Tensors, name: string, length: number): Float64Array {
  const data = tensors[name]?.data;
  if (data instanceof Float64Array && data.length === length) return data;
  throw new TypeError(`tensor "${name}" is not ${length} numbers of float64`);
}

function prefixed(prefix: string, tensors: Tensors): Tensors {
  const named = Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]);
  return Object.fromEntries(named);
}

/** The tensors under a prefix, without it. */
function within(tensors: Tensors, prefix: string): Tensors {
  const start = `${prefix}/`;
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(start.length), tensor]));
}
