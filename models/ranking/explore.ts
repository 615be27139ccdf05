import { betaSample } from './beta-sample.ts';
import type { ClickPrior } from './click-prior.ts';
import type { RankingPolicy } from './ranking-policy.ts';

/** An answer's candidates, one element each in every column. */
export interface ExploreCandidates {
  /** In standard deviations over these candidates. */
  readonly relevance: Float32Array | Float64Array;
  /** How often the item has been shown to anybody, and clicked. */
  readonly impressions: ArrayLike<number>;
  readonly clicks: ArrayLike<number>;
}

export interface ExploreOptions {
  readonly policy: Pick<RankingPolicy, 'explorationShare' | 'fewImpressions' | 'explorationFloor'>;
  /** What click rates items of this shop have. */
  readonly prior: ClickPrior;
  /** Uniform in [0, 1), seeded by the request, so that its answer can be made again. */
  readonly random: () => number;
  /** The first places that are not touched; at least 1, because the first place is never explored. */
  readonly fixed?: number;
}

export interface Explored {
  /** Candidates by place. */
  readonly places: Uint32Array;
  /** 1 for the places that exploration gave away. */
  readonly explored: Uint8Array;
}

/**
 * Gives a share of an answer's places to items with few impressions, by Thompson sampling of their
 * click rates (Thompson 1933; Chapelle & Li 2011).
 *
 * - Places are drawn uniformly from the second on. A share of less than a whole place is drawn too,
 *   so that short answers explore as much as long ones over time.
 * - Where an item with few impressions stands there already, the place is its own. Otherwise those
 *   that stand lower or not at all each draw a click rate from Beta(prior clicks + clicks, prior
 *   misses + misses), and the highest takes the place; what is below moves down by one.
 * - The floor: an item whose relevance is more than `explorationFloor` standard deviations lower
 *   than that of the item standing at the place cannot take it. Where nobody passes the floor, the
 *   place stays as it was.
 *
 * @param order candidates by place, as `reRank` gives them; not changed
 */
export function explore(
  order: Uint32Array,
  candidates: ExploreCandidates,
  { policy, prior, random, fixed = 0 }: ExploreOptions,
): Explored {
  const places = order.slice();
  const explored = new Uint8Array(order.length);
  const { explorationShare, fewImpressions, explorationFloor } = policy;
  const drawn = drawPlaces(order.length, Math.max(1, fixed), explorationShare, random);
  if (drawn.length === 0) return { places, explored };
  const rates = new ClickRates(candidates, prior, random);
  const standsAt = new Int32Array(candidates.relevance.length).fill(order.length);
  places.forEach((candidate, place) => {
    standsAt[candidate] = place;
  });
  for (const place of drawn) {
    const standing = places[place]!;
    if (candidates.impressions[standing]! < fewImpressions) continue;
    const floor = candidates.relevance[standing]! - explorationFloor;
    let best = -1;
    let highest = -1;
    for (let n = 0; n < standsAt.length; n++) {
      if (candidates.impressions[n]! >= fewImpressions || standsAt[n]! < place) continue;
      if (!(candidates.relevance[n]! >= floor)) continue;
      const rate = rates.of(n);
      if (rate > highest) {
        highest = rate;
        best = n;
      }
    }
    if (best < 0) continue;
    insert(places, standsAt, best, place);
    explored[place] = 1;
  }
  return { places, explored };
}

/** The sampled rates: one draw an item and answer. */
class ClickRates {
  readonly #candidates: ExploreCandidates;
  readonly #prior: ClickPrior;
  readonly #random: () => number;
  readonly #drawn: Float64Array;

  constructor(candidates: ExploreCandidates, prior: ClickPrior, random: () => number) {
    this.#candidates = candidates;
    this.#prior = prior;
    this.#random = random;
    this.#drawn = new Float64Array(candidates.relevance.length).fill(-1);
  }

  of(candidate: number): number {
    const drawn = this.#drawn[candidate]!;
    if (drawn >= 0) return drawn;
    const clicks = this.#candidates.clicks[candidate]!;
    // Clicks can come without their impressions.
    const misses = Math.max(0, this.#candidates.impressions[candidate]! - clicks);
    const { clicks: a, misses: b } = this.#prior;
    const rate = betaSample(a + clicks, b + misses, this.#random);
    this.#drawn[candidate] = rate;
    return rate;
  }
}

/** Puts a candidate from below at a place; what was there, and below it, moves down. */
function insert(places: Uint32Array, standsAt: Int32Array, candidate: number, place: number) {
  const from = Math.min(standsAt[candidate]!, places.length - 1);
  if (standsAt[candidate]! === places.length) standsAt[places[from]!] = places.length;
  for (let n = from; n > place; n--) {
    places[n] = places[n - 1]!;
    standsAt[places[n]!] = n;
  }
  places[place] = candidate;
  standsAt[candidate] = place;
}

/** Distinct places from `first` on, in ascending order: what is put at one moves none before it. */
function drawPlaces(count: number, first: number, share: number, random: () => number): number[] {
  const wanted = share * count;
  const whole = Math.floor(wanted) + (random() < wanted % 1 ? 1 : 0);
  const open = count - first;
  const drawn: number[] = [];
  // Selection sampling (Knuth, algorithm S).
  for (let n = 0; n < open && drawn.length < whole; n++) {
    if (random() * (open - n) < whole - drawn.length) drawn.push(first + n);
  }
  return drawn;
}
