import type { Label } from './label.ts';
import type { RankingPolicy } from './ranking-policy.ts';
import type { Similarity } from './similarity.ts';

/** An answer's candidates, one element each in every column. */
export interface ReRankCandidates {
  /** In standard deviations over these candidates. */
  readonly relevance: Float32Array | Float64Array;
  /** Quantile of the item's recent popularity: 0 for the least popular item, 1 for the most. */
  readonly popularity: Float32Array | Float64Array;
  /** One that is not known is under no cap. */
  readonly categories: readonly Label[];
  readonly brands: readonly Label[];
  /** Below 0 it counts as 0: two items cannot be more different than having nothing in common. */
  readonly similarity: Similarity;
}

export interface ReRankOptions {
  /** How many places there are. */
  readonly limit: number;
  readonly policy: RankingPolicy;
  /** Candidates that have the first places whatever they are worth, in this order: what is pinned. */
  readonly fixed?: readonly number[];
}

/**
 * Fills the places of an answer one after another with the candidate worth most beside those above
 * it: maximal marginal relevance (Carbonell & Goldstein 1998) with caps and a long-tail bonus,
 *
 *     value(i | S) = λ · relevance(i) + τ · (1 − popularity(i))
 *                    − (1 − λ) · max over j in S of similarity(i, j)
 *                    − κ · (caps that i would exceed)
 *
 * Of equals the one given first is taken.
 *
 * A value only ever falls as places are filled, so that the value from an earlier place is a bound
 * for this one (lazy greedy, Minoux 1978): only a candidate whose bound is above the best value found
 * is compared with what was placed since. The result is that of comparing all of them. It is fastest
 * when the candidates come best first; their order changes nothing but ties.
 *
 * @returns candidates by place; as many as there are, at most `limit`
 * @throws RangeError when a relevance is not a number, or a fixed candidate is none or there twice
 */
export function reRank(candidates: ReRankCandidates, options: ReRankOptions): Uint32Array {
  const run = new Run(candidates, options);
  for (const candidate of options.fixed ?? []) {
    if (run.isFull) break;
    run.fix(candidate);
  }
  while (!run.isFull) run.placeBest();
  return run.places;
}

/** One answer while its places are being filled. */
class Run {
  readonly places: Uint32Array;
  #filled = 0;
  readonly #candidates: ReRankCandidates;
  readonly #novelty: number;
  readonly #categories: Cap;
  readonly #brands: Cap;
  /** What does not depend on the places above, less penalties. −∞: has its place. */
  readonly #worth: Float64Array;
  /** Bounds: the value when it was last compared. */
  readonly #bounds: Float64Array;
  /** The highest similarity to the places compared with. */
  readonly #nearest: Float64Array;
  /** How many places it has been compared with. */
  readonly #compared: Uint32Array;

  constructor(candidates: ReRankCandidates, { limit, policy }: ReRankOptions) {
    const { relevance, popularity, categories, brands } = candidates;
    const count = relevance.length;
    this.#candidates = candidates;
    this.#novelty = 1 - policy.relevanceWeight;
    this.#worth = new Float64Array(count);
    for (let n = 0; n < count; n++) {
      const worth =
        policy.relevanceWeight * relevance[n]! + policy.longTailWeight * (1 - popularity[n]!);
      if (Number.isNaN(worth)) {
        throw new RangeError(
          `candidate ${n}: relevance ${relevance[n]}, popularity ${popularity[n]}`,
        );
      }
      this.#worth[n] = worth;
    }
    this.#bounds = this.#worth.slice();
    this.#nearest = new Float64Array(count);
    this.#compared = new Uint32Array(count);
    this.places = new Uint32Array(Math.min(limit, count));
    this.#categories = capOf(categories, policy.categoryShare, limit, policy.capPenalty);
    this.#brands = capOf(brands, policy.brandShare, limit, policy.capPenalty);
  }

  get isFull(): boolean {
    return this.#filled === this.places.length;
  }

  fix(candidate: number): void {
    if (!(this.#worth[candidate]! > Number.NEGATIVE_INFINITY)) {
      throw new RangeError(`fixed: ${candidate} is no candidate, or stands there twice`);
    }
    this.#place(candidate);
  }

  placeBest(): void {
    const bounds = this.#bounds;
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (let n = 0; n < bounds.length; n++) {
      if (!(bounds[n]! > highest)) continue;
      if (this.#compared[n]! < this.#filled) {
        this.#compare(n);
        if (!(bounds[n]! > highest)) continue;
      }
      highest = bounds[n]!;
      best = n;
    }
    this.#place(best);
  }

  /** Brings a candidate's bound up to date with the places filled since. */
  #compare(candidate: number): void {
    const { similarity } = this.#candidates;
    let nearest = this.#nearest[candidate]!;
    for (let place = this.#compared[candidate]!; place < this.#filled; place++) {
      const near = similarity(candidate, this.places[place]!);
      if (near > nearest) nearest = near;
    }
    this.#nearest[candidate] = nearest;
    this.#compared[candidate] = this.#filled;
    this.#bounds[candidate] = this.#worth[candidate]! - this.#novelty * nearest;
  }

  #place(candidate: number): void {
    this.#worth[candidate] = Number.NEGATIVE_INFINITY;
    this.#bounds[candidate] = Number.NEGATIVE_INFINITY;
    this.places[this.#filled++] = candidate;
    this.#count(this.#categories, candidate);
    this.#count(this.#brands, candidate);
  }

  /** Takes the penalty off the others of a label when its cap is reached. */
  #count({ labels, most, penalty }: Cap, candidate: number): void {
    const label = labels[candidate];
    if (label === null || label === undefined || this.#filled < most) return;
    let placed = 0;
    for (let place = 0; place < this.#filled; place++) {
      if (labels[this.places[place]!] === label) placed++;
    }
    if (placed !== most) return;
    for (let n = 0; n < labels.length; n++) {
      if (labels[n] !== label) continue;
      this.#worth[n]! -= penalty;
      this.#bounds[n]! -= penalty;
    }
  }
}

interface Cap {
  readonly labels: readonly Label[];
  readonly most: number;
  readonly penalty: number;
}

/** Rounded up, and at least one, so that a short answer is not ruled out altogether. */
function capOf(labels: readonly Label[], share: number, limit: number, penalty: number): Cap {
  return { labels, most: Math.max(1, Math.ceil(share * limit)), penalty };
}
