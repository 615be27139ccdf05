import type { SkuRow } from '../live/live-rows.ts';

/** Of labels; undefined of one that the item does not come in. */
export type Shares = Pick<ReadonlyMap<string, number>, 'get'>;

/** The size to take of an item, as far as is known. */
export interface SizeChoice {
  readonly label: string;
  /** How sure that is; missing where only what was bought before is known. */
  readonly confidence?: 'high' | 'medium';
  /** How much each label of the item is to be advised; missing as well. */
  readonly advice?: Shares;
  /** That each is the one to be kept. */
  readonly chances?: Shares;
}

/**
 * How the SKU that is offered goes with the size that the viewer is to take: that size; the one beside
 * it, because that is sold out; one further off; or any, where no size is known or the item does not
 * come in it.
 */
export type Fit = 'usual' | 'next' | 'far' | 'any';

export interface SkuChoice {
  readonly sku: SkuRow;
  readonly fit: Fit;
}

/**
 * The SKU of an item to offer: in stock, in the size to take; when that is sold out, in the likeliest
 * other one, or where chances are not known in the nearest size of the run (of two equally near the
 * larger); when the item does not come in that size or none is known, the one best in stock. Of equals
 * the better stocked, then by id.
 *
 * @param skus all of the item, also those that are sold out, by size
 * @param unfit SKUs that the viewer sent back because of their size
 * @returns undefined when nothing is in stock that can be offered
 */
export function chooseSku(
  skus: readonly SkuRow[],
  choice: SizeChoice | undefined,
  unfit: ReadonlySet<string>,
): SkuChoice | undefined {
  const usual = choice && skus.find(({ sizeLabel }) => sizeLabel === choice.label);
  let chosen: SkuRow | undefined;
  for (const sku of skus) {
    if (sku.stock <= 0 || unfit.has(sku.skuId)) continue;
    if (chosen === undefined || isBetter(sku, chosen, usual, choice?.advice)) chosen = sku;
  }
  return chosen && { sku: chosen, fit: fitOf(chosen, usual, skus) };
}

function fitOf(sku: SkuRow, usual: SkuRow | undefined, skus: readonly SkuRow[]): Fit {
  if (usual === undefined) return 'any';
  if (sku.sizeLabel === usual.sizeLabel) return 'usual';
  const low = Math.min(sku.sizeOrder, usual.sizeOrder);
  const high = Math.max(sku.sizeOrder, usual.sizeOrder);
  // By what lies between and not by the numbers: a run may be numbered 34, 36, 38.
  const isNext = !skus.some(({ sizeOrder }) => sizeOrder > low && sizeOrder < high);
  return isNext ? 'next' : 'far';
}

/** What is as good as equal advice: rounding is not to choose between a size up and a size down. */
const noDifference = 1e-6;

function isBetter(
  a: SkuRow,
  b: SkuRow,
  usual: SkuRow | undefined,
  advice: Shares | undefined,
): boolean {
  const byAdvice = advice ? shareOf(b, advice) - shareOf(a, advice) : 0;
  if (Math.abs(byAdvice) > noDifference) return byAdvice < 0;
  const bySize = usual === undefined ? 0 : distance(a, usual) - distance(b, usual);
  if (bySize !== 0) return bySize < 0;
  if (usual !== undefined && a.sizeOrder !== b.sizeOrder) return a.sizeOrder > b.sizeOrder;
  return a.stock === b.stock ? a.skuId < b.skuId : a.stock > b.stock;
}

function shareOf({ sizeLabel }: SkuRow, advice: Shares): number {
  return sizeLabel === null ? 0 : (advice.get(sizeLabel) ?? 0);
}

/** −1 for the very size: in a run without an order every size stands at 0. */
function distance(sku: SkuRow, usual: SkuRow): number {
  if (sku.sizeLabel === usual.sizeLabel) return -1;
  return Math.abs(sku.sizeOrder - usual.sizeOrder);
}
