import type { PairRows } from './als-backend.ts';

/** The columns of X to be regressed on each other: the same values seen from both sides. */
export interface SlimProblem {
  /** `indices` are users. */
  readonly items: PairRows;
  readonly users: PairRows;
  /** K, below the number of items unless there is one only. */
  readonly neighbours: number;
  /** M ≥ K: of G, each item's products with its M nearest items are kept. */
  readonly kept: number;
  /** λ */
  readonly regularisation: number;
}

export interface SlimOptions {
  readonly onProgress?: (step: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What each item t is predicted from: `counts[t]` neighbours from `t · K` on, ascending. */
export interface SlimWeights {
  readonly neighbours: number;
  readonly counts: Uint32Array;
  readonly items: Uint32Array;
  /** B_jt */
  readonly values: Float32Array;
}

/**
 * G_NN of a target is made from the users of its neighbours where they are few, which is exact, and
 * else from the kept products: so many of these take as long as one user of one neighbour.
 */
export const productsOfUser = 8;

/**
 * B_N = (G_NN + λI)⁻¹ G_N,t for every item t, with G = XᵀX and N its K nearest items by cosine, the
 * lower index among equals. Where G_NN is made from kept products (`productsOfUser`), a pair of
 * which neither is among the M nearest of the other counts as 0 in it.
 *
 * Two of them exist: the WebAssembly one and the plain TypeScript reference that it has to agree
 * with.
 */
export type SlimSolver = (problem: SlimProblem, options: SlimOptions) => Promise<SlimWeights>;

/** G_jj of every item. */
export function diagonalOf({ rows, indptr, values }: PairRows): Float32Array {
  const diagonal = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = indptr[row]!; at < indptr[row + 1]!; at++) sum += values[at]! ** 2;
    diagonal[row] = sum;
  }
  return diagonal;
}

/** 1 / √G_jj, 0 for an item that nobody has. */
export function inverseNormsOf(diagonal: Float32Array): Float32Array {
  return diagonal.map((value) => (value > 0 ? 1 / Math.sqrt(value) : 0));
}
