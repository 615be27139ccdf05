import { RowBounds, rowsOfBlock } from '../kernels/row-bounds.ts';
import { AlsModel } from '../recommenders/als-model.ts';
import { checkItem } from '../recommenders/check-indices.ts';
import type { FactorRows } from '../recommenders/factor-rows.ts';
import { HybridModel } from '../recommenders/hybrid-model.ts';
import type { Model, Query, ScoredItem } from '../recommenders/model.ts';
import { SpectralModel } from '../recommenders/spectral-model.ts';
import { TopItems } from '../recommenders/top-items.ts';
import { BlockQueue } from './block-queue.ts';
import { type QueryTerms, termsOf } from './query-terms.ts';
import type { Retriever } from './retriever.ts';

/** Below this, scoring all is as fast. */
const fewestItems = 16_384;

const excluded = 1;
const touched = 2;
const scored = 3;

/** Upper bounds of what a term that has a score for every item adds. */
interface DenseBounds {
  readonly factor: number;
  readonly rows: Float32Array;
  readonly blocks: Float32Array;
}

/**
 * Finds exactly the items that scoring the whole catalogue would, with a score for few of them.
 *
 * A score is a sum in which all but a few terms are 0 for all but a few items. Of the dense terms
 * there are upper bounds: an item's from its vector in 8 bits (`RowBounds`), a block's the highest
 * of 64 items. The `count` items with the highest bounds are scored; whatever has a bound below the
 * worst of them cannot be among the best, and the rest is scored too. Bounds are added up in the
 * order and precision of scores, and rounding keeps order, so that they hold for the rounded sums.
 *
 * It works in memory of its own and is to be used by one thread, as its model is.
 */
export class ExactRetriever implements Retriever {
  readonly #itemCount: number;
  readonly #bounds = new Map<FactorRows, RowBounds>();
  readonly #fixedBlocks = new Map<Float32Array, Float32Array>();
  /** All 0 between two uses. */
  readonly #flags: Uint8Array;
  readonly #sums: Float32Array;
  readonly #touched: Uint32Array;
  readonly #blockBounds = new Float32Array(rowsOfBlock);
  #scores: Float32Array | undefined;

  constructor(model: Model) {
    this.#itemCount = model.itemCount;
    const isSmall = model.itemCount < fewestItems;
    for (const rows of isSmall ? [] : rowsOf(model)) {
      this.#bounds.set(rows, new RowBounds(rows.factors, rows.dimensions));
    }
    this.#flags = new Uint8Array(model.itemCount);
    this.#sums = new Float32Array(isSmall ? 0 : model.itemCount);
    this.#touched = new Uint32Array(isSmall ? 0 : model.itemCount);
  }

  top(query: Query, count: number, exclude: Iterable<number>): ScoredItem[] {
    const left = Uint32Array.from(exclude);
    for (const item of left) checkItem(item, this.#itemCount);
    const best = new TopItems(count);
    const found = this.#itemCount < fewestItems ? undefined : termsOf(query);
    const dense = found && this.#denseBounds(found);
    return found && dense?.length
      ? this.#select(query, found, dense, best, count, left)
      : this.#scan(query, best, left);
  }

  /** Undefined where a term's bounds are not to be had. */
  #denseBounds({ terms }: QueryTerms): DenseBounds[] | undefined {
    const dense: DenseBounds[] = [];
    for (const term of terms) {
      if (term.kind === 'rows') {
        const bounds = this.#bounds.get(term.rows)?.of(term.vector);
        if (bounds === undefined) return undefined;
        dense.push({ factor: term.factor, ...bounds });
      } else if (term.kind === 'fixed') {
        const { factor, scores } = term;
        dense.push({ factor, rows: scores, blocks: this.#blocksOf(scores) });
      }
    }
    return dense;
  }

  #blocksOf(scores: Float32Array): Float32Array {
    const known = this.#fixedBlocks.get(scores);
    if (known) return known;
    const blocks = new Float32Array(Math.ceil(scores.length / rowsOfBlock));
    for (let block = 0; block < blocks.length; block++) {
      const from = block * rowsOfBlock;
      blocks[block] = Math.max(...scores.subarray(from, from + rowsOfBlock));
    }
    this.#fixedBlocks.set(scores, blocks);
    return blocks;
  }

  #select(
    query: Query,
    found: QueryTerms,
    dense: readonly DenseBounds[],
    best: TopItems,
    count: number,
    left: Uint32Array,
  ): ScoredItem[] {
    const flags = this.#flags;
    for (const item of left) flags[item] = excluded;
    const touchedCount = this.#addTouched(found, dense);
    const blocks = new BlockQueue(boundsOf(found.base, dense));
    const highest = new TopItems(count);
    for (let at = 0; at < touchedCount; at++) {
      const item = this.#touched[at]!;
      highest.offer(item, this.#sums[item]!);
    }
    const taken: number[] = [];
    while (blocks.highest > highest.worst) {
      const block = blocks.take();
      taken.push(block);
      this.#offerBlock(block, found.base, dense, highest);
    }
    const first = highest.drainList().map(({ item }) => item);
    for (const item of first) flags[item] = scored;
    offer(query, first, best);
    while (blocks.highest >= best.worst && blocks.highest > Number.NEGATIVE_INFINITY) {
      taken.push(blocks.take());
    }
    const rest = this.#touchedFrom(best.worst, touchedCount);
    for (const block of taken) this.#takeFrom(block, found.base, dense, best.worst, rest);
    offer(query, rest, best);
    this.#clear(touchedCount, left, first);
    return best.drainList();
  }

  /** Marks the items that a sparse term leads to, and adds their bounds up in `#sums`. */
  #addTouched({ base, terms }: QueryTerms, dense: readonly DenseBounds[]): number {
    const flags = this.#flags;
    const sums = this.#sums;
    let size = 0;
    for (const term of terms) {
      if (term.kind !== 'sparse') continue;
      for (const item of term.touched.items) {
        if (flags[item] !== 0) continue;
        flags[item] = touched;
        sums[item] = base;
        this.#touched[size++] = item;
      }
    }
    let next = 0;
    for (const term of terms) {
      if (term.kind === 'sparse') {
        term.touched.addScores(term.factor, sums);
        continue;
      }
      const { factor, rows } = dense[next++]!;
      for (let at = 0; at < size; at++) {
        const item = this.#touched[at]!;
        sums[item]! += factor * rows[item]!;
      }
    }
    return size;
  }

  /** Offers the items of a block that are neither touched nor excluded by their bounds. */
  #offerBlock(block: number, base: number, dense: readonly DenseBounds[], highest: TopItems): void {
    const from = block * rowsOfBlock;
    const length = this.#addBounds(from, base, dense);
    for (let at = 0; at < length; at++) {
      const bound = this.#blockBounds[at]!;
      if (bound >= highest.worst && this.#flags[from + at] === 0) highest.offer(from + at, bound);
    }
  }

  /** Adds those of a block to `items` that are not scored yet and have a bound of at least `worst`. */
  #takeFrom(
    block: number,
    base: number,
    dense: readonly DenseBounds[],
    worst: number,
    items: number[],
  ): void {
    const from = block * rowsOfBlock;
    const length = this.#addBounds(from, base, dense);
    for (let at = 0; at < length; at++) {
      if (this.#blockBounds[at]! >= worst && this.#flags[from + at] === 0) items.push(from + at);
    }
  }

  /** The same of the items that a sparse term leads to. */
  #touchedFrom(worst: number, touchedCount: number): number[] {
    const items: number[] = [];
    for (let at = 0; at < touchedCount; at++) {
      const item = this.#touched[at]!;
      if (this.#flags[item] === touched && this.#sums[item]! >= worst) items.push(item);
    }
    return items;
  }

  /** Bounds of a block's items as if no sparse term led to them. Returns how many they are. */
  #addBounds(from: number, base: number, dense: readonly DenseBounds[]): number {
    const bounds = this.#blockBounds;
    const length = Math.min(rowsOfBlock, this.#itemCount - from);
    bounds.fill(base);
    for (const { factor, rows } of dense) {
      for (let at = 0; at < length; at++) bounds[at]! += factor * rows[from + at]!;
    }
    return length;
  }

  #clear(touchedCount: number, ...others: readonly (readonly number[] | Uint32Array)[]): void {
    for (let at = 0; at < touchedCount; at++) this.#flags[this.#touched[at]!] = 0;
    for (const items of others) for (const item of items) this.#flags[item] = 0;
  }

  /** Scores everything. */
  #scan(query: Query, best: TopItems, left: Uint32Array): ScoredItem[] {
    this.#scores ??= new Float32Array(this.#itemCount);
    query.score(this.#scores);
    for (const item of left) this.#scores[item] = Number.NEGATIVE_INFINITY;
    return best.list(this.#scores);
  }
}

function rowsOf(model: Model): FactorRows[] {
  const parts =
    model instanceof HybridModel ? model.components.map((component) => component.model) : [model];
  return parts.flatMap((part) => {
    return part instanceof AlsModel || part instanceof SpectralModel ? [part.rows] : [];
  });
}

function boundsOf(base: number, dense: readonly DenseBounds[]): Float32Array {
  const bounds = new Float32Array(dense[0]?.blocks.length ?? 0).fill(base);
  for (const { factor, blocks } of dense) {
    for (let block = 0; block < bounds.length; block++) bounds[block]! += factor * blocks[block]!;
  }
  return bounds;
}

function offer(query: Query, items: readonly number[], best: TopItems): void {
  const list = Uint32Array.from(items);
  const scores = new Float32Array(list.length);
  query.scoreItems(list, scores);
  for (let at = 0; at < list.length; at++) best.offer(list[at]!, scores[at]!);
}
