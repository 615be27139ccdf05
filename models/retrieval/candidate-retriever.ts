import { AlsModel } from '../recommenders/als-model.ts';
import { checkItem } from '../recommenders/check-indices.ts';
import type { FactorRows } from '../recommenders/factor-rows.ts';
import { HybridModel } from '../recommenders/hybrid-model.ts';
import type { Model, Query, ScoredItem } from '../recommenders/model.ts';
import { TopItems } from '../recommenders/top-items.ts';
import { type RowsTerm, type SparseTerm, termsOf } from './query-terms.ts';
import type { Retriever } from './retriever.ts';

/** The items whose rows have nearly the highest products with a vector, in any order. */
export type Nearest = (vector: Float32Array, count: number) => ArrayLike<number>;

/** The most that is asked of the index: past that, an exact scan is not slower. */
const mostNearest = 4_000;

/** Items of the history that are looked around besides, each for half as many as the query itself. */
const mostSeeds = 8;
/** One that has a higher cosine with a seed than this is of the same kind. */
const sameKind = 0.5;

/**
 * Finds nearly the best items through an index of the factors. What the index finds and what a
 * sparse term leads to is scored exactly; an item that neither has found is missed. A query that is
 * not one product beside sparse terms is left to another retriever.
 *
 * A viewer's vector lies between the several kinds of things that they like, near none of them,
 * where the graph of an index has few ways. So it is also asked for what is near to the vector and
 * to one of the items left out (those of the history), for up to eight of them of different kinds:
 * with a million items that found 95.2 % in 2.8 ms, where the vector alone, asked for more, found
 * 94.0 % in 3.9 ms (bench/README.md).
 */
export class CandidateRetriever implements Retriever {
  readonly #itemCount: number;
  readonly #rows: FactorRows;
  readonly #nearest: Nearest;
  readonly #breadth: number;
  readonly #others: Retriever;
  /** 1 for what is a candidate already or left out; all 0 between two uses. */
  readonly #flags: Uint8Array;

  /**
   * @param rows the factors that `nearest` looks among
   * @param breadth how many the index is asked for at least: the more, the fewer are missed
   * @param others answers what cannot be answered from candidates
   */
  constructor(rows: FactorRows, nearest: Nearest, breadth: number, others: Retriever) {
    this.#itemCount = rows.count;
    this.#rows = rows;
    this.#nearest = nearest;
    this.#breadth = breadth;
    this.#others = others;
    this.#flags = new Uint8Array(rows.count);
  }

  /** Whether a query's best items are looked for in the index. */
  answers(query: Query): boolean {
    return this.#termsOf(query) !== undefined;
  }

  top(query: Query, count: number, exclude: Iterable<number>): ScoredItem[] {
    const left = Array.from(exclude);
    const wanted = Math.max(count + left.length, this.#breadth);
    const terms = wanted <= mostNearest ? this.#termsOf(query) : undefined;
    if (terms === undefined) return this.#others.top(query, count, left);
    for (const item of left) checkItem(item, this.#itemCount);
    const best = new TopItems(count);
    const flags = this.#flags;
    for (const item of left) flags[item] = 1;
    const candidates: number[] = [];
    const take = (item: number) => {
      if (flags[item] !== 0) return;
      flags[item] = 1;
      candidates.push(item);
    };
    const { vector } = terms.rows;
    const ask = (direction: Float32Array, most: number) => {
      const near = this.#nearest(direction, most);
      for (let at = 0; at < near.length; at++) take(near[at]!);
    };
    ask(vector, wanted);
    for (const seed of this.#seedsOf(vector, left)) {
      ask(this.#towards(vector, seed), Math.max(count, wanted >> 1));
    }
    for (const { touched } of terms.sparse) for (const item of touched.items) take(item);
    for (const item of left) flags[item] = 0;
    for (const item of candidates) flags[item] = 0;
    const items = Uint32Array.from(candidates);
    const scores = new Float32Array(items.length);
    query.scoreItems(items, scores);
    for (let at = 0; at < items.length; at++) best.offer(items[at]!, scores[at]!);
    return best.drainList();
  }

  /** Of some items those that have the highest products with a vector, and are of different kinds. */
  #seedsOf(vector: Float32Array, items: readonly number[]): number[] {
    const list = Uint32Array.from(items);
    const products = this.#rows.productsOf(list, vector);
    const order = Array.from(list.keys()).sort((a, b) => products[b]! - products[a]!);
    const seeds: number[] = [];
    for (const at of order) {
      if (seeds.length === mostSeeds) break;
      const item = list[at]!;
      if (seeds.every((seed) => this.#cosine(item, seed) < sameKind)) seeds.push(item);
    }
    return seeds;
  }

  #cosine(a: number, b: number): number {
    const { factors, dimensions, inverseNorms } = this.#rows;
    let sum = 0;
    for (let d = 0; d < dimensions; d++) {
      sum += factors[a * dimensions + d]! * factors[b * dimensions + d]!;
    }
    return sum * inverseNorms[a]! * inverseNorms[b]!;
  }

  /** The directions of a vector and of an item, half and half. */
  #towards(vector: Float32Array, item: number): Float32Array {
    const { factors, dimensions, inverseNorms } = this.#rows;
    let squares = 0;
    for (const value of vector) squares += value * value;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    const from = item * dimensions;
    return vector.map((value, d) => scale * value + inverseNorms[item]! * factors[from + d]!);
  }

  #termsOf(query: Query): { rows: RowsTerm; sparse: SparseTerm[] } | undefined {
    const sparse: SparseTerm[] = [];
    let rows: RowsTerm | undefined;
    for (const term of termsOf(query)?.terms ?? []) {
      if (term.kind === 'sparse') sparse.push(term);
      else if (term.kind === 'rows' && term.rows === this.#rows && !rows) rows = term;
      else return undefined;
    }
    return rows && { rows, sparse };
  }
}

/** The factors of a model that an index is of: those of its ALS. Undefined where it has none. */
export function indexedRows(model: Model): FactorRows | undefined {
  const models =
    model instanceof HybridModel ? model.components.map((component) => component.model) : [model];
  return models.find((part) => part instanceof AlsModel)?.rows;
}
