import type { ScoredItem } from '../../models/recommenders/model.ts';
import type { CandidateSet } from './candidate.ts';

export interface ScoredCandidates {
  /** The best of the items that are not in the history, best first. */
  readonly fresh: readonly ScoredItem[];
  /** Those of the history. */
  readonly known: readonly ScoredItem[];
}

/** The best `count` items that are new to the viewer, and what the viewer knows with its scores. */
export function scoreCandidates(set: CandidateSet, count: number): ScoredCandidates {
  const { query, retriever, history, bought } = set;
  const isBought = new Set(bought);
  const items = history.items.filter((item) => !isBought.has(item));
  const scores = new Float32Array(items.length);
  query.scoreItems(items, scores);
  const known = Array.from(items, (item, at) => ({ item, score: scores[at] ?? 0 }));
  return { fresh: retriever.top(query, count, [...bought, ...items]), known };
}
