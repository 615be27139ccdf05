import type { ScoredItem } from '../../models/recommenders/model.ts';
import { TopItems } from '../../models/recommenders/top-items.ts';
import type { CandidateSet } from './candidate.ts';

export interface ScoredCandidates {
  /** The best of the items that are not in the history, best first. */
  readonly fresh: readonly ScoredItem[];
  /** Those of the history. */
  readonly known: readonly ScoredItem[];
}

/**
 * Scores the whole catalogue for a history and chooses the best `count` in one pass over it.
 */
export function scoreCandidates(set: CandidateSet, count: number): ScoredCandidates {
  const { query, scores, history, bought } = set;
  query.score(scores);
  for (const item of bought) scores[item] = Number.NEGATIVE_INFINITY;
  const known: ScoredItem[] = [];
  for (const item of history.items) {
    const score = scores[item] ?? 0;
    if (score > Number.NEGATIVE_INFINITY) known.push({ item, score });
    scores[item] = Number.NEGATIVE_INFINITY;
  }
  return { fresh: new TopItems(count).list(scores), known };
}
