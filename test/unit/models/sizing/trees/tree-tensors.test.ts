import { describe, expect, it } from '@jest/globals';
import { decodeSafetensors } from '../../../../../models/artifact/safetensors-decode.ts';
import { encodeSafetensors } from '../../../../../models/artifact/safetensors-encode.ts';
import { trainTrees } from '../../../../../models/sizing/trees/train-trees.ts';
import { decodeTrees, encodeTrees } from '../../../../../models/sizing/trees/tree-tensors.ts';
import { randomTable, stump } from './tree-cases.ts';

const table = randomTable(200, 3, 8, 6);
const target = Float64Array.from({ length: 200 }, (_, row) => row % 3);
const trees = trainTrees(table, target, {
  ...stump,
  objective: 'multiclass',
  classes: 3,
  rounds: 4,
  leaves: 5,
});

describe('trees in an artifact', () => {
  it('are the same bytes and say the same when they are read again', () => {
    const bytes = encodeSafetensors(encodeTrees(trees));
    const read = decodeTrees(decodeSafetensors(bytes).tensors);
    expect(encodeSafetensors(encodeTrees(read))).toEqual(bytes);
    expect(read.predictTable(table)).toEqual(trees.predictTable(table));
    expect([read.objective, read.outputs, read.rounds, read.columns]).toEqual([
      'multiclass',
      3,
      4,
      3,
    ]);
  });

  it('are refused when a tensor is missing, of another type or misshapen', () => {
    const { roots, ...without } = encodeTrees(trees);
    expect(() => decodeTrees(without)).toThrow('tensor "roots" is missing');
    const floats = { shape: roots?.shape ?? [], data: new Float32Array(12) };
    expect(() => decodeTrees({ ...without, roots: floats })).toThrow(
      '"roots" is not of Int32Array',
    );
    const thresholds = { shape: [1], data: new Float32Array(1) };
    expect(() => decodeTrees({ ...encodeTrees(trees), thresholds })).toThrow(
      /"thresholds" has shape 1; expected \d+/,
    );
  });

  it('are refused when a way through them would not end', () => {
    const { children, ...rest } = encodeTrees(trees);
    const data = Int32Array.from({ length: 2 * trees.parts.nodes.sources.length });
    const looped = { ...rest, children: { shape: children?.shape ?? [], data } };
    expect(() => decodeTrees(looped)).toThrow('tensor "children" names 0');
  });

  it('are refused when they name an objective or a column that there is none of', () => {
    const tensors = encodeTrees(trees);
    const objective = { shape: [], data: Uint8Array.of(9) };
    expect(() => decodeTrees({ ...tensors, objective })).toThrow('"objective" is 9');
    const sources = { shape: tensors.sources?.shape ?? [], data: new Uint16Array(48).fill(6) };
    expect(() => decodeTrees({ ...tensors, sources })).toThrow('not below twice the 3 columns');
  });

  it('are refused with a number that is none', () => {
    const base = { shape: [3], data: Float64Array.of(0, Number.NaN, 0) };
    expect(() => decodeTrees({ ...encodeTrees(trees), base })).toThrow('"base" has a number');
  });
});
