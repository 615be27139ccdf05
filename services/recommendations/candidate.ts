import type { IdMap } from '../../models/dataset/id-map.ts';
import type { History, Model, ModelKind, Query } from '../../models/recommenders/model.ts';
import type { Retriever } from '../../models/retrieval/retriever.ts';

/** Where a candidate comes from: a kind of model, or a list. */
export type CandidateSource = ModelKind | 'content' | 'profile' | 'category' | 'newest';

/** An item that may be recommended, before it is known whether it can be bought. */
export interface Candidate {
  readonly itemId: string;
  /** Comparable among candidates of one source only. */
  readonly score: number;
  readonly source: CandidateSource;
  /** The model's index of the item, for candidates of a model. */
  readonly index?: number;
}

/** What a model's candidates are drawn from: its whole catalogue but for what is held out. */
export interface CandidateSet {
  readonly model: Model;
  readonly items: IdMap;
  /** Finds the best of them. */
  readonly retriever: Retriever;
  readonly history: History;
  /** What the model says about the history. */
  readonly query: Query;
  /** Indices that are not recommended: what was bought. */
  readonly bought: readonly number[];
  /** What the candidates are said to come from. */
  readonly source: CandidateSource;
  /** Items that the model does not know, best first, on the scale of the query's scores. */
  readonly unknown: readonly Candidate[];
}

/** Candidates in batches, best first; the next batch is made when it is asked for. */
export type CandidateBatches = Iterable<readonly Candidate[]> | AsyncIterable<readonly Candidate[]>;

/** At most so many candidates of one source are looked at for one answer. */
export const mostCandidates = 5_000;

/**
 * How many candidates to begin with: more than asked for, because some of them cannot be bought.
 * Every further batch is four times as large.
 */
export function firstBatch(limit: number): number {
  return limit + Math.max(10, limit >> 1);
}

/** Reads a list page by page. */
export async function* paged(
  first: number,
  read: (count: number, offset: number) => Promise<readonly Candidate[]>,
): AsyncGenerator<readonly Candidate[]> {
  let offset = 0;
  for (let count = first; count > 0; count = Math.min(4 * count, mostCandidates - offset)) {
    const page = await read(count, offset);
    if (page.length > 0) yield page;
    if (page.length < count) return;
    offset += count;
  }
}
