import type { Query, ScoredItem } from '../recommenders/model.ts';

/** Finds a query's best items among all of a model's. */
export interface Retriever {
  /**
   * The best `count` items of `query`, best first, equal ones in the order of their indices, and
   * each score to the bit what `query.scoreItems` gives.
   *
   * @param query of the retriever's model
   * @param exclude items that are left out
   * @throws RangeError for a count below 1 or an item out of range
   */
  top(query: Query, count: number, exclude: Iterable<number>): ScoredItem[];
}
