/** What is compared of an item and what may stand in for it. */
export interface Substitutable {
  /** What tells categories apart, such as the leaf of the path. Without one there are no substitutes. */
  readonly category: string | null;
  readonly price: number | null;
  /** Of length 1, in the space of the items; undefined where the item has none. */
  readonly vector?: Float32Array | undefined;
}

export interface RankedSubstitute {
  /** Which of the candidates. */
  readonly index: number;
  /** 0 to 1. */
  readonly closeness: number;
}

/** A price a quarter up or down makes an item about 0.6 as good a substitute (e^−½). */
const priceSpread = Math.log(1.25);
/** For a price that is not known: that of one about a quarter off. */
const unknownPrice = Math.exp(-0.5);

/**
 * Orders the items that may stand in for one: of the same category, by
 *
 *     closeness = max(0, cosine of the vectors) · exp(−½ (ln(price / price of the item) / ln 1.25)²)
 *
 * so that neither a look-alike at twice the price nor a stranger at the same price comes first. A
 * candidate without a vector has the mean cosine of those that have one; where the item itself has
 * none, price alone decides. What may be shown at all (in stock, in the size asked for, not the item
 * itself) is the caller's to choose.
 *
 * @returns the closest first, of equals the one given first; candidates of closeness 0 are left out
 */
export function rankSubstitutes(
  item: Substitutable,
  candidates: readonly Substitutable[],
  limit: number,
): RankedSubstitute[] {
  if (item.category === null) return [];
  const cosines = candidates.map((candidate) =>
    candidate.category === item.category ? cosine(item.vector, candidate.vector) : undefined,
  );
  const known = cosines.filter((value) => value !== undefined);
  const mean = known.length === 0 ? 1 : known.reduce((sum, value) => sum + value, 0) / known.length;
  return candidates
    .flatMap((candidate, index) => {
      if (candidate.category !== item.category) return [];
      const closeness = (cosines[index] ?? mean) * priceCloseness(item.price, candidate.price);
      return closeness > 0 ? [{ index, closeness }] : [];
    })
    .sort((a, b) => b.closeness - a.closeness || a.index - b.index)
    .slice(0, limit);
}

/** 1 for the same price, less the further it is off in either direction, by its ratio. */
function priceCloseness(price: number | null, other: number | null): number {
  if (price === null || other === null) return unknownPrice;
  if (price === other) return 1;
  if (price <= 0 || other <= 0) return unknownPrice;
  const distance = Math.log(other / price) / priceSpread;
  return Math.exp(-0.5 * distance * distance);
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n]! * b[n]!;
  return Math.max(0, sum);
}
