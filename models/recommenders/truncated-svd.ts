import { setColumns } from '../kernels/column-blocks.ts';
import { blockWidth, type SvdBackend } from '../kernels/svd-backend.ts';
import { KrylovBasis, type RitzVectors } from './krylov-basis.ts';

export interface TruncatedSvdOptions {
  /** How many singular vectors are wanted. */
  readonly dimensions: number;
  /** Vectors of the Krylov basis, over `dimensions`. */
  readonly expansion: number;
  /** The largest residual that is good enough. */
  readonly tolerance: number;
  /** How often the basis is cut down to the best of it and grown again while it is not. */
  readonly restarts: number;
}

/** What of A is wanted, and the context of a run. */
export interface TruncatedSvdContext {
  /** Rows of A. */
  readonly rows: number;
  /** Left singular vectors are as long as A has rows, right ones as it has columns. */
  readonly side: 'left' | 'right';
  readonly seed: number;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TruncatedSvd {
  /** σ, largest first: as many as were wanted, or all but the first that are not zero if fewer. */
  readonly singularValues: Float32Array;
  /** |AAᵀu − σ²u| / σ₁² of each left singular vector u. */
  readonly residuals: Float32Array;
  /** Singular vectors as columns: their length × length of `singularValues`. */
  readonly vectors: Float32Array;
}

/** σ² below this share of the largest is rounding. */
const nothing = 1e-6;

/** Blocks of the Krylov basis, and of what is kept of it at a restart. */
export function basisBlocks(
  { dimensions, expansion }: TruncatedSvdOptions,
  rows: number,
): { readonly kept: number; readonly most: number } {
  const all = Math.ceil(rows / blockWidth);
  const kept = Math.min(Math.ceil(dimensions / blockWidth), all);
  const wanted = Math.max(kept + 2, Math.ceil((expansion * dimensions) / blockWidth));
  return { kept, most: Math.min(wanted, all + 1) };
}

/**
 * The largest singular values of a sparse matrix A and their singular vectors, by a block
 * Lanczos method for AAᵀ with full orthogonalisation and thick restarts (Golub & Underwood 1977;
 * Wu & Simon 2000). The start is random, so that no vector is overlooked (Halko, Martinsson, Tropp
 * 2011); with the same seed the result is the same. Time is that of `expansion` · dimensions
 * products with A and Aᵀ, and rows · (expansion · dimensions)² for keeping the basis orthogonal.
 *
 * @param backend with A, and room for `basisBlocks(…).most + 1` blocks
 */
export async function truncatedSvd(
  backend: SvdBackend,
  options: TruncatedSvdOptions,
  context: TruncatedSvdContext,
): Promise<TruncatedSvd> {
  const { rows, seed, onProgress, signal } = context;
  const { kept, most } = basisBlocks(options, rows);
  const basis = new KrylovBasis(backend, { rows, most, seed, signal });
  const wanted = Math.min(options.dimensions, rows);
  let done = 0;
  let total = most + kept;
  const step = () => onProgress?.({ done: ++done, total });
  await basis.start();
  let ritz: RitzVectors;
  for (let restart = 0; ; restart++) {
    await basis.grow(step);
    ritz = await basis.ritzVectors();
    const largest = Math.max(...ritz.residuals.subarray(0, wanted));
    if (largest <= options.tolerance || restart === options.restarts || basis.isComplete) break;
    total += most - kept;
    await basis.keep(ritz, kept);
  }
  await basis.keep(ritz, kept);
  // A basis that is complete was smaller than foreseen.
  done = total - kept;
  return finish(backend, ritz, wanted, kept, context, step);
}

/** The first Ritz vectors u, which the backend's first blocks hold, or v = Aᵀu / σ. */
async function finish(
  backend: SvdBackend,
  { values, residuals }: RitzVectors,
  wanted: number,
  kept: number,
  { side, signal }: TruncatedSvdContext,
  step: () => void,
): Promise<TruncatedSvd> {
  const found = values
    .subarray(0, wanted)
    .filter((value, at) => at === 0 || value > nothing * values[0]!);
  const singularValues = found.map(Math.sqrt);
  let vectors = new Float32Array();
  for (let from = 0; from < kept * blockWidth; from += blockWidth) {
    if (from < found.length) {
      const block = from / blockWidth;
      const part = side === 'left' ? backend.read(block) : await backend.transposed(block, signal);
      if (side === 'right') divideColumns(part, singularValues.subarray(from));
      if (from === 0) vectors = new Float32Array((part.length / blockWidth) * found.length);
      setColumns(vectors, found.length, from, part);
    }
    step();
  }
  return { singularValues, residuals: residuals.slice(0, found.length), vectors };
}

function divideColumns(block: Float32Array, divisors: Float32Array): void {
  for (let at = 0; at < block.length; at++) block[at]! /= divisors[at % blockWidth] || 1;
}
