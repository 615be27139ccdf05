import type { Tensor } from '../recommenders/model.ts';
import type { TensorReader } from '../recommenders/tensor-reader.ts';

/** One tower: a hidden layer of rectified units, and a straight path past it. All row-major. */
export interface TowerWeights {
  /** inputs × hidden */
  readonly inner: Float32Array;
  readonly innerBias: Float32Array;
  /** hidden × outputs */
  readonly outer: Float32Array;
  /** inputs × outputs */
  readonly straight: Float32Array;
  readonly outerBias: Float32Array;
}

export interface TowerSize {
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
}

/** The shape of each of a tower's weights; a bias is a row. */
export function towerShapes({ inputs, hidden, outputs }: TowerSize) {
  return {
    inner: [inputs, hidden],
    innerBias: [1, hidden],
    outer: [hidden, outputs],
    straight: [inputs, outputs],
    outerBias: [1, outputs],
  } as const satisfies Record<keyof TowerWeights, readonly [number, number]>;
}

export const towerParts = ['inner', 'innerBias', 'outer', 'straight', 'outerBias'] as const;

/** out = relu(input · inner + innerBias) · outer + input · straight + outerBias */
export function applyTower(weights: TowerWeights, input: Float32Array): Float32Array {
  const hidden = weights.innerBias.slice();
  addProduct(hidden, input, weights.inner);
  for (let at = 0; at < hidden.length; at++) if (hidden[at]! < 0) hidden[at] = 0;
  const out = weights.outerBias.slice();
  addProduct(out, hidden, weights.outer);
  addProduct(out, input, weights.straight);
  return out;
}

export function towerTensors(weights: TowerWeights, size: TowerSize): Record<string, Tensor> {
  const shapes = towerShapes(size);
  return Object.fromEntries(
    towerParts.map((part) => [part, { shape: shapes[part], data: weights[part] }]),
  );
}

/** @throws TypeError naming the tensor that is missing or misshapen */
export function readTower(reader: TensorReader, prefix: string, size: TowerSize): TowerWeights {
  const shapes = towerShapes(size);
  const read = (part: keyof TowerWeights) => reader.float32(`${prefix}.${part}`, shapes[part]);
  return {
    inner: read('inner'),
    innerBias: read('innerBias'),
    outer: read('outer'),
    straight: read('straight'),
    outerBias: read('outerBias'),
  };
}

/** out += input · weights, `weights` being inputs × outputs. */
function addProduct(out: Float32Array, input: Float32Array, weights: Float32Array): void {
  const width = out.length;
  for (let row = 0; row < input.length; row++) {
    const factor = input[row]!;
    if (factor === 0) continue;
    const from = row * width;
    for (let column = 0; column < width; column++) out[column]! += factor * weights[from + column]!;
  }
}
