import type { TreeNodes } from './tree-types.ts';

/** Leaves of a tree that a mask has room for. */
const mostLeaves = 32;

/**
 * Trees asked node by node in the order of the thresholds, and not way by way (QuickScorer:
 * Lucchese et al. 2015): a tree's mask has a bit for each leaf, the leftmost the lowest. A node whose
 * comparison fails, value > threshold, takes the leaves to its left out; the lowest bit that is left
 * is the leaf. The thresholds of a source ascend, so that the first one that holds ends its nodes.
 * There is no branch that cannot be foreseen but that one a source.
 */
export class LeafMasks {
  /** Nodes by source, and within it by threshold; where each source's begin. */
  readonly #starts: Uint32Array;
  readonly #thresholds: Float32Array;
  readonly #trees: Uint32Array;
  readonly #masks: Int32Array;
  /** Leaf values from left to right, `mostLeaves` a tree. */
  readonly #leaves: Float64Array;
  readonly #left: Int32Array;
  readonly #kept: Int32Array;

  /** @returns undefined for trees with more leaves than a mask has bits */
  static of(nodes: TreeNodes, sources: number): LeafMasks | undefined {
    const masks = new LeafMasks(nodes, sources);
    return masks.#isWhole ? masks : undefined;
  }

  #isWhole = true;

  private constructor(nodes: TreeNodes, sources: number) {
    const trees = nodes.roots.length;
    const count = nodes.sources.length;
    this.#leaves = new Float64Array(trees * mostLeaves);
    this.#left = new Int32Array(trees);
    this.#kept = new Int32Array(trees);
    const masks = new Int32Array(count);
    const treeOf = new Uint32Array(count);
    for (let tree = 0; tree < trees; tree++) this.#number(nodes, tree, masks, treeOf);
    const order = Uint32Array.from({ length: count }, (_, node) => node).sort(
      (a, b) =>
        nodes.sources[a]! - nodes.sources[b]! || nodes.thresholds[a]! - nodes.thresholds[b]!,
    );
    this.#thresholds = Float32Array.from(order, (node) => nodes.thresholds[node]!);
    this.#trees = Uint32Array.from(order, (node) => treeOf[node]!);
    this.#masks = Int32Array.from(order, (node) => masks[node]!);
    this.#starts = new Uint32Array(sources + 1);
    for (const source of nodes.sources) this.#starts[source + 1]!++;
    for (let source = 0; source < sources; source++) {
      this.#starts[source + 1]! += this.#starts[source]!;
    }
  }

  /** Numbers the leaves of a tree from left to right. */
  #number(nodes: TreeNodes, tree: number, masks: Int32Array, treeOf: Uint32Array): void {
    const { children, leaves } = nodes;
    let found = 0;
    const visit = (node: number): void => {
      if (node < 0) {
        if (found < mostLeaves) this.#leaves[tree * mostLeaves + found] = leaves[-1 - node]!;
        else this.#isWhole = false;
        found++;
        return;
      }
      const first = found;
      visit(children[2 * node]!);
      treeOf[node] = tree;
      masks[node] = ~(((1 << (found - first)) - 1) << first);
      visit(children[2 * node + 1]!);
    };
    visit(nodes.roots[tree]!);
  }

  /** Forgets all comparisons. */
  clear(): void {
    this.#left.fill(-1);
  }

  /** What was compared until now is where `recall` goes back to. */
  keep(): void {
    this.#kept.set(this.#left);
  }

  recall(): void {
    this.#left.set(this.#kept);
  }

  /**
   * Compares a row with the nodes of some sources.
   *
   * @param values by source, none NaN
   * @param wanted the first `count` are the sources
   */
  compare(values: Float32Array, wanted: Uint16Array, count: number): void {
    const starts = this.#starts;
    const thresholds = this.#thresholds;
    const trees = this.#trees;
    const masks = this.#masks;
    const left = this.#left;
    for (let n = 0; n < count; n++) {
      const source = wanted[n]!;
      const value = values[source]!;
      const end = starts[source + 1]!;
      for (let at = starts[source]!; at < end && value > thresholds[at]!; at++) {
        left[trees[at]!]! &= masks[at]!;
      }
    }
  }

  /** Sum of the leaves that are left after all comparisons, over the trees `first`, `first + step` …. */
  sum(first: number, step: number, base: number): number {
    const left = this.#left;
    const leaves = this.#leaves;
    let sum = base;
    for (let tree = first; tree < left.length; tree += step) {
      const bits = left[tree]!;
      sum += leaves[(tree << 5) + 31 - Math.clz32(bits & -bits)]!;
    }
    return sum;
  }
}
