/** How the places of an answer are given away, after relevance has been scored. docs/ranking.md. */
export interface RankingPolicy {
  /**
   * λ of maximal marginal relevance, 0 to 1: what a standard deviation of relevance is worth. What
   * is left of 1 is taken off an item that is the same as one above it.
   */
  readonly relevanceWeight: number;
  /** What the least popular item gains over the most popular one, in the same unit. */
  readonly longTailWeight: number;
  /** The share of an answer that items of one category may take. 1: no cap. */
  readonly categoryShare: number;
  /** Likewise of one brand. */
  readonly brandShare: number;
  /**
   * What is taken off an item for each cap that it would exceed, in the unit of the values that are
   * compared. Caps are soft: where nothing else is left, they give way; items far better than
   * anything under the caps pass them too. 1e6 makes the latter impossible.
   */
  readonly capPenalty: number;
  /** The share of an answer's places that items with few impressions are given. */
  readonly explorationShare: number;
  /** An item with fewer impressions is explored. */
  readonly fewImpressions: number;
  /**
   * By how many standard deviations of relevance an explored item may fall short of the item whose
   * place it takes.
   */
  readonly explorationFloor: number;
}

/**
 * The unit is what makes these hold for every model: relevance is standardised over the viewer's
 * candidates, of which there are 100 to 300, so that the best lies at 2 to 3 and the twentieth of a
 * hundred at 0.8.
 */
export const defaultRankingPolicy: RankingPolicy = {
  relevanceWeight: 0.8,
  longTailWeight: 1,
  categoryShare: 0.5,
  brandShare: 0.4,
  capPenalty: 2,
  explorationShare: 0.15,
  fewImpressions: 200,
  explorationFloor: 1,
};
