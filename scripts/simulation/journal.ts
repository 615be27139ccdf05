import type { EventRow } from '../../services/simulation/shop-store.ts';
import type { Stay } from './visits.ts';

export type Deed = Partial<EventRow> & { readonly type: string };

/** Gives what visitors do its place in the shop's events. */
export class Journal {
  readonly #prefix: string;
  #written = 0;

  /** @param prefix of the events' ids, which are numbered */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get written(): number {
    return this.#written;
  }

  /** An event of the visit's present moment. */
  row(stay: Stay, deed: Deed): EventRow {
    this.#written++;
    return {
      eventId: `${this.#prefix}-${this.#written}`,
      userId: stay.userId,
      sessionId: stay.sessionId,
      itemId: null,
      skuId: null,
      roomId: stay.room?.id ?? null,
      value: null,
      quantity: null,
      unitPrice: null,
      orderId: null,
      reason: null,
      properties: null,
      occurredAt: Math.floor(stay.time),
      ...deed,
    };
  }
}
