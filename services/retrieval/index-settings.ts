/**
 * How the graph of an index is made (Malkov and Yashunin 2018). bench/README.md has
 * what they were chosen by.
 */
export interface IndexSettings {
  /** Neighbours of an item. */
  readonly connectivity: number;
  /** Candidates that an item's neighbours are chosen from. */
  readonly expansionAdd: number;
}

export const indexSettings: IndexSettings = {
  connectivity: 32,
  expansionAdd: 128,
};

/**
 * Length of the vectors in the index: one more than the factors, a multiple of 8. With √(M² − |y|²)
 * as that one more number of an item, M the longest item, all have the same length, and with 0 as
 * that of a query the highest cosine is the highest product (Bachrach et al. 2014): a graph of
 * products themselves leads to the long items only.
 */
export function indexDimensions(dimensions: number): number {
  return Math.ceil((dimensions + 1) / 8) * 8;
}
