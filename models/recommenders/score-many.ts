import { FactorQuery } from './factor-query.ts';
import type { FactorRows, ProductBlock } from './factor-rows.ts';
import { HybridQuery } from './hybrid-query.ts';
import type { History, Model, Query } from './model.ts';

/** A query as a sum: base + Σ factor · score. */
interface Sum {
  readonly base: number;
  readonly terms: readonly { readonly query: Query; readonly factor: number }[];
}

/** Queries that multiply the rows of the same model, by their places in a list. */
type Groups = Map<FactorRows, number[]>;

/** Histories that are scored at a time at most, … */
export const mostHistories = 64;
/** … and scores: 32 MB. */
const mostScores = 8 * 1024 * 1024;

/** What is done with the scores of the n-th history, which the next ones overwrite. */
export type UseScores = (scores: Float32Array, query: Query, n: number) => void;

/** Scores histories one after the other, many at a time where that is faster. */
export class HistoryScores {
  readonly #model: Model;
  #scores = new Float32Array();

  constructor(model: Model) {
    this.#model = model;
  }

  forEach(histories: readonly History[], use: UseScores): void {
    this.forEachQuery(
      histories.map((history) => this.#model.query(history)),
      use,
    );
  }

  /** @param queries of the model */
  forEachQuery(queries: readonly Query[], use: UseScores): void {
    const { itemCount } = this.#model;
    const most = queries.some(isFasterTogether) ? Math.floor(mostScores / itemCount) : 1;
    const size = Math.max(1, Math.min(most, mostHistories, queries.length));
    if (this.#scores.length < size * itemCount) this.#scores = new Float32Array(size * itemCount);
    for (let from = 0; from < queries.length; from += size) {
      const block = queries.slice(from, from + size);
      const scores = this.#scores.subarray(0, block.length * itemCount);
      if (size > 1) scoreMany(block, scores);
      else block[0]!.score(scores);
      block.forEach((query, n) => {
        use(scores.subarray(n * itemCount, (n + 1) * itemCount), query, from + n);
      });
    }
  }
}

/** Whether many such queries are scored faster together than one by one. */
function isFasterTogether(query: Query): boolean {
  return sumOf(query).terms.some((term) => term.query instanceof FactorQuery);
}

/**
 * The scores of all items for many histories: row n of `out` is to the bit what `queries[n].score`
 * writes. Where a model multiplies a vector with every item, it takes the vectors of all histories
 * at a time.
 *
 * @param queries of one model
 * @param out as many rows as queries, one score an item
 */
export function scoreMany(queries: readonly Query[], out: Float32Array): void {
  const itemCount = out.length / queries.length;
  const sums = queries.map(sumOf);
  sums.forEach(({ base }, n) => {
    out.fill(base, n * itemCount, (n + 1) * itemCount);
  });
  // Every query's terms are added in their order, so that the bits are those of `score`.
  const most = Math.max(...sums.map(({ terms }) => terms.length));
  for (let at = 0; at < most; at++) addTerms(sums, at, out, itemCount);
}

function sumOf(query: Query): Sum {
  return query instanceof HybridQuery ? query : { base: 0, terms: [{ query, factor: 1 }] };
}

/** Adds the term at place `at` of every sum. */
function addTerms(sums: readonly Sum[], at: number, out: Float32Array, itemCount: number): void {
  const groups: Groups = new Map();
  sums.forEach(({ terms }, n) => {
    const term = terms[at];
    if (term?.query instanceof FactorQuery) {
      const group = groups.get(term.query.rows);
      if (group) group.push(n);
      else groups.set(term.query.rows, [n]);
    } else term?.query.addScores(term.factor, out.subarray(n * itemCount, (n + 1) * itemCount));
  });
  for (const [rows, group] of groups) {
    const terms = group.map((n) => sums[n]!.terms[at]!);
    const vectors = terms.map(({ query }) => (query as FactorQuery).vector);
    rows.forEachBlock(vectors, (block) => {
      for (let v = 0; v < block.vectors; v++) {
        const { factor } = terms[block.vector + v]!;
        addProducts(block, v, factor, out, group[block.vector + v]! * itemCount + block.row);
      }
    });
  }
}

/** Adds factor · products of vector `v` of the block to `out`, from `to` on. */
function addProducts(
  { products, width, rows }: ProductBlock,
  v: number,
  factor: number,
  out: Float32Array,
  to: number,
): void {
  const from = v * width;
  for (let row = 0; row < rows; row++) out[to + row]! += factor * products[from + row]!;
}
