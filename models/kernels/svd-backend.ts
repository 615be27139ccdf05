import type { Eigenbasis, PairRows } from './als-backend.ts';

/** Vectors of a block. */
export const blockWidth = 32;

/** A sparse matrix A seen from both sides: the same values. */
export interface SvdProblem {
  readonly rows: PairRows;
  readonly columns: PairRows;
  /** Blocks of vectors as long as A has rows that there is room for. */
  readonly blocks: number;
}

export interface Combination {
  /** Blocks `first … first + count - 1` are combined. */
  readonly first: number;
  readonly count: number;
  /** 32 · count × `columns` */
  readonly coefficients: Float32Array;
  /** A multiple of 32. */
  readonly columns: number;
  /** The first block that gets the result; `first` takes the place of what was combined. */
  readonly to: number;
  /** Adds to what stands there. */
  readonly keep: boolean;
}

/** Rows in the basis where their Gram matrix is diagonal. */
export interface DiagonalRows {
  /** rows × dimensions, row-major. */
  readonly factors: Float32Array;
  /** The diagonal; largest first. */
  readonly eigenvalues: Float32Array;
}

/**
 * The heavy steps of a block Krylov method for AAᵀ, over blocks of 32 vectors that it holds. Two of
 * them exist: the WebAssembly one and the plain TypeScript reference that it has to agree with.
 *
 * A block is rows of A × 32 and every matrix row-major, without padding.
 */
export interface SvdBackend {
  load(block: number, values: Float32Array): void;
  /** A copy. */
  read(block: number): Float32Array;
  copy(from: number, to: number): void;
  /** Block `to` = A Aᵀ block `from`. */
  apply(from: number, to: number, signal?: AbortSignal): Promise<void>;
  /** Aᵀ times a block: columns of A × 32. */
  transposed(block: number, signal?: AbortSignal): Promise<Float32Array>;
  /** Inner products of blocks `first … first + count - 1` with another: (32 · count) × 32. */
  products(
    first: number,
    count: number,
    other: number,
    signal?: AbortSignal,
  ): Promise<Float64Array>;
  combine(combination: Combination, signal?: AbortSignal): Promise<void>;
  /** The eigenbasis of a symmetric, positive semidefinite matrix. */
  eigenbasis(matrix: Float64Array, size: number, signal?: AbortSignal): Promise<Eigenbasis>;
  /**
   * Turns rows (… × dimensions) into the eigenbasis of their Gram matrix. The blocks are gone
   * afterwards.
   */
  diagonalise(
    factors: Float32Array,
    dimensions: number,
    signal?: AbortSignal,
  ): Promise<DiagonalRows>;
  close(): Promise<void>;
}
