import { InvalidInputError } from '../errors.ts';
import { refuseRepeats, type UpsertResult } from '../http/upsert.ts';
import type { Item, Sku } from './catalogue-schema.ts';
import type { CatalogueStore } from './catalogue-store.ts';

/** The shop's items and SKUs. */
export class CatalogueService {
  readonly #store: CatalogueStore;

  constructor(store: CatalogueStore) {
    this.#store = store;
  }

  /**
   * Creates or replaces items, all or none.
   *
   * @throws InvalidInputError when an item is named twice
   */
  async putItems(items: readonly Item[]): Promise<UpsertResult> {
    refuseRepeats(items, 'items', 'itemId');
    const { created, updated } = await this.#store.upsertItems(items);
    return { created, updated, unchanged: items.length - created - updated };
  }

  /**
   * Creates or replaces SKUs, all or none.
   *
   * @throws InvalidInputError when a SKU is named twice or belongs to an item that is not known
   */
  async putSkus(skus: readonly Sku[]): Promise<UpsertResult> {
    refuseRepeats(skus, 'skus', 'skuId');
    const result = await this.#store.upsertSkus(skus);
    if ('unknownItems' in result) throw unknownItems(skus, result.unknownItems);
    const { created, updated } = result;
    return { created, updated, unchanged: skus.length - created - updated };
  }
}

function unknownItems(skus: readonly Sku[], unknown: ReadonlySet<string>): InvalidInputError {
  const issues = skus.flatMap((sku, index) => {
    if (!unknown.has(sku.itemId)) return [];
    const message = `there is no item ${JSON.stringify(sku.itemId)}; put items before their SKUs`;
    return [{ path: `skus[${index}].itemId`, code: 'unknown_item', message }];
  });
  return new InvalidInputError(`${issues[0]?.path}: ${issues[0]?.message}`, issues);
}
