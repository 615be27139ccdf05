import type { ColumnBins } from './bin-columns.ts';
import type { GrownTree } from './grow-tree.ts';
import { TreeEnsemble } from './tree-ensemble.ts';
import type { TreeObjective } from './tree-types.ts';

/** The trees of an ensemble under way, those of a round after those of the round before. */
export class EnsembleBuilder {
  readonly #trees: GrownTree[] = [];
  readonly #bins: ColumnBins;

  constructor(bins: ColumnBins) {
    this.#bins = bins;
  }

  add(tree: GrownTree): void {
    this.#trees.push(tree);
  }

  /** Keeps the first `rounds` rounds. */
  finish(objective: TreeObjective, base: Float64Array, rounds: number): TreeEnsemble {
    const { borders } = this.#bins;
    const columns = borders.length;
    const sources: number[] = [];
    const thresholds: number[] = [];
    const children: number[] = [];
    const roots: number[] = [];
    const leaves: number[] = [];
    const importance = new Float64Array(columns);
    for (const tree of this.#trees.slice(0, rounds * base.length)) {
      const node = sources.length;
      const leaf = leaves.length;
      const place = (child: number): number => (child < 0 ? child - leaf : child + node);
      roots.push(place(tree.root));
      for (const [at, column] of tree.columns.entries()) {
        sources.push(tree.missingLeft[at] ? column : columns + column);
        thresholds.push(thresholdOf(borders[column]!, tree.bins[at]!));
        importance[column]! += tree.gains[at]!;
      }
      for (const child of tree.children) children.push(place(child));
      for (const { value } of tree.leaves) leaves.push(value);
    }
    return new TreeEnsemble({
      objective,
      columns,
      base,
      importance,
      nodes: {
        sources: Uint16Array.from(sources),
        thresholds: Float32Array.from(thresholds),
        children: Int32Array.from(children),
        roots: Int32Array.from(roots),
        leaves: Float64Array.from(leaves),
      },
    });
  }
}

/** After the last bin only missing values are on the other side. */
function thresholdOf(borders: Float32Array, bin: number): number {
  return bin < borders.length ? borders[bin]! : largestFloat;
}

/** The largest single-precision number. */
const largestFloat = 3.4028234663852886e38;
