import type { Dataset } from '../../../models/dataset/dataset.ts';
import { countByColumn } from '../../../models/dataset/sparse-matrix.ts';
import type { Model, ScoredItem } from '../../../models/recommenders/model.ts';

/** An item to look at, by dense index, with those that a model finds nearest to it. */
export interface Neighbours {
  readonly why: string;
  readonly item: number;
  /** Training users who have it. */
  readonly users: number;
  readonly similar: readonly ScoredItem[];
}

const neighbours = 8;

/** Share of the items that are more popular, and what such an item is called. */
const places = [
  [0, 'most popular item'],
  [0.1, 'more popular than 90 % of the items'],
  [0.5, 'of median popularity'],
  [0.9, 'less popular than 90 % of the items'],
] as const;

/**
 * A popular, a usual and a rare item with their nearest ones: the same items for the same data,
 * whatever the model. Items that nobody has are not among them.
 */
export function neighbourExamples(model: Model, { interactions }: Dataset): Neighbours[] {
  const popularity = countByColumn(interactions);
  const usersOf = (item: number) => popularity[item] ?? 0;
  const order = Uint32Array.from(popularity, (_, item) => item)
    .filter((item) => usersOf(item) > 0)
    .sort((a, b) => usersOf(b) - usersOf(a) || a - b);
  const examples = new Map<number, Neighbours>();
  for (const [share, why] of places) {
    const item = order[Math.floor(share * order.length)];
    if (item === undefined || examples.has(item)) continue;
    const similar = model.similar(item, neighbours);
    examples.set(item, { why, item, users: usersOf(item), similar });
  }
  return [...examples.values()];
}
