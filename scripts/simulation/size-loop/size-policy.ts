import type { EventRow } from '../../../services/simulation/shop-store.ts';
import type { Wish } from './wishes.ts';

/** Somebody is about to order. */
export interface SizeQuestion {
  readonly userId: string;
  /** Place in the shop's users. */
  readonly user: number;
  /** Place in the shop's items. */
  readonly at: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * The place of a size in the item's run; or only how it runs: take one larger (smaller) than usual;
 * undefined: no advice.
 */
export type Advice = number | { readonly larger: 1 | -1 } | undefined;

/** Something that names a size. */
export interface SizePolicy {
  /** @param truth only for the policy that is to know everything */
  advise(question: SizeQuestion, truth: Wish): Promise<Advice>;
  /** What has happened, in the order of time; also what was before the policy came. */
  observe(events: readonly EventRow[]): Promise<void>;
  /** Between two days. */
  nightly(time: number): Promise<void>;
  close(): Promise<void>;
}
