import { alsOf } from '../../models/content/content-queries.ts';
import { seededRandom } from '../../models/dataset/seeded-random.ts';
import type { ClickPrior } from '../../models/ranking/click-prior.ts';
import { explore } from '../../models/ranking/explore.ts';
import type { Label } from '../../models/ranking/label.ts';
import { quantilesOf } from '../../models/ranking/quantiles.ts';
import type { RankingPolicy } from '../../models/ranking/ranking-policy.ts';
import { reRank } from '../../models/ranking/re-rank.ts';
import { standardised } from '../../models/ranking/relevance.ts';
import { seedOf } from '../../models/ranking/seed-of.ts';
import { cosineOfRows, labelSimilarity } from '../../models/ranking/similarity.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { PoolItems } from './pool-items.ts';
import type { Sellable } from './sellable.ts';

export interface Arranging {
  readonly policy: RankingPolicy;
  /** What click rates the shop's items have. */
  readonly prior: ClickPrior;
  readonly serving: ServingModel | undefined;
  /** All chance comes from it. */
  readonly requestId: string;
  readonly limit: number;
  /** Has the first place where it is among them. */
  readonly pinned: string | null;
  /** The list that all candidates are from, where there is one: what is asked of each, in columns. */
  readonly list?: PoolItems;
}

/** What is asked of candidates, one element each. */
interface Columns {
  /** Quantiles of recent popularity among them. */
  readonly popularity: Float64Array;
  readonly categories: readonly Label[];
  readonly brands: readonly Label[];
  readonly impressions: ArrayLike<number>;
  readonly clicks: ArrayLike<number>;
}

/**
 * Gives the places of an answer away among the candidates of the first stage: maximal marginal
 * relevance with caps, then exploration (docs/ranking.md). Behind them stand the other candidates in
 * the order they came in, for places whose item turns out not to be had in a size that fits.
 *
 * @param pool best first, stage by stage
 */
export function arrange(pool: readonly Sellable[], arranging: Arranging): readonly Sellable[] {
  const candidates = pool.filter(({ candidate }) => !candidate.isExtra);
  const extra = pool.length === candidates.length ? [] : pool.filter(isExtra);
  const stage = candidates[0]?.candidate.stage;
  const main = candidates.filter(({ candidate }) => candidate.stage === stage);
  if (main.length === 0) return [];
  const all = extra.length === 0 ? main : [...main, ...extra];
  const relevance = relevanceOf(main, extra);
  const { policy, limit } = arranging;
  const at = main.findIndex(({ candidate }) => candidate.itemId === arranging.pinned);
  const fixed = at < 0 ? [] : [at];
  const { list } = arranging;
  const { popularity, categories, brands, ...counts } = list
    ? fromList(main, list)
    : fromItems(main, all);
  const similarity = similarityOf(main, categories, brands, arranging.serving);
  const order = reRank(
    { relevance: relevance.subarray(0, main.length), popularity, categories, brands, similarity },
    { limit, policy, fixed },
  );
  const { places, explored } = explore(
    order,
    { relevance, ...counts },
    {
      policy,
      prior: arranging.prior,
      random: seededRandom(seedOf(arranging.requestId)),
      fixed: fixed.length,
    },
  );
  const first = Array.from(places, (place, n) => {
    const sellable = all[place] as Sellable;
    return explored[n] === 1 ? asExplored(sellable) : sellable;
  });
  const taken = new Set(first.map(({ candidate }) => candidate.itemId));
  const rest = pool.filter(({ candidate }) => !candidate.isExtra && !taken.has(candidate.itemId));
  return [...first, ...rest];
}

function isExtra({ candidate }: Sellable): boolean {
  return candidate.isExtra === true;
}

/** In standard deviations over the main candidates; of what nothing is known the mean of them. */
function relevanceOf(main: readonly Sellable[], extra: readonly Sellable[]): Float64Array {
  const scores = Float64Array.from(main, ({ candidate }) => candidate.score);
  const relevance = new Float64Array(main.length + extra.length);
  relevance.set(standardised(scores));
  if (extra.length === 0) return relevance;
  // The same line through an extra's score as through those of the two ends.
  let low = 0;
  let high = 0;
  for (let n = 1; n < scores.length; n++) {
    if ((scores[n] ?? 0) < (scores[low] ?? 0)) low = n;
    if ((scores[n] ?? 0) > (scores[high] ?? 0)) high = n;
  }
  const range = (scores[high] ?? 0) - (scores[low] ?? 0);
  const scale = range > 0 ? ((relevance[high] ?? 0) - (relevance[low] ?? 0)) / range : 0;
  for (const [n, { candidate }] of extra.entries()) {
    const isKnown = Number.isFinite(candidate.score);
    relevance[main.length + n] = isKnown
      ? (relevance[low] ?? 0) + scale * (candidate.score - (scores[low] ?? 0))
      : 0;
  }
  return relevance;
}

/** A look into each of a hundred items would cost more than all the rest. */
function fromList(main: readonly Sellable[], list: PoolItems): Columns {
  const places = Uint32Array.from(main, ({ candidate }) => candidate.place ?? 0);
  const column = (values: Float64Array) => Float64Array.from(places, (at) => values[at] ?? 0);
  return {
    popularity: column(list.quantiles),
    categories: Array.from(places, (at) => list.categories[at]),
    brands: Array.from(places, (at) => list.brands[at]),
    impressions: column(list.impressions),
    clicks: column(list.clicks),
  };
}

function fromItems(main: readonly Sellable[], all: readonly Sellable[]): Columns {
  return {
    popularity: quantilesOf(main.map(({ item }) => item.row.trend ?? Number.NEGATIVE_INFINITY)),
    categories: main.map(({ item }) => item.row.category),
    brands: main.map(({ item }) => item.row.brand),
    impressions: all.map(({ item }) => item.row.impressions + item.shown),
    clicks: all.map(({ item }) => item.row.clicks + item.clicked),
  };
}

function similarityOf(
  main: readonly Sellable[],
  categories: readonly Label[],
  brands: readonly Label[],
  serving: ServingModel | undefined,
) {
  const byLabel = labelSimilarity(categories, brands);
  const als = serving && alsOf(serving.model);
  if (!als) return byLabel;
  const { factors: matrix, dimensions, inverseNorms } = als.rows;
  const rows = Int32Array.from(main, ({ candidate: { index } }) => index ?? -1);
  return cosineOfRows({ matrix, dimensions, inverseNorms }, rows, byLabel);
}

function asExplored({ candidate, item }: Sellable): Sellable {
  const score = Number.isFinite(candidate.score) ? candidate.score : 0;
  return { candidate: { ...candidate, score, source: 'exploration' }, item };
}
