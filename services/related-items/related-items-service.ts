import { oneOfEach } from '../../models/ranking/one-of-each.ts';
import { rankSubstitutes } from '../../models/ranking/substitutes.ts';
import type { NewItemsService } from '../content/new-items-service.ts';
import { NotFoundError, UnavailableError } from '../errors.ts';
import type { ItemRow, SkuRow } from '../live/live-rows.ts';
import type { LiveItem, Want } from '../live/live-state.ts';
import type { ModelRegistryService } from '../model-registry/model-registry-service.ts';
import { chooseSku } from '../recommendations/choose-sku.ts';
import { isSellable } from '../recommendations/sellable.ts';
import type { ComplementsStore } from './complements-store.ts';
import { ItemVectors } from './item-vectors.ts';
import type { Complements, Substitutes } from './related-items-schema.ts';
import type { RelatedItemsStore } from './related-items-store.ts';

/** The items as the database has them now. */
export interface LiveItems {
  bring(want: Want): Promise<void>;
  item(itemId: string): LiveItem | null | undefined;
}

export interface RelatedItemsOptions {
  readonly store: Pick<RelatedItemsStore, 'substitutes'>;
  readonly complements: Pick<ComplementsStore, 'of'>;
  readonly live: LiveItems;
  readonly models: Pick<ModelRegistryService, 'current'>;
  readonly newItems: Pick<NewItemsService, 'of'>;
  readonly now: () => Date;
}

export interface SubstitutesQuestion {
  readonly itemId: string;
  /** Null: any. */
  readonly size: string | null;
  /** 1 to 200. */
  readonly limit: number;
}

interface Found<Entry> {
  readonly entry: Entry;
  readonly row: ItemRow;
  readonly sku: SkuRow;
}

/** How many of the model's nearest items are looked at, whatever category they are of. */
const mostNearest = 500;
/** Far more than an answer needs whose data changes all the time. */
const mostAttempts = 64;
const noSkus: ReadonlySet<string> = new Set();

/** What may stand in for an item, and what goes with it: as SKUs that can be bought now. */
export class RelatedItemsService {
  readonly #options: RelatedItemsOptions;

  constructor(options: RelatedItemsOptions) {
    this.#options = options;
  }

  /**
   * @throws NotFoundError when the item is not in the catalogue
   * @throws UnavailableError when the database does not answer
   */
  async substitutes({ itemId, size, limit }: SubstitutesQuestion): Promise<Substitutes> {
    const { models, newItems, store, now } = this.#options;
    const item = await this.#item(itemId);
    const serving = models.current();
    const vectors = serving && ItemVectors.of(serving, newItems.of(serving));
    const vector = vectors?.vector(itemId);
    const { category, categoryPath } = item;
    const price = priceOf(item);
    const nearest = vector && vectors ? vectors.nearest(itemId, mostNearest) : [];
    const rows =
      category === null
        ? []
        : await store.substitutes({ itemId, categoryPath, price }, nearest, now());
    const candidates = rows.map((row) => ({
      category,
      price: row.price,
      ...(vector && { vector: vectors?.vector(row.itemId) }),
    }));
    const ranked = rankSubstitutes({ category, price, vector }, candidates, candidates.length);
    const entries = ranked.map(({ index, closeness }) => {
      return { itemId: rows[index]?.itemId ?? '', closeness };
    });
    const found = await this.#sellable(entries, limit, size);
    const reason = !serving ? 'no_model' : vector ? undefined : 'item_not_in_model';
    return {
      itemId,
      modelVersion: serving?.version ?? null,
      degraded: reason !== undefined,
      ...(reason && { degradedReason: reason }),
      items: found.map((each, n) => ({ ...described(each, n), closeness: each.entry.closeness })),
    };
  }

  /**
   * @param limit 1 to 200
   * @throws NotFoundError when the item is not in the catalogue
   * @throws UnavailableError when the database does not answer
   */
  async complements(itemId: string, limit: number): Promise<Complements> {
    await this.#item(itemId);
    const known = await this.#options.complements.of(itemId);
    const sellable = await this.#sellable(known, known.length, null);
    const order = oneOfEach(sellable.map(({ entry }) => entry.category));
    const found = order.flatMap((place) => sellable[place] ?? []).slice(0, limit);
    return {
      itemId,
      items: found.map((each, n) => {
        const { category, lift, baskets } = each.entry;
        return { ...described(each, n), category, lift, baskets };
      }),
    };
  }

  async #item(itemId: string): Promise<ItemRow> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      await this.#options.live.bring({ items: [itemId] });
      const item = this.#options.live.item(itemId);
      if (item === null) throw new NotFoundError(`item ${itemId} is not in the catalogue`);
      if (item) return item.row;
    }
    throw changing();
  }

  /** The first `limit` that can be bought now, in the size where one is asked for. */
  async #sellable<Entry extends { readonly itemId: string }>(
    entries: readonly Entry[],
    limit: number,
    size: string | null,
  ): Promise<Found<Entry>[]> {
    const { live, now } = this.#options;
    let count = limit + Math.max(10, limit >> 1);
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const some = entries.slice(0, count);
      await live.bring({ items: some.map(({ itemId }) => itemId) });
      // From here to the return nothing may be awaited: what is in memory is one state of the data.
      const seconds = now().getTime() / 1000;
      let isMissing = false;
      const found = some.flatMap((entry): Found<Entry>[] => {
        const item = live.item(entry.itemId);
        if (item === undefined) isMissing = true;
        if (!item || !isSellable(item, seconds)) return [];
        const sku = skuOf(item.row, size);
        return sku ? [{ entry, row: item.row, sku }] : [];
      });
      if (isMissing) continue;
      if (found.length >= limit || count >= entries.length) return found.slice(0, limit);
      count *= 4;
    }
    throw changing();
  }
}

function skuOf({ skus }: ItemRow, size: string | null): SkuRow | undefined {
  const wanted = size === null ? skus : skus.filter(({ sizeLabel }) => sizeLabel === size);
  return chooseSku(wanted, undefined, noSkus)?.sku;
}

/** Its own, else that of the SKU in the middle. */
function priceOf({ price, skus }: ItemRow): number | null {
  const prices = skus.flatMap((sku) => sku.price ?? []).sort((a, b) => a - b);
  return price ?? prices[prices.length >> 1] ?? null;
}

function described({ row, sku }: Found<unknown>, position: number) {
  return {
    rank: position + 1,
    itemId: row.itemId,
    skuId: sku.skuId,
    size: { label: sku.sizeLabel },
    price: sku.price,
  };
}

function changing(): UnavailableError {
  return new UnavailableError('what was asked for has not stopped changing; ask again');
}
