import type { Tensors } from '../../artifact/tensor-types.ts';
import { TreeEnsemble } from './tree-ensemble.ts';
import { type TreeObjective, treeObjectives } from './tree-types.ts';

/** An ensemble as it stands in an artifact. */
export function encodeTrees({ parts }: TreeEnsemble): Tensors {
  const { nodes, base, importance } = parts;
  return {
    objective: { shape: [], data: Uint8Array.of(treeObjectives.indexOf(parts.objective)) },
    base: { shape: [base.length], data: base },
    importance: { shape: [importance.length], data: importance },
    roots: { shape: [nodes.roots.length], data: nodes.roots },
    sources: { shape: [nodes.sources.length], data: nodes.sources },
    thresholds: { shape: [nodes.thresholds.length], data: nodes.thresholds },
    children: { shape: [nodes.sources.length, 2], data: nodes.children },
    leaves: { shape: [nodes.leaves.length], data: nodes.leaves },
  };
}

/** @throws TypeError when a tensor is missing, misshapen or does not make trees */
export function decodeTrees(tensors: Tensors): TreeEnsemble {
  const objective = objectiveFrom(read(tensors, 'objective', Uint8Array, []));
  const base = read(tensors, 'base', Float64Array, [-1]);
  const importance = read(tensors, 'importance', Float64Array, [-1]);
  const roots = read(tensors, 'roots', Int32Array, [-1]);
  const sources = read(tensors, 'sources', Uint16Array, [-1]);
  const thresholds = read(tensors, 'thresholds', Float32Array, [sources.length]);
  const children = read(tensors, 'children', Int32Array, [sources.length, 2]);
  const leaves = read(tensors, 'leaves', Float64Array, [-1]);
  const nodes = { sources, thresholds, children, roots, leaves };
  const columns = importance.length;
  checkNumbers({ base, leaves, thresholds, importance });
  if (base.length < 1 || (base.length > 1 && objective !== 'multiclass')) {
    throw new TypeError(`tensor "base" has ${base.length} scores, which is not of "${objective}"`);
  }
  if (roots.length % base.length !== 0) {
    throw new TypeError(`${roots.length} trees are no rounds of ${base.length}`);
  }
  if (columns < 1 || sources.some((source) => source >= 2 * columns)) {
    throw new TypeError(`tensor "sources" is not below twice the ${columns} columns`);
  }
  for (const root of roots) checkChild('roots', root, -1, nodes);
  for (const [at, child] of children.entries()) checkChild('children', child, at >> 1, nodes);
  return new TreeEnsemble({ objective, columns, base, importance, nodes });
}

type NumberArray = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array;

function read<Data extends NumberArray>(
  tensors: Tensors,
  name: string,
  type: abstract new (...values: never[]) => Data,
  shape: readonly number[],
): Data {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (tensor === undefined) throw new TypeError(`tensor "${name}" is missing`);
  const { data } = tensor;
  if (!(data instanceof type)) throw new TypeError(`tensor "${name}" is not of ${type.name}`);
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((length, axis) => length === -1 || length === tensor.shape[axis]);
  if (fits && data.length === tensor.shape.reduce((size, length) => size * length, 1)) return data;
  const expected = shape.map((length) => (length === -1 ? '…' : length)).join(' × ');
  throw new TypeError(
    `tensor "${name}" has shape ${tensor.shape.join(' × ')}; expected ${expected}`,
  );
}

function objectiveFrom(data: Uint8Array): TreeObjective {
  const objective = treeObjectives[data[0]!];
  if (objective === undefined) throw new TypeError(`tensor "objective" is ${data[0]}`);
  return objective;
}

function checkNumbers(arrays: Readonly<Record<string, Float32Array | Float64Array>>): void {
  for (const [name, numbers] of Object.entries(arrays)) {
    if (!numbers.every(Number.isFinite)) {
      throw new TypeError(`tensor "${name}" has a number that is not finite`);
    }
  }
}

/** A child is a later node or a leaf, so that every way through a tree ends. */
function checkChild(
  name: string,
  child: number,
  parent: number,
  { sources, leaves }: { readonly sources: Uint16Array; readonly leaves: Float64Array },
): void {
  const fits = child < 0 ? -1 - child < leaves.length : child > parent && child < sources.length;
  if (!fits) throw new TypeError(`tensor "${name}" names ${child}, which no node and no leaf is`);
}
