import { misfit } from '../../../models/sizing/decide-outcomes.ts';
import type { FitOutcome } from '../../../models/sizing/size-types.ts';
import type { EventRow } from '../../../services/simulation/shop-store.ts';
import { skuId } from '../funnel.ts';
import type { World } from '../world.ts';

/** How a piece turned out, as the shop learns it. */
export interface Decided {
  readonly userId: string;
  /** Place in the shop's items. */
  readonly at: number;
  /** Place in the item's run. */
  readonly size: number;
  readonly fit: FitOutcome;
  /** Milliseconds since 1970, of the purchase. */
  readonly boughtAt: number;
}

interface Pending {
  readonly event: EventRow;
  isReturned: boolean;
}

/** Where a SKU belongs. */
interface SkuPlace {
  readonly at: number;
  readonly size: number;
}

export function skuPlaces({ items }: World): Map<string, SkuPlace> {
  const places = new Map<string, SkuPlace>();
  for (const [at, item] of items.entries()) {
    for (const size of item.sizes.labels.keys()) {
      for (const colour of item.colours.keys()) places.set(skuId(item, size, colour), { at, size });
    }
  }
  return places;
}

/**
 * Decides how pieces turned out, as events come in the order of time: at once by a return for size,
 * else when the return window has passed. What comes back for another reason says nothing.
 */
export class Ledger {
  readonly #skus: Map<string, SkuPlace>;
  /** Milliseconds. */
  readonly #window: number;
  readonly #pending: Pending[] = [];
  readonly #open = new Map<string, Pending>();
  #first = 0;

  constructor(world: World, windowDays: number) {
    this.#skus = skuPlaces(world);
    this.#window = windowDays * 86_400_000;
  }

  /** What is decided by these events. */
  observe(events: readonly EventRow[]): Decided[] {
    return events.flatMap((event) => {
      const kept = this.kept(event.occurredAt);
      const key = `${event.orderId} ${event.skuId}`;
      if (event.type === 'purchase') {
        const pending = { event, isReturned: false };
        this.#pending.push(pending);
        this.#open.set(key, pending);
        return kept;
      }
      const bought = this.#open.get(key);
      const fit = misfit(event.reason);
      if (event.type !== 'return' || bought === undefined) return kept;
      bought.isReturned = true;
      this.#open.delete(key);
      return fit === undefined ? kept : [...kept, this.#decided(bought.event, fit)];
    });
  }

  /** What has outlived the return window by now. */
  kept(time: number): Decided[] {
    const decided: Decided[] = [];
    for (; this.#first < this.#pending.length; this.#first++) {
      const pending = this.#pending[this.#first];
      if (pending === undefined || pending.event.occurredAt + this.#window > time) break;
      if (pending.isReturned) continue;
      const { orderId, skuId } = pending.event;
      this.#open.delete(`${orderId} ${skuId}`);
      decided.push(this.#decided(pending.event, 'fit'));
    }
    return decided;
  }

  #decided({ skuId, userId, occurredAt }: EventRow, fit: FitOutcome): Decided {
    const place = this.#skus.get(skuId ?? '');
    if (place === undefined || userId === null) throw new Error(`nobody ordered ${skuId}`);
    return { ...place, userId, fit, boughtAt: occurredAt };
  }
}
