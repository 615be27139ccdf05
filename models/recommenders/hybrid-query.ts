import { checkItem, checkItems, checkScores } from './check-indices.ts';
import type { History, Model, ModelKind, Query } from './model.ts';
import { type Moments, momentsWithout } from './standard-scores.ts';

/** A component's part in a blend: factor · (score − mean). */
export interface HybridTerm {
  readonly query: Query;
  /** Weight over the deviation of the scores; 0 where they are all the same. */
  readonly factor: number;
  readonly mean: number;
  readonly kind: ModelKind;
}

/** The part of a component with this weight. */
export function termOf({ kind }: Pick<Model, 'kind'>, query: Query, weight: number): HybridTerm {
  const { mean, scale } = query.moments();
  return { query, factor: weight * scale, mean, kind };
}

/** A sum of standard scores: what `HybridModel` says about one history. */
export class HybridQuery implements Query {
  readonly #history: History;
  readonly #itemCount: number;
  readonly terms: readonly HybridTerm[];
  /** What all items get: −Σ factor · mean. */
  readonly base: number;

  constructor(history: History, itemCount: number, terms: readonly HybridTerm[]) {
    this.#history = history;
    this.#itemCount = itemCount;
    this.terms = terms;
    this.base = terms.reduce((sum, { factor, mean }) => sum - factor * mean, 0);
  }

  score(out: Float32Array): void {
    checkScores(out, this.#itemCount);
    out.fill(this.base);
    for (const { query, factor } of this.terms) query.addScores(factor, out);
  }

  addScores(factor: number, out: Float32Array): void {
    const scores = new Float32Array(this.#itemCount);
    this.score(scores);
    for (let item = 0; item < out.length; item++) out[item]! += factor * scores[item]!;
  }

  scoreItems(items: Uint32Array, out: Float32Array): void {
    checkItems(items, out, this.#itemCount);
    out.fill(this.base);
    const scores = new Float32Array(items.length);
    for (const { query, factor } of this.terms) {
      query.scoreItems(items, scores);
      // In the order and precision of `score`, so that both give the same bits.
      for (let n = 0; n < items.length; n++) out[n]! += factor * scores[n]!;
    }
  }

  /**
   * The score of an item that the components do not know, from what `scoreOf` makes of it in each of
   * them, undefined where it makes nothing: 0 then, as a graph gives what it has no edge to.
   */
  scoreUnknown(scoreOf: (kind: ModelKind, query: Query) => number | undefined): number {
    let score = this.base;
    for (const { query, factor, kind } of this.terms) score += factor * (scoreOf(kind, query) ?? 0);
    return score;
  }

  moments(): Moments {
    const scores = new Float32Array(this.#itemCount);
    this.score(scores);
    let sum = 0;
    let squares = 0;
    for (const score of scores) {
      sum += score;
      squares += score * score;
    }
    const known = Float32Array.from(this.#history.items, (item) => scores[item]!);
    return momentsWithout(sum, squares, this.#itemCount, known);
  }

  contributions(item: number): Float32Array {
    checkItem(item, this.#itemCount);
    const sums = new Float64Array(this.#history.items.length);
    for (const { query, factor } of this.terms) {
      const parts = query.contributions(item);
      for (let n = 0; n < sums.length; n++) sums[n]! += factor * parts[n]!;
    }
    return Float32Array.from(sums);
  }
}
