import type { PairRows } from './als-backend.ts';

/** The columns of X to be regressed on each other: the same values seen from both sides. */
export interface SlimProblem {
  /** Items by falling number of users, which is how they are numbered here; `indices` are users. */
  readonly items: PairRows;
  readonly users: PairRows;
  /** K */
  readonly neighbours: number;
  /** λ */
  readonly regularisation: number;
  /**
   * Items with at least so many users are the head: their products are made once for all targets.
   * It changes the time, and the result by rounding only.
   */
  readonly headDegree: number;
}

export interface SlimOptions {
  /** Called with the number of targets that were started. */
  readonly onProgress?: (done: number) => void;
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
 * B_N = (G_NN + λI)⁻¹ G_N,t for every item t, with G = XᵀX and N its K nearest items by cosine, the
 * more popular one among equals. Two of them exist: the WebAssembly one and the plain TypeScript
 * reference that it has to agree with.
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
