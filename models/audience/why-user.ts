import { rowOf } from '../dataset/sparse-matrix.ts';
import type { History } from '../recommenders/model.ts';
import type { AudienceUsers } from './audience-users.ts';

export interface WhyUser {
  /** Places on the shelf of the items that most is expected of, best first, with how much of each. */
  readonly best: readonly { readonly place: number; readonly interest: number }[];
  /** Items of the history that these come from, the strongest first, with their share of it. */
  readonly from: readonly { readonly item: number; readonly share: number }[];
}

/**
 * Why a user is named for a shelf: the items that most is expected of, and what they have done that
 * says so.
 *
 * @param shelf indices of items
 * @param most how many of each
 */
export function whyUser(
  users: AudienceUsers,
  user: number,
  shelf: Uint32Array,
  most: number,
): WhyUser {
  const { indices: items, values: weights } = rowOf(users.histories, user);
  const history: History = { items, weights };
  const interests = new Float64Array(shelf.length);
  const scores = new Float32Array(shelf.length);
  const queries = users.parts.map(({ part, scale }) => ({
    query: part.model.query(history),
    scale,
  }));
  for (const { query, scale } of queries) {
    query.scoreItems(shelf, scores);
    for (let place = 0; place < shelf.length; place++) interests[place]! += scale * scores[place]!;
  }
  const best = highest(interests, most);
  const shares = new Float64Array(items.length);
  for (const { at } of best) {
    for (const { query, scale } of queries) {
      const parts = query.contributions(shelf[at]!);
      for (let n = 0; n < shares.length; n++) shares[n]! += scale * parts[n]!;
    }
  }
  const whole = shares.reduce((sum, share) => sum + Math.max(0, share), 0);
  return {
    best: best.map(({ at, value }) => ({ place: at, interest: value })),
    from: highest(shares, most).map(({ at, value }) => {
      return { item: items[at]!, share: value / whole };
    }),
  };
}

/** The highest values above 0, the first among equals. */
function highest(values: Float64Array, most: number): { at: number; value: number }[] {
  return Array.from(values, (value, at) => ({ at, value }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.at - b.at)
    .slice(0, most);
}
