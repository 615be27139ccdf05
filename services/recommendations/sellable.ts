import type { Candidate } from './candidate.ts';
import { chooseSku } from './choose-sku.ts';
import type { OrderHistory } from './order-history.ts';
import type { ItemOffer, SkuOffer } from './recommendations-store.ts';

/** A candidate that can be bought now, as what. */
export interface SellableItem {
  readonly candidate: Candidate;
  readonly sku: SkuOffer;
}

/**
 * Of a batch of candidates, those that can be bought, in their order, with the SKU in the viewer's
 * size.
 *
 * @param offers what the database says of the batch now, by item id
 */
export function sellable(
  batch: readonly Candidate[],
  offers: ReadonlyMap<string, ItemOffer>,
  orders: OrderHistory,
): SellableItem[] {
  return batch.flatMap((candidate) => {
    const offer = offers.get(candidate.itemId);
    if (offer === undefined) return [];
    const sku = chooseSku(offer.skus, orders.usualSize(offer.category), orders.unfit);
    return sku === undefined ? [] : [{ candidate, sku }];
  });
}
