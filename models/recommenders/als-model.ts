import { scratchBytes } from '../kernels/als-kernels.ts';
import { alsWasm } from '../kernels/generated/als-wasm.ts';
import { KernelMemory } from '../kernels/kernel-memory.ts';
import { compileKernel, instantiateKernel, type KernelFunction } from '../kernels/kernel-module.ts';
import { checkWeight } from './als-check.ts';
import { checkHistory, checkItem } from './check-indices.ts';
import { FactorQuery, type FactorSpread, sumOfRows } from './factor-query.ts';
import { FactorRows } from './factor-rows.ts';
import type { History, Model, ScoredItem, Tensor } from './model.ts';
import { TensorReader } from './tensor-reader.ts';

/** Histories up to this length are solved by a Cholesky-like elimination, longer ones by steps. */
export const foldInDirectLimit = 64;
/** Of a long history; in the eigenbasis a few tens are enough for the tolerance. */
export const foldInSteps = 500;
/** Fall of the residual: near what single precision can give. */
export const foldInTolerance = 1e-6;

/**
 * Histories up to this length share one factorisation among all their reasons; for longer ones each
 * reason is solved by steps. A live history has at most 200 events.
 */
const explainDirectLimit = 256;

const alsModule = compileKernel(alsWasm);

export interface AlsParameters {
  readonly dimensions: number;
  /** items × dimensions, in the eigenbasis of their Gram matrix. */
  readonly itemFactors: Float32Array;
  /** Of the items' Gram matrix; length `dimensions`. */
  readonly eigenvalues: Float32Array;
  /** α₀ */
  readonly unobservedWeight: number;
  /** λ of a history with n items is regularisation · (n + α₀ · items)^exponent. */
  readonly regularisation: number;
  readonly exponent: number;
  /** users × dimensions in the same basis; kept for later, not needed to answer. */
  readonly userFactors?: Float32Array;
}

/** Where the kernels find a history. */
interface Staging {
  readonly capacity: number;
  readonly items: number;
  readonly weights: number;
  readonly out: number;
  /** What `explainRows` makes of a history: `explainDirectLimit` × stride. */
  readonly shares: number;
}

/**
 * A fitted implicit ALS. A history becomes a vector by solving its normal equations (`foldIn`):
 * a user who was in training and one who was not go the same way.
 *
 * A model works in one piece of memory of its own and is to be used by one thread.
 */
export class AlsModel implements Model {
  readonly kind = 'als';
  readonly itemCount: number;
  readonly dimensions: number;
  readonly #parameters: AlsParameters;
  readonly #memory = new KernelMemory();
  readonly #als: Record<string, KernelFunction>;
  readonly #rows: FactorRows;
  readonly #spread: FactorSpread;
  readonly #diagonal: number;
  readonly #scratch: number;
  /** One row's indptr (2 u32), λ (f32) and sums (2 f64). */
  readonly #row: number;
  readonly #mark: number;
  #staging: Staging = { capacity: 0, items: 0, weights: 0, out: 0, shares: 0 };
  /** The one whose rows lie at `#staging.shares`. */
  #staged: Float32Array | undefined;

  /** @throws RangeError when the lengths do not fit each other or a number is not finite */
  constructor(parameters: AlsParameters) {
    checkParameters(parameters);
    const { dimensions, itemFactors, eigenvalues } = parameters;
    this.#parameters = {
      ...parameters,
      // As they come back from an artifact.
      unobservedWeight: Math.fround(parameters.unobservedWeight),
      regularisation: Math.fround(parameters.regularisation),
      exponent: Math.fround(parameters.exponent),
    };
    this.dimensions = dimensions;
    this.itemCount = itemFactors.length / dimensions;
    const sums = sumOfRows(itemFactors, dimensions);
    // Sums of finite single-precision numbers are finite in double precision.
    if (!sums.every(Number.isFinite)) {
      throw new RangeError('itemFactors has a number that is not finite');
    }
    this.#spread = { sums, eigenvalues };
    const memory = this.#memory;
    this.#rows = new FactorRows(memory, itemFactors, dimensions);
    const { stride } = this.#rows;
    this.#diagonal = memory.allocate(4 * stride);
    this.#scratch = memory.allocate(scratchBytes(stride, explainDirectLimit));
    this.#row = memory.allocate(64);
    this.#mark = memory.mark();
    this.#als = instantiateKernel(alsModule, memory);
    const diagonal = memory.f32(this.#diagonal, dimensions);
    diagonal.set(eigenvalues.map((value) => value * this.#parameters.unobservedWeight));
  }

  /** @throws TypeError naming the tensor that is missing or misshapen */
  static fromTensors(tensors: Readonly<Record<string, Tensor>>): AlsModel {
    const reader = new TensorReader(tensors);
    const eigenvalues = reader.float32('eigenvalues', [-1]);
    const dimensions = eigenvalues.length;
    const [unobservedWeight, regularisation, exponent] = reader.float32('foldIn', [3]);
    return new AlsModel({
      dimensions,
      itemFactors: reader.float32('itemFactors', [-1, dimensions]),
      eigenvalues,
      unobservedWeight: unobservedWeight!,
      regularisation: regularisation!,
      exponent: exponent!,
      ...('userFactors' in tensors && {
        userFactors: reader.float32('userFactors', [-1, dimensions]),
      }),
    });
  }

  /** The items' factors, as queries multiply them. */
  get rows(): FactorRows {
    return this.#rows;
  }

  /** users × dimensions, where they were kept. */
  get userFactors(): Float32Array | undefined {
    return this.#parameters.userFactors;
  }

  /**
   * The vector of a history (length `dimensions`): the solution of its normal equations with the
   * history's weights as confidences. A score is its dot product with an item's factors. All zero
   * for an empty history.
   *
   * @throws RangeError for an item out of range or a weight that is not positive
   */
  foldIn(history: History): Float32Array {
    this.#solve(history);
    return this.#memory.f32(this.#rows.vector, this.dimensions).slice();
  }

  query(history: History): FactorQuery {
    const vector = this.foldIn(history);
    let shares: Float32Array | undefined;
    return new FactorQuery(this.#rows, this.#spread, { history, vector }, (item) => {
      if (history.items.length > explainDirectLimit) return this.#contributions(history, item);
      shares ??= this.#sharesOf(history);
      return this.#products(shares, item);
    });
  }

  /**
   * A query by a vector from elsewhere, for a user without a history.
   *
   * @param vector length `dimensions`
   */
  queryOf(vector: Float32Array): FactorQuery {
    const history: History = { items: new Uint32Array(0), weights: new Float32Array(0) };
    return new FactorQuery(this.#rows, this.#spread, { history, vector }, () => {
      return new Float32Array(0);
    });
  }

  /** By the cosine of the items' factors. */
  similar(item: number, limit: number): ScoredItem[] {
    checkItem(item, this.itemCount);
    return this.#rows.similar(item, limit);
  }

  toTensors(): Record<string, Tensor> {
    const { itemFactors, eigenvalues, userFactors, ...rest } = this.#parameters;
    const { dimensions } = this;
    const { unobservedWeight, regularisation, exponent } = rest;
    return {
      itemFactors: { shape: [this.itemCount, dimensions], data: itemFactors },
      eigenvalues: { shape: [dimensions], data: eigenvalues },
      foldIn: { shape: [3], data: Float32Array.of(unobservedWeight, regularisation, exponent) },
      ...(userFactors && {
        userFactors: { shape: [userFactors.length / dimensions, dimensions], data: userFactors },
      }),
    };
  }

  get parameters(): AlsParameters {
    return this.#parameters;
  }

  /** Leaves the vector of the history in the free row. */
  #solve(history: History): void {
    this.#stage(history);
    const { length } = history.items;
    const memory = this.#memory;
    memory.u32(this.#row, 2)[1] = length;
    memory.f32(this.#row + 8, 1)[0] = historyRegularisation(this.#parameters, length);
    this.#als.solveRows!(
      this.#scratch,
      this.#row,
      this.#staging.items,
      this.#staging.weights,
      this.#row + 8,
      1,
      this.#rows.vector,
      this.#rows.rows,
      this.#diagonal,
      perPairOf(this.#parameters),
      0,
      this.#rows.stride,
      foldInSteps,
      foldInTolerance,
      foldInDirectLimit,
      this.#row + 16,
    );
  }

  /**
   * Rows, one an item of the history and `stride` long, whose dot product with the factors of any
   * item is what the history's item adds to its score: the exact split of Hu, Koren, Volinsky 2008,
   * section 5, which sums to the score.
   */
  #sharesOf(history: History): Float32Array {
    this.#stage(history);
    const { items, weights, shares } = this.#staging;
    const { length } = history.items;
    const { rows, stride } = this.#rows;
    this.#als.explainRows!(
      this.#scratch,
      items,
      weights,
      length,
      historyRegularisation(this.#parameters, length),
      rows,
      this.#diagonal,
      stride,
      shares,
    );
    this.#staged = this.#memory.f32(shares, length * stride).slice();
    return this.#staged;
  }

  #products(shares: Float32Array, item: number): Float32Array {
    const { rows, stride } = this.#rows;
    const count = shares.length / stride;
    // Other queries may have been asked since, also while the memory was smaller.
    if (this.#staged !== shares) {
      this.#reserve(count);
      this.#memory.f32(this.#staging.shares, shares.length).set(shares);
      this.#staged = shares;
    }
    const { shares: from, out } = this.#staging;
    this.#als.rowProducts!(from, count, rows + 4 * item * stride, stride, out);
    return this.#memory.f32(out, count).slice();
  }

  /** The same split for one item and a history of any length. */
  #contributions(history: History, item: number): Float32Array {
    this.#stage(history);
    const { items, weights, out } = this.#staging;
    const { rows, stride, vector } = this.#rows;
    this.#als.explain!(
      this.#scratch,
      items,
      weights,
      history.items.length,
      historyRegularisation(this.#parameters, history.items.length),
      rows + 4 * item * stride,
      rows,
      this.#diagonal,
      perPairOf(this.#parameters),
      vector,
      stride,
      foldInSteps,
      foldInTolerance,
      out,
    );
    return this.#memory.f32(out, history.items.length).slice();
  }

  #stage(history: History): void {
    checkHistory(history, this.itemCount);
    const { items, weights } = history;
    for (let at = 0; at < weights.length; at++) checkWeight(weights[at]!, at);
    this.#reserve(items.length);
    this.#memory.u32(this.#staging.items, items.length).set(items);
    this.#memory.f32(this.#staging.weights, items.length).set(weights);
  }

  #reserve(length: number): void {
    if (length <= this.#staging.capacity) return;
    const capacity = Math.max(256, 2 ** Math.ceil(Math.log2(length)));
    const memory = this.#memory;
    memory.release(this.#mark);
    this.#staging = {
      capacity,
      items: memory.allocate(4 * capacity),
      weights: memory.allocate(4 * capacity),
      out: memory.allocate(4 * capacity),
      shares: memory.allocate(4 * this.#rows.stride * explainDirectLimit),
    };
    this.#staged = undefined;
  }
}

/** λ of a history with `pairs` items. */
export function historyRegularisation(parameters: AlsParameters, pairs: number): number {
  const { dimensions, itemFactors, unobservedWeight, regularisation, exponent } = parameters;
  const items = itemFactors.length / dimensions;
  return regularisation * (pairs + unobservedWeight * items) ** exponent;
}

/** What preconditions the steps of a long history: see `SolveOptions`. */
export function perPairOf({ dimensions, itemFactors, unobservedWeight }: AlsParameters): number {
  return dimensions / (unobservedWeight * itemFactors.length);
}

function checkParameters(parameters: AlsParameters): void {
  const { dimensions, itemFactors, eigenvalues, userFactors } = parameters;
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RangeError(`dimensions is ${dimensions}; expected a whole number from 1`);
  }
  if (eigenvalues.length !== dimensions) {
    throw new RangeError(`${eigenvalues.length} eigenvalues for ${dimensions} dimensions`);
  }
  for (const [name, factors] of Object.entries({ itemFactors, userFactors })) {
    if (factors && factors.length % dimensions !== 0) {
      throw new RangeError(`${name}: ${factors.length} numbers are no rows of ${dimensions}`);
    }
  }
  const isBad = (value: number) => !Number.isFinite(value);
  if (eigenvalues.some((value) => isBad(value) || value < 0)) {
    throw new RangeError('eigenvalues has a number that is negative or not finite');
  }
  const { unobservedWeight, regularisation, exponent } = parameters;
  for (const [name, value] of Object.entries({ unobservedWeight, regularisation })) {
    if (isBad(value) || value <= 0) throw new RangeError(`${name} is ${value}; expected above 0`);
  }
  if (isBad(exponent) || exponent < 0) throw new RangeError(`exponent is ${exponent}`);
}
