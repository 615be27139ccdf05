import { rowOf, type SparseMatrix } from '../dataset/sparse-matrix.ts';
import type { Recommendations } from '../evaluation/ranking-metrics.ts';
import type { Model } from '../recommenders/model.ts';
import { TopItems } from '../recommenders/top-items.ts';
import type { ContentEncoder } from './content-encoder.ts';
import { newUserQuery } from './content-queries.ts';
import type { FeatureBags } from './feature-bags.ts';

/**
 * The same lists, but those of users without a history made from their profiles, as they are when
 * serving. Others' lists stay, and so do all where profiles say nothing.
 *
 * @param users of the lists; dense indices
 * @param histories users × items, what the lists were made from
 * @param profiles a row for each user
 */
export function withNewUsers(
  recommendations: Recommendations,
  users: Uint32Array,
  histories: SparseMatrix,
  model: Model,
  content: ContentEncoder,
  profiles: FeatureBags,
): Recommendations {
  if (!(content.parameters.profileWeight > 0)) return recommendations;
  const { limit } = recommendations;
  const items = recommendations.items.slice();
  const scores = new Float32Array(model.itemCount);
  const top = new TopItems(limit);
  users.forEach((user, row) => {
    if (rowOf(histories, user).indices.length > 0) return;
    if (!((profiles.indptr[user + 1] ?? 0) > (profiles.indptr[user] ?? 0))) return;
    const query = newUserQuery(model, content, content.encodeStranger(profiles, user));
    if (!query) return;
    query.score(scores);
    top.select(scores, items.subarray(row * limit, (row + 1) * limit));
  });
  return { limit, items };
}
