import { FactorQuery } from '../recommenders/factor-query.ts';
import type { FactorRows } from '../recommenders/factor-rows.ts';
import { GraphQuery } from '../recommenders/graph-query.ts';
import { HybridQuery } from '../recommenders/hybrid-query.ts';
import type { Query } from '../recommenders/model.ts';
import { PopularityQuery } from '../recommenders/popularity.ts';
import type { TouchedScores } from '../recommenders/touched-scores.ts';
import { UserNeighboursQuery } from '../recommenders/user-neighbours-query.ts';

/** Products of the rows of a factor model with a vector: every item has one of its own. */
export interface RowsTerm {
  readonly kind: 'rows';
  readonly rows: FactorRows;
  readonly vector: Float32Array;
  readonly factor: number;
}

/** The same for everybody. */
export interface FixedTerm {
  readonly kind: 'fixed';
  readonly scores: Float32Array;
  readonly factor: number;
}

/** 0 for all but a few items. */
export interface SparseTerm {
  readonly kind: 'sparse';
  readonly touched: TouchedScores;
  readonly factor: number;
}

export type QueryTerm = RowsTerm | FixedTerm | SparseTerm;

/**
 * What a query's scores are made of, in the order of adding: base, then factor · score of each
 * term, rounded to single precision after each.
 */
export interface QueryTerms {
  readonly base: number;
  readonly terms: readonly QueryTerm[];
}

/** Undefined for a query of a kind that is not known, or a term that counts against its score. */
export function termsOf(query: Query): QueryTerms | undefined {
  const { base, terms } =
    query instanceof HybridQuery ? query : { base: 0, terms: [{ query, factor: 1 }] };
  const found: QueryTerm[] = [];
  for (const { query: part, factor } of terms) {
    const term = factor >= 0 ? termOf(part, factor) : undefined;
    if (term === undefined) return undefined;
    found.push(term);
  }
  return { base: Math.fround(base), terms: found };
}

function termOf(query: Query, factor: number): QueryTerm | undefined {
  if (query instanceof FactorQuery) {
    return { kind: 'rows', rows: query.rows, vector: query.vector, factor };
  }
  if (query instanceof GraphQuery || query instanceof UserNeighboursQuery) {
    return { kind: 'sparse', touched: query.touched, factor };
  }
  if (query instanceof PopularityQuery) {
    return { kind: 'fixed', scores: query.popularity, factor };
  }
  return undefined;
}
