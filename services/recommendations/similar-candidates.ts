import type { IdMap } from '../../models/dataset/id-map.ts';
import type { Model } from '../../models/recommenders/model.ts';
import { type Candidate, mostCandidates } from './candidate.ts';
import { reRank } from './re-rank.ts';

/** A model's nearest items to one of its items, in batches, best first. */
export function* similarCandidates(
  from: { readonly model: Model; readonly items: IdMap },
  index: number,
  first: number,
): Generator<readonly Candidate[]> {
  let given = 0;
  for (let count = first; ; count = Math.min(4 * count, mostCandidates)) {
    const near = from.model.similar(index, count).filter(({ score }) => score > 0);
    yield reRank(near.slice(given), { items: from.items, source: from.model.kind });
    if (near.length < count || count === mostCandidates) return;
    given = count;
  }
}
