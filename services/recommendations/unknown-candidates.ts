import { scoreOfNew } from '../../models/content/content-queries.ts';
import type { Query } from '../../models/recommenders/model.ts';
import { TopItems } from '../../models/recommenders/top-items.ts';
import type { NewItems } from '../content/new-items-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Candidate } from './candidate.ts';
import type { LiveHistory } from './live-history.ts';

/** The best of the items that the model does not know are looked at, and the rest left out. */
const mostUnknown = 1_000;

/**
 * Items that the model does not know, best first, scored from their vectors on the scale of those
 * that it knows. Nothing for a model without an encoder, or a query that has no vector. What the
 * viewer has met already is left to the lists that come after the model.
 */
export function unknownCandidates(
  {
    query,
    live: { history },
    met,
  }: {
    readonly query: Query;
    readonly live: Pick<LiveHistory, 'history'>;
    readonly met: ReadonlySet<string>;
  },
  { content }: Pick<ServingModel, 'content'>,
  newItems: NewItems,
): Candidate[] {
  if (!content || newItems.size === 0) return [];
  const { appeal } = content.parameters;
  const weight = history.items.length > 0 ? appeal.known : appeal.new;
  const ids: string[] = [];
  const top = new TopItems(Math.min(mostUnknown, newItems.size));
  for (const [itemId, vector] of newItems) {
    if (met.has(itemId)) continue;
    const score = scoreOfNew(query, vector, weight);
    if (score === undefined) return [];
    top.offer(ids.length, score);
    ids.push(itemId);
  }
  const candidates = top.drainList().map(({ item, score }) => {
    return { itemId: ids[item] ?? '', score, source: 'content' as const };
  });
  return candidates.sort((a, b) => b.score - a.score || (a.itemId < b.itemId ? -1 : 1));
}
