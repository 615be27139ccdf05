/** Room for the bins of a column: 255 of values and one of missing values. */
export const binsOfColumn = 256;
/** Numbers of a bin: sum of gradients, sum of Hessians, rows. */
export const sumsOfBin = 3;
/** Bits of a count of rows; there are fewer rows than 2^24. */
export const countBits = 24;

/**
 * Gradients and Hessians are whole numbers, scaled so that no sum of them passes what a double
 * holds exactly: then sums do not depend on their order, and a subtraction gives what a direct sum
 * does.
 */
export const gradientLimit = 2 ** 29;

/** The largest Hessian of a row: that of all rows has 40 bits. */
export function hessianLimit(rows: number): number {
  return Math.min(2 ** 29, Math.floor((2 ** 40 - 1) / rows) - 1);
}

/** What a tree is grown on: the binned rows, the order of the rows by leaf, and sums over both. */
export interface TreeHistograms {
  readonly rows: number;
  readonly columns: number;
  /** columns × rows: the bin of each row; to be written before the first `load`. */
  readonly bins: Uint8Array;
  /** Row indices; a leaf is a stretch of them. */
  readonly order: Uint32Array;
  /** rows × (gradient, Hessian), whole numbers within the limits; taken over by `load`. */
  readonly pairs: Float64Array;
  /** To be called when `pairs` were written. */
  load(): void;
  /** Sums over the rows `order[from … to − 1]` into a slot. */
  build(slot: number, from: number, to: number): void;
  /**
   * Sorts `order[from … to − 1]` into the rows whose bin in the column is at most `bin` or is
   * `also`, and after them the others, both in the order that they had.
   *
   * @returns where the others begin
   */
  partition(from: number, to: number, column: number, bin: number, also: number): number;
  /** slot = slot − other: the larger child of a leaf from the leaf and the smaller child. */
  subtract(slot: number, other: number): void;
  /** columns × 256 × (gradients, Hessians, rows) of a slot; valid until the next call. */
  sums(slot: number): Float64Array;
}
