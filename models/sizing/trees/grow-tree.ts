import type { TreeHistograms } from '../../kernels/tree-backend.ts';
import {
  type Bounds,
  bestSplit,
  leafValue,
  type NodeSums,
  type Split,
  type SplitRules,
} from './best-split.ts';

/** A leaf of a tree: its rows are a stretch of the histograms' `order`. */
export interface GrownLeaf {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** A tree; a child from 0 on is a node, below it the leaf −1 − child. Children follow parents. */
export interface GrownTree {
  readonly columns: number[];
  readonly bins: number[];
  readonly missingLeft: boolean[];
  readonly gains: number[];
  /** Left and right child by node. */
  readonly children: number[];
  readonly leaves: GrownLeaf[];
  /** The first child: 0, or −1 for a tree that is one leaf. */
  readonly root: number;
}

export interface GrowRules extends SplitRules {
  readonly leaves: number;
  readonly rate: number;
}

/** A leaf that may still be split. */
interface OpenLeaf {
  readonly from: number;
  readonly to: number;
  readonly sums: NodeSums;
  readonly bounds: Bounds;
  /** The place in `children` that names this leaf. */
  readonly place: number;
  readonly slot: number;
  readonly split: Split | undefined;
}

const free: Bounds = { low: -Infinity, high: Infinity };

/**
 * Grows a tree leaf by leaf, the one with the highest gain first (the older among equals), over
 * the rows `order[0 … rows − 1]` of the histograms, which it sorts by leaf. Of two children the
 * smaller one's sums are made and the other's got by subtraction.
 *
 * @param columns those that may be split by
 */
export function growTree(
  histograms: TreeHistograms,
  rows: number,
  columns: Uint16Array,
  rules: GrowRules,
): GrownTree {
  return new Grower(histograms, columns, rules).grow(rows);
}

class Grower {
  readonly #histograms: TreeHistograms;
  readonly #columns: Uint16Array;
  readonly #rules: GrowRules;
  readonly #tree: GrownTree & { root: number } = {
    columns: [],
    bins: [],
    missingLeft: [],
    gains: [],
    children: [],
    leaves: [],
    root: -1,
  };
  readonly #freeSlots: number[] = [];

  constructor(histograms: TreeHistograms, columns: Uint16Array, rules: GrowRules) {
    this.#histograms = histograms;
    this.#columns = columns;
    this.#rules = rules;
    for (let slot = rules.leaves - 1; slot >= 0; slot--) this.#freeSlots.push(slot);
  }

  grow(rows: number): GrownTree {
    const open: OpenLeaf[] = [this.#root(rows)];
    while (open.length < this.#rules.leaves) {
      const next = indexOfBest(open);
      if (next < 0) break;
      const [leaf] = open.splice(next, 1);
      open.push(...this.#divide(leaf!, open.length + 2 === this.#rules.leaves));
    }
    for (const leaf of open) this.#close(leaf);
    return this.#tree;
  }

  #root(rows: number): OpenLeaf {
    const slot = this.#freeSlots.pop()!;
    this.#histograms.build(slot, 0, rows);
    const sums = this.#sumUp(slot);
    const place = -1;
    const split = this.#search(slot, sums, free);
    return { from: 0, to: rows, sums, bounds: free, place, slot, split };
  }

  /** All rows have a bin in the first column. */
  #sumUp(slot: number): NodeSums {
    const sums = this.#histograms.sums(slot);
    const { gradientUnit, hessianUnit, binCounts } = this.#rules;
    let gradient = 0;
    let hessian = 0;
    let rows = 0;
    for (let bin = 0; bin <= binCounts[0]!; bin++) {
      gradient += sums[3 * bin]!;
      hessian += sums[3 * bin + 1]!;
      rows += sums[3 * bin + 2]!;
    }
    return { gradient: gradient * gradientUnit, hessian: hessian * hessianUnit, rows };
  }

  #search(slot: number, sums: NodeSums, bounds: Bounds): Split | undefined {
    if (sums.rows < 2 * this.#rules.minRows) return undefined;
    return bestSplit(this.#histograms.sums(slot), sums, bounds, this.#columns, this.#rules);
  }

  /** @param last no more splits follow: the children need no sums */
  #divide(leaf: OpenLeaf, last: boolean): [OpenLeaf, OpenLeaf] {
    const split = leaf.split!;
    const node = this.#addNode(leaf, split);
    // No bin is 256.
    const also = split.missingLeft ? this.#rules.binCounts[split.column]! : 256;
    const { column, bin } = split;
    const middle = this.#histograms.partition(leaf.from, leaf.to, column, bin, also);
    const [leftBounds, rightBounds] = this.#boundsOf(leaf, split);
    const left = { from: leaf.from, to: middle, sums: split.left, bounds: leftBounds };
    const right = { from: middle, to: leaf.to, sums: split.right, bounds: rightBounds };
    const least = 2 * this.#rules.minRows;
    if (last || Math.max(left.sums.rows, right.sums.rows) < least) {
      return [
        { ...left, place: 2 * node, slot: leaf.slot, split: undefined },
        { ...right, place: 2 * node + 1, slot: leaf.slot, split: undefined },
      ];
    }
    const leftIsSmaller = left.to - left.from <= right.to - right.from;
    const smaller = leftIsSmaller ? left : right;
    const other = this.#freeSlots.pop()!;
    this.#histograms.build(other, smaller.from, smaller.to);
    this.#histograms.subtract(leaf.slot, other);
    const [leftSlot, rightSlot] = leftIsSmaller ? [other, leaf.slot] : [leaf.slot, other];
    return [this.#open(left, 2 * node, leftSlot), this.#open(right, 2 * node + 1, rightSlot)];
  }

  #open(
    leaf: Pick<OpenLeaf, 'from' | 'to' | 'sums' | 'bounds'>,
    place: number,
    slot: number,
  ): OpenLeaf {
    return { ...leaf, place, slot, split: this.#search(slot, leaf.sums, leaf.bounds) };
  }

  #addNode({ place }: OpenLeaf, { column, bin, missingLeft, gain }: Split): number {
    const tree = this.#tree;
    const node = tree.columns.push(column) - 1;
    tree.bins.push(bin);
    tree.missingLeft.push(missingLeft);
    tree.gains.push(gain);
    tree.children.push(0, 0);
    this.#setChild(place, node);
    return node;
  }

  #setChild(place: number, child: number): void {
    if (place < 0) this.#tree.root = child;
    else this.#tree.children[place] = child;
  }

  /** Between the two children no score of theirs may cross. */
  #boundsOf({ bounds }: OpenLeaf, { column, left, right }: Split): [Bounds, Bounds] {
    const direction = this.#rules.monotone?.[column] ?? 0;
    if (direction === 0) return [bounds, bounds];
    const { l2 } = this.#rules;
    const middle = (leafValue(left, l2, bounds) + leafValue(right, l2, bounds)) / 2;
    const below = { low: bounds.low, high: middle };
    const above = { low: middle, high: bounds.high };
    return direction > 0 ? [below, above] : [above, below];
  }

  #close({ from, to, sums, bounds, place }: OpenLeaf): void {
    const { l2, rate } = this.#rules;
    const leaf = this.#tree.leaves.push({ value: rate * leafValue(sums, l2, bounds), from, to });
    this.#setChild(place, -leaf);
  }
}

function indexOfBest(open: readonly OpenLeaf[]): number {
  let best = -1;
  let gain = 0;
  for (const [at, { split }] of open.entries()) {
    if (split === undefined || split.gain <= gain) continue;
    best = at;
    gain = split.gain;
  }
  return best;
}
