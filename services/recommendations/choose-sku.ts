import type { SkuOffer } from './recommendations-store.ts';

/**
 * The SKU of an item to offer: in stock, in the usual size; when that is sold out, in the nearest
 * size of the run (of two equally near the larger); when the item does not come in the usual size
 * or none is known, the one best in stock. Of equals the better stocked, then by id.
 *
 * @param skus also those of the usual size that are sold out, for their place in the run
 * @param unfit SKUs that the viewer sent back because of their size
 * @returns undefined when nothing is in stock that can be offered
 */
export function chooseSku(
  skus: readonly SkuOffer[],
  usualSize: string | undefined,
  unfit: ReadonlySet<string>,
): SkuOffer | undefined {
  const usual = skus.find(({ sizeLabel }) => sizeLabel !== null && sizeLabel === usualSize);
  let chosen: SkuOffer | undefined;
  for (const sku of skus) {
    if (sku.stock <= 0 || unfit.has(sku.skuId)) continue;
    if (chosen === undefined || isBetter(sku, chosen, usual)) chosen = sku;
  }
  return chosen;
}

function isBetter(a: SkuOffer, b: SkuOffer, usual: SkuOffer | undefined): boolean {
  const bySize = usual === undefined ? 0 : distance(a, usual) - distance(b, usual);
  if (bySize !== 0) return bySize < 0;
  if (usual !== undefined && a.sizeOrder !== b.sizeOrder) return a.sizeOrder > b.sizeOrder;
  return a.stock === b.stock ? a.skuId < b.skuId : a.stock > b.stock;
}

/** −1 for the very size: in a run without an order every size stands at 0. */
function distance(sku: SkuOffer, usual: SkuOffer): number {
  if (sku.sizeLabel === usual.sizeLabel) return -1;
  return Math.abs(sku.sizeOrder - usual.sizeOrder);
}
