import type { Stay } from '../../scripts/simulation/visits.ts';
import type { EventRow } from '../../services/simulation/shop-store.ts';

/** A visitor of the shop, by what the shop is told of them. */
export interface Visitor {
  /** Null: has not logged in. */
  readonly userId: string | null;
  readonly sessionId: string;
  /** From the profile; undefined for who has not logged in. */
  readonly gender: 'female' | 'male' | undefined;
  /** Place in the shop's rooms; undefined: the whole shop. */
  readonly room: number | undefined;
  /** Places of the items that were shown in this visit. */
  readonly seen: ReadonlySet<number>;
  readonly time: number;
}

export interface Offer {
  /** Place in the shop's items. */
  readonly at: number;
  /** Place in the size run of the size that is chosen beforehand. */
  readonly size?: number | undefined;
}

/** Something that says what to show. */
export interface Policy {
  /** @param truth only for the policy that is to know everything */
  recommend(visitor: Visitor, limit: number, truth: Stay): Promise<readonly Offer[]>;
  /** Everything that happens, once it has; also what happened before the policy came. */
  observe(events: readonly EventRow[]): Promise<void>;
  /** Between two days. */
  nightly(time: number): Promise<void>;
  close(): Promise<void>;
}
