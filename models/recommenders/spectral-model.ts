import { KernelMemory } from '../kernels/kernel-memory.ts';
import { checkHistory, checkItem } from './check-indices.ts';
import { FactorQuery, type FactorSpread, sumOfRows } from './factor-query.ts';
import { FactorRows } from './factor-rows.ts';
import type { History, Model, ScoredItem, Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';

export interface SpectralParameters {
  readonly dimensions: number;
  /** Dᵢ^c V, items × dimensions, in the eigenbasis of its Gram matrix. */
  readonly itemVectors: Float32Array;
  /** Of that Gram matrix; length `dimensions`. */
  readonly eigenvalues: Float32Array;
  /** Dᵢ^(−b−c): what an item's vector is multiplied by where the item is in a history. */
  readonly inputScales: Float32Array;
  /** Of A, largest first: how smooth the kept signals are. Not needed to answer. */
  readonly singularValues: Float32Array;
  /** |AAᵀu − σ²u| / σ₁² of each: how near the fit came. Not needed to answer. */
  readonly residuals: Float32Array;
}

/**
 * A fitted low-pass filter: a history is the sum of its items' vectors, scaled, and the score of an
 * item the product of that sum with the item's vector.
 *
 * A model works in one piece of memory of its own and is to be used by one thread.
 */
export class SpectralModel implements Model {
  readonly kind = 'spectral';
  readonly itemCount: number;
  readonly parameters: SpectralParameters;
  readonly #rows: FactorRows;
  readonly #spread: FactorSpread;

  /** @throws RangeError when the lengths do not fit each other or a number is not finite */
  constructor(parameters: SpectralParameters) {
    checkParameters(parameters);
    const { dimensions, itemVectors, eigenvalues } = parameters;
    this.parameters = parameters;
    this.itemCount = itemVectors.length / dimensions;
    this.#spread = { sums: sumOfRows(itemVectors, dimensions), eigenvalues };
    this.#rows = new FactorRows(new KernelMemory(), itemVectors, dimensions);
  }

  /** @throws TypeError naming the tensor that is missing or misshapen */
  static fromTensors(tensors: Readonly<Record<string, Tensor>>): SpectralModel {
    const reader = new TensorReader(tensors);
    const eigenvalues = reader.float32('eigenvalues', [-1]);
    const dimensions = eigenvalues.length;
    const inputScales = reader.float32('inputScales', [-1]);
    return new SpectralModel({
      dimensions,
      itemVectors: reader.float32('itemVectors', [inputScales.length, dimensions]),
      eigenvalues,
      inputScales,
      singularValues: reader.float32('singularValues', [dimensions]),
      residuals: reader.float32('residuals', [dimensions]),
    });
  }

  /** The items' vectors, as queries multiply them. */
  get rows(): FactorRows {
    return this.#rows;
  }

  query(history: History): FactorQuery {
    const vector = this.#sum(history);
    return new FactorQuery(this.#rows, this.#spread, { history, vector }, (item) =>
      history.weights.map((weight, n) => {
        const known = history.items[n]!;
        return weight * this.parameters.inputScales[known]! * this.#product(known, item);
      }),
    );
  }

  /** By the cosine of the items' vectors. */
  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    return this.#rows.similar(item, limit);
  }

  toTensors(): Record<string, Tensor> {
    const { itemVectors, eigenvalues, inputScales, singularValues, residuals } = this.parameters;
    const { dimensions } = this.parameters;
    return {
      itemVectors: { shape: [this.itemCount, dimensions], data: itemVectors },
      eigenvalues: { shape: [dimensions], data: eigenvalues },
      inputScales: { shape: [this.itemCount], data: inputScales },
      singularValues: { shape: [dimensions], data: singularValues },
      residuals: { shape: [dimensions], data: residuals },
    };
  }

  /** x = Σⱼ hⱼ · scaleⱼ · vectorⱼ */
  #sum({ items, weights }: History): Float32Array {
    checkHistory({ items, weights }, this.itemCount);
    const { dimensions, itemVectors, inputScales } = this.parameters;
    const sums = new Float64Array(dimensions);
    for (let n = 0; n < items.length; n++) {
      const item = items[n]!;
      const scale = weights[n]! * inputScales[item]!;
      const from = item * dimensions;
      for (let d = 0; d < dimensions; d++) sums[d]! += scale * itemVectors[from + d]!;
    }
    return Float32Array.from(sums);
  }

  #product(a: number, b: number): number {
    const { dimensions, itemVectors } = this.parameters;
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      sum += itemVectors[a * dimensions + d]! * itemVectors[b * dimensions + d]!;
    }
    return sum;
  }
}

function checkParameters(parameters: SpectralParameters): void {
  const { dimensions, itemVectors, inputScales, ...perDimension } = parameters;
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RangeError(`dimensions is ${dimensions}; expected a whole number from 1`);
  }
  if (itemVectors.length !== dimensions * inputScales.length) {
    throw new RangeError(
      `${itemVectors.length} numbers for ${inputScales.length} items of ${dimensions} dimensions`,
    );
  }
  for (const [name, values] of Object.entries(perDimension)) {
    if (values.length !== dimensions) {
      throw new RangeError(`${name}: ${values.length} numbers for ${dimensions} dimensions`);
    }
  }
  for (const [name, values] of Object.entries({ itemVectors, inputScales, ...perDimension })) {
    if (!values.every(Number.isFinite)) {
      throw new RangeError(`${name} has a number that is not finite`);
    }
  }
}
