import { LeafMasks } from './leaf-masks.ts';
import type { TreeNodes, TreeObjective, TreeTable } from './tree-types.ts';

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
  readonly #masks: LeafMasks | undefined;
  /** Sources (places in `#values`) whose values all rows of a question share, and the others. */
  readonly #shared: Uint16Array;
  readonly #own: Uint16Array;

  constructor(parts: TreeParts) {
    this.parts = parts;
    const sources = 2 * parts.columns;
    this.#values = new Float32Array(sources);
    this.#masks = LeafMasks.of(parts.nodes, sources);
    this.#shared = new Uint16Array(sources);
    this.#own = new Uint16Array(sources);
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
    this.predictRows(row, 1, out);
  }

  /**
   * The same of several rows that share most values, such as the sizes of a run: what they share is
   * compared once. Takes the same time as one by one where they share none.
   *
   * @param rows count × columns
   * @param out count × outputs
   */
  predictRows(rows: Float32Array, count: number, out: Float64Array): void {
    const { columns } = this.parts;
    const masks = this.#masks;
    const shared = this.#divideSources(rows, count);
    if (masks && count > 0) {
      masks.clear();
      this.#take(rows, 0);
      masks.compare(this.#values, this.#shared, shared);
      masks.keep();
    }
    for (let row = 0; row < count; row++) {
      this.#take(rows, row * columns);
      masks?.recall();
      masks?.compare(this.#values, this.#own, 2 * columns - shared);
      this.#addUp(out, row * this.outputs);
    }
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
      const from = row * this.outputs;
      this.predict(
        values.subarray(row * columns, (row + 1) * columns),
        out.subarray(from, from + this.outputs),
      );
    }
    return out;
  }

  /** Sorts the sources by whether all rows share their values; how many do. */
  #divideSources(rows: Float32Array, count: number): number {
    const { columns } = this.parts;
    let shared = 0;
    let own = 0;
    for (let column = 0; column < columns; column++) {
      const value = rows[column]!;
      let row = 1;
      while (row < count && Object.is(rows[row * columns + column], value)) row++;
      const isShared = row === count;
      const list = isShared ? this.#shared : this.#own;
      const at = isShared ? shared : own;
      list[at] = column;
      list[at + 1] = columns + column;
      if (isShared) shared += 2;
      else own += 2;
    }
    return shared;
  }

  #take(rows: Float32Array, from: number): void {
    const { columns } = this.parts;
    const values = this.#values;
    for (let column = 0; column < columns; column++) {
      const value = rows[from + column]!;
      const missing = Number.isNaN(value);
      values[column] = missing ? -Infinity : value;
      values[columns + column] = missing ? Infinity : value;
    }
  }

  #addUp(out: Float64Array, to: number): void {
    const { base, nodes } = this.parts;
    const outputs = base.length;
    for (let output = 0; output < outputs; output++) {
      out[to + output] =
        this.#masks?.sum(output, outputs, base[output]!) ??
        sumOfWays(nodes, this.#values, output, outputs, base[output]!);
    }
  }
}

/** Adds up the leaves of the trees `first`, `first + step` …, each found from its root. */
function sumOfWays(
  { sources, thresholds, children, roots, leaves }: TreeNodes,
  values: Float32Array,
  first: number,
  step: number,
  base: number,
): number {
  let sum = base;
  for (let tree = first; tree < roots.length; tree += step) {
    let node = roots[tree]!;
    while (node >= 0) {
      node = children[2 * node + (values[sources[node]!]! <= thresholds[node]! ? 0 : 1)]!;
    }
    sum += leaves[-1 - node]!;
  }
  return sum;
}
