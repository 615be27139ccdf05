import type * as TensorFlow from '@tensorflow/tfjs';
import { seededRandom } from '../dataset/seeded-random.ts';
import { userInputs } from './content-encoder.ts';
import { type TowerWeights, towerParts, towerShapes } from './tower.ts';
import type { TowersConfig } from './towers-config.ts';

type Tensor = TensorFlow.Tensor;
type Matrix = TensorFlow.Tensor2D;
type Save = (tensors: Tensor[]) => void;

/** One step's numbers; row-major. `rows` pairs, `columns` items: the pairs' own and then others. */
export interface TowersBatch {
  readonly rows: number;
  readonly columns: number;
  /** columns × embedding: sums of the item table. */
  readonly items: Float32Array;
  /** columns × dimensions: what the item tower's output is added to. */
  readonly itemBase: Float32Array;
  /** columns: 1 where the item is met as content, 0 where `itemBase` is all of it. */
  readonly asContent: Float32Array;
  /** rows × embedding: sums of the user table. */
  readonly profiles: Float32Array;
  /** rows × (embedding + dimensions + 2): recent content, fold-in in units, history signals. */
  readonly histories: Float32Array;
  /** rows × dimensions: what the user tower's output is added to. */
  readonly userBase: Float32Array;
  /** rows × columns, added to the logits: −log q, or what rules a column out. */
  readonly offsets: Float32Array;
}

/** What a step gives back for the tables. */
export interface TowersGradients {
  readonly loss: number;
  /** columns × embedding */
  readonly items: Float32Array;
  /** rows × embedding */
  readonly profiles: Float32Array;
}

/** What of a batch has no gradient that anybody asks for. */
interface Constants {
  readonly itemBase: Matrix;
  readonly asContent: Matrix;
  readonly histories: Matrix;
  readonly userBase: Matrix;
  readonly offsets: Matrix;
}

export interface TowersUnits {
  readonly dimensions: number;
  readonly itemUnit: number;
  readonly userUnit: number;
}

/**
 * The dense part of the two towers in TensorFlow.js: forward, the softmax over a batch, and Adam.
 * Operations and their gradients are chosen so that the WebAssembly backend has fast kernels for
 * them (it multiplies a transposed matrix ten times slower than one that was turned before).
 */
export class TowersGraph {
  readonly #tf: typeof TensorFlow;
  readonly #config: TowersConfig;
  readonly #units: TowersUnits;
  readonly #variables: ReadonlyMap<string, TensorFlow.Variable>;
  readonly #optimiser: TensorFlow.AdamOptimizer;
  readonly #eye: Matrix;
  readonly #product: (a: Tensor, b: Tensor) => Matrix;
  readonly #softmaxLoss: (v: Tensor, z: Tensor, offsets: Tensor) => Tensor;

  constructor(tf: typeof TensorFlow, config: TowersConfig, units: TowersUnits, seed: number) {
    this.#tf = tf;
    this.#config = config;
    this.#units = units;
    this.#variables = createVariables(tf, config, units.dimensions, seed);
    this.#optimiser = tf.train.adam(config.rate);
    const columns = config.batch + config.evenNegatives;
    this.#eye = tf.tidy(() =>
      tf.pad(tf.eye(config.batch), [
        [0, 0],
        [0, columns - config.batch],
      ]),
    ) as Matrix;
    this.#product = productOf(tf);
    this.#softmaxLoss = softmaxLossOf(tf, this.#eye);
  }

  /** Forward, backward, and a step of the dense weights. */
  step(batch: TowersBatch): TowersGradients {
    const tf = this.#tf;
    const constants = this.#constantsOf(batch);
    const { embedding } = this.#config;
    const items = tf.tensor2d(batch.items, [batch.columns, embedding]);
    const profiles = tf.tensor2d(batch.profiles, [batch.rows, embedding]);
    const names = [...this.#variables.keys()];
    const loss = (...tensors: Tensor[]): TensorFlow.Scalar => {
      const [itemSums, userSums, ...weights] = tensors as [Matrix, Matrix, ...Matrix[]];
      const byName = new Map(names.map((name, at) => [name, weights[at]!]));
      return this.#loss(itemSums, userSums, constants, byName);
    };
    const { value, grads } = tf.valueAndGrads(loss)([items, profiles, ...this.#variables.values()]);
    const [ofItems, ofProfiles, ...ofWeights] = grads;
    this.#optimiser.applyGradients(
      names.map((name, at) => ({
        name: this.#variables.get(name)!.name,
        tensor: ofWeights[at]!,
      })),
    );
    const result = {
      loss: value.dataSync()[0]!,
      items: ofItems!.dataSync() as Float32Array,
      profiles: ofProfiles!.dataSync() as Float32Array,
    };
    tf.dispose([value, ...grads, items, profiles, ...(Object.values(constants) as Matrix[])]);
    return result;
  }

  /** The weights as they are now. */
  weights(): { readonly item: TowerWeights; readonly user: TowerWeights } {
    const read = (name: string) =>
      Float32Array.from(this.#variables.get(name)!.dataSync() as Float32Array);
    const tower = (side: string) =>
      Object.fromEntries(towerParts.map((part) => [part, read(`${side}.${part}`)]));
    return {
      item: tower('item') as unknown as TowerWeights,
      user: tower('user') as unknown as TowerWeights,
    };
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose();
    this.#eye.dispose();
    this.#optimiser.dispose();
  }

  #constantsOf(batch: TowersBatch): Constants {
    const tf = this.#tf;
    const { rows, columns } = batch;
    const { dimensions } = this.#units;
    return {
      itemBase: tf.tensor2d(batch.itemBase, [columns, dimensions]),
      asContent: tf.tensor2d(batch.asContent, [columns, 1]),
      histories: tf.tensor2d(batch.histories, [rows, batch.histories.length / rows]),
      userBase: tf.tensor2d(batch.userBase, [rows, dimensions]),
      offsets: tf.tensor2d(batch.offsets, [rows, columns]),
    };
  }

  #loss(
    itemSums: Matrix,
    userSums: Matrix,
    constants: Constants,
    weights: ReadonlyMap<string, Matrix>,
  ): TensorFlow.Scalar {
    const tf = this.#tf;
    const { itemUnit, userUnit } = this.#units;
    const scaled = (tower: Tensor, unit: number) => tf.mul(tower, unit);
    const ofItems = scaled(this.#tower(itemSums, 'item', weights), itemUnit);
    const items = tf.add(tf.mul(ofItems, constants.asContent), constants.itemBase);
    const inputs = tf.concat([userSums, constants.histories], 1) as Matrix;
    const ofUsers = scaled(this.#tower(inputs, 'user', weights), userUnit);
    const users = tf.mul(tf.add(ofUsers, constants.userBase), tf.exp(weights.get('scale')!));
    let loss = this.#softmaxLoss(users, items, constants.offsets);
    if (this.#config.penalty > 0) {
      for (const [name, weight] of weights) {
        if (name === 'scale' || name.endsWith('Bias')) continue;
        loss = tf.add(loss, tf.mul(tf.sum(tf.square(weight)), this.#config.penalty));
      }
    }
    return loss as TensorFlow.Scalar;
  }

  #tower(input: Matrix, side: string, weights: ReadonlyMap<string, Matrix>): Tensor {
    const tf = this.#tf;
    const of = (part: keyof TowerWeights) => weights.get(`${side}.${part}`)!;
    const hidden = tf.relu(tf.add(this.#product(input, of('inner')), of('innerBias')));
    const straight = tf.add(this.#product(input, of('straight')), of('outerBias'));
    return tf.add(this.#product(hidden, of('outer')), straight);
  }
}

/** a · b, whose gradients turn a matrix before they multiply by it. */
function productOf(tf: typeof TensorFlow): (a: Tensor, b: Tensor) => Matrix {
  return tf.customGrad((...inputs: unknown[]) => {
    const [a, b, save] = inputs as [Matrix, Matrix, Save];
    save([a, b]);
    const gradFunc = (dy: Tensor, [left, right]: Tensor[]) => [
      tf.matMul(dy as Matrix, tf.transpose(right!)),
      tf.matMul(tf.transpose(left!), dy as Matrix),
    ];
    return { value: tf.matMul(a, b), gradFunc };
  }) as (a: Tensor, b: Tensor) => Matrix;
}

/**
 * Mean over the rows of −log softmax(v · zᵀ + offsets) at the row's own column, the first ones; its
 * gradient in closed form: softmax − own column.
 */
function softmaxLossOf(tf: typeof TensorFlow, own: Matrix) {
  return tf.customGrad((...inputs: unknown[]) => {
    const [v, z, offsets, save] = inputs as [Matrix, Matrix, Matrix, Save];
    const shares = tf.softmax(tf.add(tf.matMul(v, tf.transpose(z)), offsets)) as Matrix;
    const ofOwn = tf.sum(tf.mul(shares, own), 1);
    save([v, z, shares]);
    const gradFunc = (dy: Tensor, [left, right, softmax]: Tensor[]) => {
      const error = tf.mul(tf.sub(softmax!, own), tf.div(dy, own.shape[0])) as Matrix;
      const ofZ = tf.matMul(tf.transpose(error), left as Matrix);
      return [tf.matMul(error, right as Matrix), ofZ, error];
    };
    return { value: tf.neg(tf.mean(tf.log(tf.maximum(ofOwn, 1e-12)))), gradFunc };
  }) as (v: Tensor, z: Tensor, offsets: Tensor) => Tensor;
}

/** Rectified layers as He et al. 2015; what is added to a base starts small on the items' side. */
function createVariables(
  tf: typeof TensorFlow,
  { embedding, hidden, scale }: TowersConfig,
  dimensions: number,
  seed: number,
): ReadonlyMap<string, TensorFlow.Variable> {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const sizes = {
    item: { inputs: embedding, hidden, outputs: dimensions },
    user: { inputs: userInputs(embedding, dimensions), hidden, outputs: dimensions },
  };
  const deviations = {
    item: { inner: Math.SQRT2, innerBias: 0, outer: 0.3, straight: 1, outerBias: 0 },
    // A user begins at the fold-in.
    user: { inner: Math.SQRT2, innerBias: 0, outer: 0, straight: 0, outerBias: 0 },
  };
  const variables = new Map<string, TensorFlow.Variable>();
  const add = (name: string, values: Float32Array, shape: readonly [number, number]) =>
    variables.set(
      name,
      tf.tidy(() => tf.variable(tf.tensor2d(values, [...shape]))),
    );
  for (const side of ['item', 'user'] as const) {
    const shapes = towerShapes(sizes[side]);
    for (const part of towerParts) {
      const [rows, columns] = shapes[part];
      const deviation = deviations[side][part] / Math.sqrt(rows);
      const values = Float32Array.from({ length: rows * columns }, () => deviation * normal());
      add(`${side}.${part}`, values, shapes[part]);
    }
  }
  add('scale', Float32Array.of(Math.log(scale)), [1, 1]);
  return variables;
}
