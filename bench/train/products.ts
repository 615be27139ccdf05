import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { AlsBackend, AlsProblem, PairRows } from '../../models/kernels/als-backend.ts';
import { AlsKernels } from '../../models/kernels/als-kernels.ts';
import { AlsReference } from '../../models/kernels/als-reference.ts';

/** GFLOP/s of each round; a multiplication and an addition are two. */
export interface ProductRates {
  /** FᵀF of rows × dimensions, its upper half counted: rows · d · (d + 1). */
  readonly gram: number[];
  /** F · B, B being dimensions × dimensions: 2 · rows · d². */
  readonly rotation: number[];
}

export interface ProductOptions {
  readonly rows: number;
  readonly dimensions: number;
  readonly rounds: number;
}

/** The matrix products of ALS by the kernels. */
export function kernelRates(options: ProductOptions, threads: number): Promise<ProductRates> {
  return ratesOf(new AlsKernels(problemOf(options), threads), options);
}

/** The same by the plain TypeScript reference. */
export function referenceRates(options: ProductOptions): Promise<ProductRates> {
  return ratesOf(new AlsReference(problemOf(options)), options);
}

async function ratesOf(
  backend: AlsBackend,
  { rows, dimensions, rounds }: ProductOptions,
): Promise<ProductRates> {
  try {
    backend.load('users', randomMatrix(rows, dimensions));
    // Neither grows nor shrinks what it is applied to by much, however often.
    const basis = randomMatrix(dimensions, dimensions).map(
      (value) => value * Math.sqrt(12 / dimensions),
    );
    const rates: ProductRates = { gram: [], rotation: [] };
    // The first round is for the compilers.
    for (let round = -1; round < rounds; round++) {
      const start = performance.now();
      await backend.gram('users');
      const middle = performance.now();
      await backend.rotate('users', basis);
      const end = performance.now();
      if (round < 0) continue;
      rates.gram.push((rows * dimensions * (dimensions + 1)) / (middle - start) / 1e6);
      rates.rotation.push((2 * rows * dimensions ** 2) / (end - middle) / 1e6);
    }
    return rates;
  } finally {
    await backend.close();
  }
}

/** Uniform in −½ … ½. */
export function randomMatrix(rows: number, columns: number): Float32Array {
  const random = seededRandom(1);
  return new Float32Array(rows * columns).map(() => random() - 0.5);
}

function problemOf({ rows, dimensions }: ProductOptions): AlsProblem {
  const side = (count: number): PairRows => ({
    rows: count,
    indptr: new Uint32Array(count + 1),
    indices: new Uint32Array(),
    values: new Float32Array(),
  });
  return { users: side(rows), items: side(1), dimensions, directLimit: 0 };
}
