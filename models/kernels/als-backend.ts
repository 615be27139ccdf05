/** The two sides of a factorisation. */
export type Side = 'users' | 'items';

/** The pairs of one side in compressed sparse row form; `indices` are rows of the other side. */
export interface PairRows {
  readonly rows: number;
  /** Length `rows + 1`. */
  readonly indptr: Uint32Array;
  readonly indices: Uint32Array;
  /** The confidence weight of each pair; positive. */
  readonly values: Float32Array;
}

/** What is factorised: the same pairs seen from both sides. */
export interface AlsProblem {
  readonly users: PairRows;
  readonly items: PairRows;
  readonly dimensions: number;
  /** Rows with at most this many pairs are solved exactly; 0 for none. */
  readonly directLimit: number;
}

export interface Eigenbasis {
  /** Eigenvalues, none negative, largest first. */
  readonly values: Float32Array;
  /** Eigenvectors as columns in the same order: dimensions × dimensions, row-major. */
  readonly vectors: Float32Array;
}

export interface SolveOptions {
  /** Diagonal of the dense part of the normal equations in the eigenbasis; length `dimensions`. */
  readonly diagonal: Float32Array;
  /**
   * How much of `diagonal` a pair of weight 1 adds to the diagonal of its row's matrix on average:
   * 1 / (unobserved weight · rows of the other side). It preconditions the steps.
   */
  readonly perPair: number;
  /** λ of each row of the side that is solved. */
  readonly regularisation: Float32Array;
  /** Turns the present values of the rows into the eigenbasis; dimensions × dimensions. */
  readonly basis: Float32Array;
  /** Conjugate gradient steps of the rows that are not solved exactly. */
  readonly steps: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SolveResult {
  /** Σ over rows of Σ c (1 - h·x)² + xᵀDx, with D = diagonal + λ. */
  readonly objective: number;
  /** Σ over rows of λ · xᵀx. */
  readonly penalty: number;
}

/**
 * The heavy steps of ALS over the factors of both sides, which it holds. Two of them exist: the
 * WebAssembly one and the plain TypeScript reference that it has to agree with.
 *
 * All matrices are row-major without padding.
 */
export interface AlsBackend {
  /** Sets the factors of a side: rows × dimensions. */
  load(side: Side, factors: Float32Array): void;
  /** A copy of the factors of a side: rows × dimensions. */
  factors(side: Side): Float32Array;
  /** FᵀF of a side's factors F: dimensions × dimensions. */
  gram(side: Side, signal?: AbortSignal): Promise<Float64Array>;
  /** The eigenbasis of a Gram matrix. */
  eigenbasis(gram: Float64Array, signal?: AbortSignal): Promise<Eigenbasis>;
  /** F ← F · basis, with basis dimensions × dimensions. */
  rotate(side: Side, basis: Float32Array, signal?: AbortSignal): Promise<void>;
  /**
   * Solves every row of `side` with the other side's factors fixed; these must be in the
   * eigenbasis of their Gram matrix already (`rotate`).
   */
  solve(side: Side, options: SolveOptions): Promise<SolveResult>;
  close(): Promise<void>;
}

export function otherSide(side: Side): Side {
  return side === 'users' ? 'items' : 'users';
}
