import { scoreOfNew } from '../../models/content/content-queries.ts';
import type { NewItems } from '../content/new-items-service.ts';
import type { ServingModel } from '../model-registry/serving-model.ts';
import type { Asked } from './personal.ts';

/** A list of items and where the model has them: made once for a shelf, used for every viewer. */
export interface Pool {
  readonly itemIds: readonly string[];
  /** The place of each id. */
  readonly places: ReadonlyMap<string, number>;
  /** Those that the model knows: their places in `itemIds`, and beside them their indices. */
  readonly knownPlaces: Uint32Array;
  readonly knownItems: Uint32Array;
  /** Places of the others. */
  readonly unknownPlaces: Uint32Array;
}

export function poolOf(itemIds: readonly string[], serving: ServingModel | undefined): Pool {
  const knownPlaces: number[] = [];
  const knownItems: number[] = [];
  const unknownPlaces: number[] = [];
  for (const [place, itemId] of itemIds.entries()) {
    const index = serving?.items.indexOf(itemId);
    if (index === undefined) unknownPlaces.push(place);
    else {
      knownPlaces.push(place);
      knownItems.push(index);
    }
  }
  return {
    itemIds,
    places: new Map(itemIds.map((itemId, place) => [itemId, place])),
    knownPlaces: Uint32Array.from(knownPlaces),
    knownItems: Uint32Array.from(knownItems),
    unknownPlaces: Uint32Array.from(unknownPlaces),
  };
}

const indicesOfPools = new WeakMap<Pool, ReadonlyMap<number, number>>();

/** The model's index by the place in the pool. */
export function indicesOf(pool: Pool): ReadonlyMap<number, number> {
  const known = indicesOfPools.get(pool);
  if (known) return known;
  const places = Array.from(pool.knownPlaces);
  const indices = new Map(places.map((place, n) => [place, pool.knownItems[n] ?? 0]));
  indicesOfPools.set(pool, indices);
  return indices;
}

/**
 * What the model says of each item of a pool, an item newer than the model by its content. NaN where
 * it says nothing.
 */
export function modelScores(
  pool: Pool,
  { query, live: { history } }: Asked,
  { content }: Pick<ServingModel, 'content'>,
  newItems: NewItems,
): Float32Array {
  const scores = new Float32Array(pool.itemIds.length).fill(Number.NaN);
  const known = new Float32Array(pool.knownItems.length);
  query.scoreItems(pool.knownItems, known);
  for (const [n, place] of pool.knownPlaces.entries()) scores[place] = known[n] ?? Number.NaN;
  if (!content) return scores;
  const { appeal } = content.parameters;
  const weight = history.items.length > 0 ? appeal.known : appeal.new;
  for (const place of pool.unknownPlaces) {
    const vector = newItems.get(pool.itemIds[place] ?? '');
    if (vector) scores[place] = scoreOfNew(query, vector, weight) ?? Number.NaN;
  }
  return scores;
}
