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

/**
 * Finds nearly the best items through an index of the factors. What the index finds and what a
 * sparse term leads to is scored exactly; an item that neither has found is missed. A query that is
 * not one product beside sparse terms is left to another retriever.
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
    const near = this.#nearest(terms.rows.vector, wanted);
    for (let at = 0; at < near.length; at++) take(near[at]!);
    for (const { touched } of terms.sparse) for (const item of touched.items) take(item);
    for (const item of left) flags[item] = 0;
    for (const item of candidates) flags[item] = 0;
    const items = Uint32Array.from(candidates);
    const scores = new Float32Array(items.length);
    query.scoreItems(items, scores);
    for (let at = 0; at < items.length; at++) best.offer(items[at]!, scores[at]!);
    return best.drainList();
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
