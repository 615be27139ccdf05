/**
 * The 32-bit FNV-1a hash of a text's UTF-16 code units, mixed at the end as MurmurHash3 does, so
 * that its low bits can be taken as a bucket.
 */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The features of one item or user as hashed ids with weights (Weinberger et al. 2009): nothing has
 * to be known beforehand about categories, brands or keys, and a new one needs no new table.
 */
export class FeatureSet {
  readonly #buckets: number;
  readonly #weights = new Map<number, number>();

  /** @param buckets a power of two */
  constructor(buckets: number) {
    if (!(buckets >= 2 && Number.isInteger(Math.log2(buckets)))) {
      throw new RangeError(`${buckets} buckets; expected a power of two`);
    }
    this.#buckets = buckets;
  }

  get size(): number {
    return this.#weights.size;
  }

  add(feature: string, weight = 1): void {
    const bucket = hashOf(feature) & (this.#buckets - 1);
    this.#weights.set(bucket, (this.#weights.get(bucket) ?? 0) + weight);
  }

  /** Features of one kind: together of length 1, so that a long list does not outweigh the rest. */
  addAll(features: Iterable<string>): void {
    const distinct = new Set(features);
    for (const feature of distinct) this.add(feature, 1 / Math.sqrt(distinct.size));
  }

  /**
   * A number as its two nearest bins, by its distance from each: 172 cm with bins of 5 cm is .6 of
   * the bin at 170 and .4 of that at 175.
   */
  addBinned(name: string, value: number, width: number): void {
    const position = value / width;
    const lower = Math.floor(position);
    const above = position - lower;
    this.add(`${name}~${lower}`, 1 - above);
    if (above > 0) this.add(`${name}~${lower + 1}`, above);
  }

  /** Buckets in ascending order with their weights. */
  entries(): readonly (readonly [bucket: number, weight: number])[] {
    return [...this.#weights].sort(([a], [b]) => a - b);
  }
}
