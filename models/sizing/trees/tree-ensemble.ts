import type { TreeObjective, TreeTable } from './tree-types.ts';

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

export interface TreeParts {
  readonly objective: TreeObjective;
  readonly columns: number;
  /** The scores without any tree; one an output. */
  readonly base: Float64Array;
  readonly nodes: TreeNodes;
  /** Sum of the gains of a column's splits. */
  readonly importance: Float64Array;
}

/**
 * Trained trees: their sum is the score of a row.
 *
 * @example
 * const trees = trainTrees(table, target, { objective: 'binary', rounds: 100, … });
 * const score = new Float64Array(1);
 * trees.predict(Float32Array.of(170, NaN, 38), score); // a logit
 */
export class TreeEnsemble {
  readonly parts: TreeParts;
  /** The row, with −∞ for what is missing, and once more with +∞: then a comparison decides. */
  readonly #values: Float32Array;

  constructor(parts: TreeParts) {
    this.parts = parts;
    this.#values = new Float32Array(2 * parts.columns);
  }

  get objective(): TreeObjective {
    return this.parts.objective;
  }

  get columns(): number {
    return this.parts.columns;
  }

  /** Scores of a row: classes of `multiclass`, else 1. */
  get outputs(): number {
    return this.parts.base.length;
  }

  /** Trees of an output that were kept. */
  get rounds(): number {
    return this.parts.nodes.roots.length / this.outputs;
  }

  /** Sum of the gains by column. */
  get importance(): Float64Array {
    return this.parts.importance;
  }

  /**
   * Raw scores: logits, or for `regression` the value itself.
   *
   * @param row one value a column; NaN: missing
   * @param out outputs numbers
   */
  predict(row: Float32Array, out: Float64Array): void {
    this.#predictAt(row, 0, out, 0);
  }

  /** @returns rows × outputs */
  predictTable({ rows, columns, values }: TreeTable): Float64Array {
    if (columns !== this.columns || values.length !== rows * columns) {
      throw new RangeError(
        `expected rows of ${this.columns} columns, got ${rows} × ${columns} with ${values.length} values`,
      );
    }
    const out = new Float64Array(rows * this.outputs);
    for (let row = 0; row < rows; row++) {
      this.#predictAt(values, row * columns, out, row * this.outputs);
    }
    return out;
  }

  #predictAt(rows: Float32Array, from: number, out: Float64Array, to: number): void {
    const { base, columns } = this.parts;
    const { sources, thresholds, children, roots, leaves } = this.parts.nodes;
    const values = this.#values;
    for (let column = 0; column < columns; column++) {
      const value = rows[from + column]!;
      const missing = Number.isNaN(value);
      values[column] = missing ? -Infinity : value;
      values[columns + column] = missing ? Infinity : value;
    }
    const outputs = base.length;
    for (let output = 0; output < outputs; output++) {
      let sum = base[output]!;
      for (let tree = output; tree < roots.length; tree += outputs) {
        let node = roots[tree]!;
        while (node >= 0) {
          node = children[2 * node + (values[sources[node]!]! <= thresholds[node]! ? 0 : 1)]!;
        }
        sum += leaves[-1 - node]!;
      }
      out[to + output] = sum;
    }
  }
}
