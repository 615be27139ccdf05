import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import type { FeatureBags } from './feature-bags.ts';

export interface RidgeOptions {
  /** Only the most frequent features take part: the solve costs their cube. */
  readonly mostFeatures: number;
  /** A feature of fewer rows takes no part. */
  readonly fewestRows: number;
}

/** A linear map from hashed features to vectors: `bias` + Σ weight · the feature's row. */
export interface LinearMap {
  /** Ascending. */
  readonly buckets: Uint32Array;
  /** A row for each of `buckets`, row-major. */
  readonly rows: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Ridge regression of vectors on hashed features:
 *
 *   min Σ_r weight_r · |target_r − bias − features_r · W|² + λ (|W|² + |bias|²)
 *
 * The sums over the rows are made once; a solution for a λ costs the cube of the features.
 */
export class RidgeProblem {
  readonly #buckets: Uint32Array;
  readonly #outputs: number;
  /** (features + 1)², the bias last. */
  readonly #gram: Float64Array;
  /** (features + 1) × outputs */
  readonly #products: Float64Array;

  /**
   * @param targets a vector for each row of `bags`, row-major
   * @param weights one a row; rows of weight 0 take no part
   * @throws RangeError where no row takes part
   */
  constructor(
    bags: FeatureBags,
    targets: Float32Array,
    weights: Float32Array,
    options: RidgeOptions,
  ) {
    this.#outputs = targets.length / bags.rows;
    this.#buckets = frequentBuckets(bags, weights, options);
    const size = this.#buckets.length + 1;
    this.#gram = new Float64Array(size * size);
    this.#products = new Float64Array(size * this.#outputs);
    const columns = new Map(Array.from(this.#buckets, (bucket, at) => [bucket, at]));
    for (let row = 0; row < bags.rows; row++) {
      const weight = weights[row]!;
      if (weight > 0) this.#add(entriesOf(bags, row, columns), targets, row, weight);
    }
  }

  /** @param regularisation λ, in units of the rows' weights */
  solve(regularisation: number): LinearMap {
    const outputs = this.#outputs;
    const size = this.#buckets.length + 1;
    const gram = Matrix.from1DArray(size, size, this.#gram);
    for (let n = 0; n < size; n++) gram.set(n, n, gram.get(n, n) + regularisation);
    const products = Matrix.from1DArray(size, outputs, this.#products);
    const solved = new CholeskyDecomposition(gram).solve(products);
    const rows = new Float32Array((size - 1) * outputs);
    for (let at = 0; at < size - 1; at++) rows.set(solved.getRow(at), at * outputs);
    return { buckets: this.#buckets, rows, bias: Float32Array.from(solved.getRow(size - 1)) };
  }

  #add(
    entries: readonly (readonly [column: number, value: number])[],
    targets: Float32Array,
    row: number,
    weight: number,
  ): void {
    const outputs = this.#outputs;
    const size = this.#buckets.length + 1;
    for (const [a, valueOfA] of entries) {
      const scaled = weight * valueOfA;
      for (const [b, valueOfB] of entries) this.#gram[a * size + b]! += scaled * valueOfB;
      for (let n = 0; n < outputs; n++) {
        this.#products[a * outputs + n]! += scaled * targets[row * outputs + n]!;
      }
    }
  }
}

/** out = the map of one row's features. */
export function applyLinear(map: LinearMap, bags: FeatureBags, row: number): Float32Array {
  const out = map.bias.slice();
  const width = out.length;
  for (let at = bags.indptr[row]!; at < bags.indptr[row + 1]!; at++) {
    const place = placeOf(map.buckets, bags.buckets[at]!);
    if (place === undefined) continue;
    const weight = bags.weights[at]!;
    for (let n = 0; n < width; n++) out[n]! += weight * map.rows[place * width + n]!;
  }
  return out;
}

function frequentBuckets(
  bags: FeatureBags,
  weights: Float32Array,
  { mostFeatures, fewestRows }: RidgeOptions,
): Uint32Array {
  const counts = new Map<number, number>();
  let any = false;
  for (let row = 0; row < bags.rows; row++) {
    if (!(weights[row]! > 0)) continue;
    any = true;
    for (let at = bags.indptr[row]!; at < bags.indptr[row + 1]!; at++) {
      const bucket = bags.buckets[at]!;
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
  }
  if (!any) throw new RangeError('no row has a weight above 0 to fit a ridge regression on');
  const frequent = Array.from(counts).filter(([, count]) => count >= fewestRows);
  frequent.sort(([a, timesOfA], [b, timesOfB]) => timesOfB - timesOfA || a - b);
  return Uint32Array.from(frequent.slice(0, mostFeatures), ([bucket]) => bucket).sort();
}

function entriesOf(
  bags: FeatureBags,
  row: number,
  columns: ReadonlyMap<number, number>,
): [column: number, value: number][] {
  const entries: [number, number][] = [];
  for (let at = bags.indptr[row]!; at < bags.indptr[row + 1]!; at++) {
    const column = columns.get(bags.buckets[at]!);
    if (column !== undefined) entries.push([column, bags.weights[at]!]);
  }
  entries.push([columns.size, 1]);
  return entries;
}

/** Binary search. */
function placeOf(buckets: Uint32Array, bucket: number): number | undefined {
  let from = 0;
  let to = buckets.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (buckets[middle]! < bucket) from = middle + 1;
    else to = middle;
  }
  return buckets[from] === bucket ? from : undefined;
}
