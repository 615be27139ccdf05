import { newUserQuery } from '../../models/content/content-queries.ts';
import type { Query } from '../../models/recommenders/model.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { CandidateSource } from './candidate.ts';
import { type LiveHistory, liveHistory, type Viewer } from './viewer.ts';

/** What the model, or the profile, says about a viewer. */
export interface Asked {
  readonly live: LiveHistory;
  readonly query: Query;
  readonly source: CandidateSource;
}

/**
 * By the history, or before there is one by the profile.
 *
 * @returns undefined where neither says anything
 * @throws whatever a broken model throws
 */
export function askModel(
  viewer: Viewer,
  { model, items, content }: ServingModel,
): Asked | undefined {
  const live = liveHistory(viewer.interests, items);
  if (live.history.items.length > 0) {
    return { live, query: model.query(live.history), source: model.kind };
  }
  if (!content || !viewer.profile) return undefined;
  const vector = content.encodeProfile(viewer.profile);
  const query = vector && newUserQuery(model, content, vector);
  return query && { live, query, source: 'profile' };
}
