import type { ScoredItem } from '../../models/recommenders/model.ts';
import type { Candidate, CandidateSet } from './candidate.ts';

/**
 * Puts one batch of a model's candidates in the order they are offered in: by score, equal ones by
 * item id, so that the order does not hang on the order of training. A score of exactly 0 is what a
 * model gives to items that it has found nothing about (no neighbour in the history, nobody who
 * took it): those are left to the lists that come after the model.
 */
export function reRank(
  batch: readonly ScoredItem[],
  { source, items }: Pick<CandidateSet, 'source' | 'items'>,
): Candidate[] {
  const found = batch.filter(({ score }) => score !== 0);
  const candidates = found.map(({ item, score }) => {
    return { itemId: items.idOf(item), score, source, index: item };
  });
  return candidates.sort((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
}
