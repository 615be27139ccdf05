/** What trees are grown from and asked: rows × columns, row-major; NaN is a missing value. */
export interface TreeTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * - `multiclass`: the target is a class 0 … classes − 1, the scores are logits, one a class;
 * - `binary`: the target is 0 or 1, the score is a logit;
 * - `regression`: any finite target, squared error;
 * - `choice`: rows come in groups and exactly one row of each is chosen (1, the others 0); the
 *   chance of a row is the softmax of the scores within its group (McFadden's conditional logit).
 */
export type TreeObjective = 'multiclass' | 'binary' | 'regression' | 'choice';

/** Rows that decide how many rounds are kept; they grow no tree. */
export interface TreeValidation {
  readonly table: TreeTable;
  readonly target: ArrayLike<number>;
  /** As `TreeOptions.groups`, of these rows. */
  readonly groups?: Uint32Array | undefined;
  /** Training ends when the loss here has not fallen for so many rounds. */
  readonly patience: number;
}

export interface TreeOptions {
  readonly objective: TreeObjective;
  /** Of `multiclass`. */
  readonly classes?: number | undefined;
  /** Trees of one output; the most of them with `validation`. */
  readonly rounds: number;
  /** What a leaf's value is multiplied by, above 0 and up to 1. */
  readonly rate: number;
  /** Most leaves of a tree, from 2. */
  readonly leaves: number;
  /** Fewest rows of a leaf. */
  readonly minRows: number;
  /** λ of the leaf values −G / (H + λ). */
  readonly l2: number;
  /** Most bins of a column's values, 2 to 255; missing values have one of their own besides. */
  readonly bins: number;
  /** Share of the columns that a tree may split by, drawn for each tree; 1 without it. */
  readonly columnShare?: number | undefined;
  /** Share of the rows (of `choice`: of the groups) that a round's trees are grown from. */
  readonly rowShare?: number | undefined;
  readonly seed: number;
  /** By column: 1 where a score may not fall, −1 where it may not rise with the value; not for `multiclass`. */
  readonly monotone?: Int8Array | undefined;
  /** By row, from 0. Of `choice` a group weighs as much as its chosen row. */
  readonly weights?: Float32Array | undefined;
  /** Of `choice`: where each group begins, and at last the number of rows. */
  readonly groups?: Uint32Array | undefined;
  readonly validation?: TreeValidation | undefined;
}

/** The objectives by their number in an artifact. */
export const treeObjectives: readonly TreeObjective[] = [
  'multiclass',
  'binary',
  'regression',
  'choice',
];

/**
 * Trees as flat arrays. Node n sends a value up to `thresholds[n]` to `children[2n]` and a higher
 * one to `children[2n + 1]`; a child below 0 is the leaf −1 − child. Children follow their parents.
 */
export interface TreeNodes {
  /** By node. Columns from `columns` on are column − columns where a missing value goes right. */
  readonly sources: Uint16Array;
  readonly thresholds: Float32Array;
  readonly children: Int32Array;
  /** The first child of each tree; tree t adds to output t mod outputs. */
  readonly roots: Int32Array;
  readonly leaves: Float64Array;
}
