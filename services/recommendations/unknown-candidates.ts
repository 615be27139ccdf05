import { scoreOfNew } from '../../models/content/content-queries.ts';
import type { Query } from '../../models/recommenders/model.ts';
import type { NewItems } from '../content/new-items-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Candidate } from './candidate.ts';
import type { LiveHistory } from './live-history.ts';

/** The best of the items that the model does not know are looked at, and the rest left out. */
const mostUnknown = 1_000;

/**
 * Items that the model does not know, best first, scored from their vectors on the scale of those
 * that it knows. Nothing for a model without an encoder, or a query that has no vector.
 */
export function unknownCandidates(
  query: Query,
  { content }: ServingModel,
  newItems: NewItems,
  { history }: LiveHistory,
): Candidate[] {
  if (!content || newItems.size === 0) return [];
  const { appeal } = content.parameters;
  const weight = history.items.length > 0 ? appeal.known : appeal.new;
  const candidates: Candidate[] = [];
  for (const [itemId, vector] of newItems) {
    const score = scoreOfNew(query, vector, weight);
    if (score === undefined) return [];
    candidates.push({ itemId, score, source: 'content' });
  }
  candidates.sort((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
  return candidates.slice(0, mostUnknown);
}
