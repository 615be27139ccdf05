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
 * Item factors to start from, items × dimensions: what another fit has found for the items that
 * both know, and random ones for the others. Undefined where both know none.
 *
 * @param parent the items of the other fit and their factors, items × the same dimensions
 */
export function takeOver(
  items: IdMap,
  parent: { readonly items: IdMap; readonly factors: Float32Array },
  { dimensions, initialScale }: { readonly dimensions: number; readonly initialScale: number },
  seed: number,
): Float32Array | undefined {
  const origins = items.ids().map((id) => parent.items.indexOf(id));
  const unknown = origins.filter((origin) => origin === undefined).length;
  if (unknown === items.size) return undefined;
  const random = normalFactors(unknown, dimensions, initialScale, seed);
  const factors = new Float32Array(items.size * dimensions);
  let next = 0;
  for (const [item, origin] of origins.entries()) {
    const [from, at] = origin === undefined ? [random, next++] : [parent.factors, origin];
    factors.set(from.subarray(at * dimensions, (at + 1) * dimensions), item * dimensions);
  }
  return factors;
}
