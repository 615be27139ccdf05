import type { IdMap } from '../dataset/id-map.ts';
import { seededRandom } from '../dataset/seeded-random.ts';

/**
 * Normal random factors, rows × dimensions, with standard deviation scale / √dimensions, so that a
 * score has the same spread for any number of dimensions (Rendle et al. 2021, section 3.1).
 */
export function normalFactors(
  rows: number,
  dimensions: number,
  scale: number,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  const deviation = scale / Math.sqrt(dimensions);
  const factors = new Float32Array(rows * dimensions);
  for (let at = 0; at < factors.length; at += 2) {
    // Box–Muller; 1 - random() is never 0.
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    factors[at] = radius * Math.cos(angle);
    if (at + 1 < factors.length) factors[at + 1] = radius * Math.sin(angle);
  }
  return factors;
}

/**
 * Puts what another fit has found in place of random factors, for the items that both know.
 *
 * @param factors items × dimensions; changed
 * @param parent the items of the other fit and their factors, items × the same dimensions
 * @returns how many items were known
 */
export function takeOver(
  factors: Float32Array,
  items: IdMap,
  parent: { readonly items: IdMap; readonly factors: Float32Array },
): number {
  const dimensions = factors.length / items.size;
  let known = 0;
  for (const [item, id] of items.ids().entries()) {
    const from = parent.items.indexOf(id);
    if (from === undefined) continue;
    const row = parent.factors.subarray(from * dimensions, (from + 1) * dimensions);
    factors.set(row, item * dimensions);
    known++;
  }
  return known;
}
