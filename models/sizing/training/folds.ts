/**
 * A fold, 0 to folds − 1, for each key: it depends on nothing but the key and the seed.
 *
 * @param folds up to 255
 */
export function foldsOf(keys: readonly string[], folds: number, seed: number): Uint8Array {
  return Uint8Array.from(keys, (key) => Math.floor((hashOf(key, seed) / 2 ** 32) * folds));
}

/** Rows of one wearer and one item are told apart by nothing that a model may learn from. */
export function pairKey({
  wearer,
  garment,
}: {
  readonly wearer: string;
  readonly garment: { readonly itemId: string };
}): string {
  return JSON.stringify([wearer, garment.itemId]);
}

/** 32 bits of a text: FNV-1a (Fowler, Noll, Vo) over its UTF-16 units, mixed as by MurmurHash3. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
