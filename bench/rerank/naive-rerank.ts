import type { Label } from '../../models/ranking/label.ts';
import type { RankingPolicy } from '../../models/ranking/ranking-policy.ts';
import type { ReRankCandidates } from '../../models/ranking/re-rank.ts';

/**
 * The definition of `reRank` in its plainest form: at every place every candidate that is left is
 * valued anew, with its highest similarity kept from place to place.
 */
export function naiveReRank(
  given: ReRankCandidates,
  limit: number,
  policy: RankingPolicy,
): Uint32Array {
  const places: number[] = [];
  const left = new Set(given.relevance.keys());
  const nearest = new Float64Array(given.relevance.length);
  const most = (share: number) => Math.max(1, Math.ceil(share * limit));
  const categories = new Counts(given.categories, most(policy.categoryShare));
  const brands = new Counts(given.brands, most(policy.brandShare));
  while (places.length < limit && left.size > 0) {
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (const n of left) {
      const last = places.at(-1);
      if (last !== undefined) {
        nearest[n] = Math.max(nearest[n] ?? 0, given.similarity(n, last));
      }
      const value =
        policy.relevanceWeight * (given.relevance[n] ?? 0) +
        policy.longTailWeight * (1 - (given.popularity[n] ?? 0)) -
        (1 - policy.relevanceWeight) * (nearest[n] ?? 0) -
        policy.capPenalty * (categories.exceededBy(n) + brands.exceededBy(n));
      if (value > highest) {
        highest = value;
        best = n;
      }
    }
    left.delete(best);
    places.push(best);
    categories.add(best);
    brands.add(best);
  }
  return Uint32Array.from(places);
}

class Counts {
  readonly #labels: readonly Label[];
  readonly #most: number;
  readonly #placed = new Map<Label, number>();

  constructor(labels: readonly Label[], most: number) {
    this.#labels = labels;
    this.#most = most;
  }

  add(candidate: number): void {
    const label = this.#labels[candidate];
    this.#placed.set(label, (this.#placed.get(label) ?? 0) + 1);
  }

  exceededBy(candidate: number): number {
    return (this.#placed.get(this.#labels[candidate]) ?? 0) >= this.#most ? 1 : 0;
  }
}
