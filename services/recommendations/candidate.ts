import type { ModelKind } from '../../models/recommenders/model.ts';

/** Where a candidate comes from: a kind of model, a room's shelf, or a list. */
export type CandidateSource =
  | ModelKind
  | 'content'
  | 'profile'
  | 'segment'
  | 'room'
  | 'exploration'
  | 'substitute'
  | 'asked'
  | 'category'
  | 'newest';

/** An item that may be recommended, before it is known whether it can be bought. */
export interface Candidate {
  readonly itemId: string;
  /** Comparable among candidates of one source only. */
  readonly score: number;
  readonly source: CandidateSource;
  /** The model's index of the item, where it knows it. */
  readonly index?: number;
  /** Its place in the list that all of them are from, where there is one. */
  readonly place?: number;
  /** Candidates of a later stage only fill up what those before leave. */
  readonly stage?: number;
  /** Only there to be explored; its score is NaN where nothing is known of it. */
  readonly isExtra?: boolean;
}

/** At most so many candidates of one source are looked at for one answer. */
export const mostCandidates = 5_000;

/**
 * How many candidates to begin with: more than asked for, because some of them cannot be bought.
 * Every further batch is four times as large.
 */
export function firstBatch(limit: number): number {
  return limit + Math.max(10, limit >> 1);
}

/** Of a model: as many as the re-ranking has something to choose from. */
export function firstOfModel(limit: number): number {
  return Math.max(100, firstBatch(limit));
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
